CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- What is the same on many statements stands once.
CREATE TABLE platforms (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE sources (
    number INTEGER PRIMARY KEY,
    log TEXT NOT NULL,
    partition INTEGER NOT NULL,
    UNIQUE (log, partition)
);

-- seq: the order of storing. terms: the statement's own, 16 bytes each, for those that will refer to it. subjects: a JSON array.
CREATE TABLE statements (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    stored INTEGER NOT NULL,
    source INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    platform INTEGER NOT NULL,
    voided INTEGER NOT NULL DEFAULT 0,
    refers_to BLOB,
    voids BLOB,
    voids_any INTEGER NOT NULL,
    subjects TEXT NOT NULL,
    terms BLOB NOT NULL,
    text BLOB NOT NULL
);
CREATE INDEX statements_listed ON statements (stored) WHERE voided = 0;
CREATE INDEX statements_listed_by_platform ON statements (platform, stored) WHERE voided = 0;
CREATE INDEX statements_by_reference ON statements (refers_to) WHERE refers_to IS NOT NULL;
CREATE INDEX statements_by_void ON statements (voids) WHERE voids IS NOT NULL;

-- By what a statement (stored, seq) is found. via: 0 for its own terms, else the seq of the statement down its chain of
-- references whose terms they are. platform: whose all statements from here down to via are; 0 where they are of several.
CREATE TABLE terms (
    term BLOB NOT NULL,
    stored INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    via INTEGER NOT NULL,
    platform INTEGER NOT NULL,
    PRIMARY KEY (term, stored, seq, via)
) WITHOUT ROWID;

CREATE TABLE subjects (subject TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (subject, seq)) WITHOUT ROWID;

-- Voiding statements whose target is there and that may not void it.
CREATE TABLE ignored_voids (platform INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (platform, seq)) WITHOUT ROWID;

CREATE TABLE conflicts (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL,
    log TEXT NOT NULL,
    partition INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    platform TEXT NOT NULL,
    text BLOB NOT NULL,
    UNIQUE (log, partition, offset)
);
CREATE INDEX conflicts_by_platform ON conflicts (platform, number);

CREATE TABLE positions (
    consumer TEXT NOT NULL,
    partition INTEGER NOT NULL,
    log TEXT NOT NULL,
    offset INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    through INTEGER NOT NULL,
    PRIMARY KEY (consumer, partition)
) WITHOUT ROWID;

CREATE TABLE counts (
    consumer TEXT NOT NULL,
    platform TEXT NOT NULL,
    kind TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (consumer, platform, kind)
) WITHOUT ROWID;

-- A requeued or erased letter leaves its place, without its content, so that a repeat does not bury it again.
CREATE TABLE dead_letters (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL,
    log TEXT NOT NULL,
    partition INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    platform TEXT NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    buried INTEGER NOT NULL,
    value BLOB NOT NULL,
    headers BLOB NOT NULL,
    key BLOB,
    requeued INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, log, partition, offset)
);
CREATE INDEX dead_letters_listed ON dead_letters (number) WHERE requeued = 0;

CREATE TABLE credentials (
    key TEXT PRIMARY KEY,
    hashed TEXT NOT NULL,
    platform TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created INTEGER NOT NULL,
    revoked INTEGER
);
