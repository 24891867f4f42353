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
