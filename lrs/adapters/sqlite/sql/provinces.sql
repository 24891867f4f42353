CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- floor and content are JSON. A number is never given again: what a dropped one left may still be on its way out.
CREATE TABLE rulesets (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    revision INTEGER NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('filling', 'living', 'retired')),
    created INTEGER NOT NULL,
    floor TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE UNIQUE INDEX rulesets_living ON rulesets (stage) WHERE stage = 'living';
CREATE UNIQUE INDEX rulesets_filling ON rulesets (stage) WHERE stage = 'filling';

-- Rulesets that are gone, and whose learners, cells and examples may not all be yet.
CREATE TABLE dropped (number INTEGER PRIMARY KEY);

CREATE TABLE positions (
    ruleset INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    log TEXT NOT NULL,
    offset INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    through INTEGER NOT NULL,
    PRIMARY KEY (ruleset, partition)
) WITHOUT ROWID;

CREATE TABLE learners (
    ruleset INTEGER NOT NULL,
    subject TEXT NOT NULL,
    state BLOB NOT NULL,
    PRIMARY KEY (ruleset, subject)
) WITHOUT ROWID;

CREATE TABLE cells (
    ruleset INTEGER NOT NULL,
    key TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (ruleset, key)
) WITHOUT ROWID;

-- ids is a JSON array of up to five statement ids.
CREATE TABLE examples (
    ruleset INTEGER NOT NULL,
    platform TEXT NOT NULL,
    reason TEXT NOT NULL,
    ids TEXT NOT NULL,
    PRIMARY KEY (ruleset, platform, reason)
) WITHOUT ROWID;
