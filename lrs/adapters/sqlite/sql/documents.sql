CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- owner: the digest of an owner. learner: the pseudonym of its agent, where it has one. modified: milliseconds.
CREATE TABLE documents (
    owner BLOB NOT NULL,
    id TEXT NOT NULL,
    learner TEXT,
    tag TEXT NOT NULL,
    content_type TEXT NOT NULL,
    modified INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (owner, id)
);
CREATE INDEX documents_listed ON documents (owner, modified, id);
CREATE INDEX documents_of_learner ON documents (learner) WHERE learner IS NOT NULL;
