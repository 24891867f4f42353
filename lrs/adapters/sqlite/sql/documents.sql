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

-- published, through: milliseconds. public is what everybody is answered; frozen and memory are packed.
CREATE TABLE editions (
    number INTEGER PRIMARY KEY,
    day TEXT NOT NULL,
    published INTEGER NOT NULL,
    through INTEGER NOT NULL,
    digest TEXT NOT NULL,
    public BLOB NOT NULL,
    frozen BLOB NOT NULL,
    memory BLOB NOT NULL
);
