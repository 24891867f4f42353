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

-- The audit trail: only added to, and forgotten by its age. about: JSON.
CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    moment INTEGER NOT NULL,
    who TEXT NOT NULL,
    platform TEXT NOT NULL,
    what TEXT NOT NULL,
    amount INTEGER NOT NULL,
    about TEXT NOT NULL,
    times INTEGER NOT NULL
);
CREATE INDEX audit_by_moment ON audit (moment);
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is not changed');
END;

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
