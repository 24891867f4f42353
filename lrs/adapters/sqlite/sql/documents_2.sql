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
