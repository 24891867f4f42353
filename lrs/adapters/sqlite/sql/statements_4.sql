-- What was said of whose accounts are: see schemas.link. No person: nobody's.
CREATE TABLE links (
    account TEXT NOT NULL,
    moment INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    person TEXT NOT NULL,
    agent BLOB NOT NULL,
    related_agent BLOB NOT NULL,
    origin TEXT NOT NULL,
    claimed INTEGER NOT NULL,
    PRIMARY KEY (account, moment, offset, person)
) WITHOUT ROWID;
CREATE INDEX links_by_person ON links (person, account);
