-- Learners who were erased: their two terms, and until when.
CREATE TABLE erasures (
    learner TEXT PRIMARY KEY,
    agent BLOB NOT NULL,
    related_agent BLOB NOT NULL,
    until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX erasures_by_term ON erasures (related_agent);
-- 1: somebody was taken out of it; 2: nothing is left, a tombstone, which has an empty text and is voided.
ALTER TABLE statements ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
CREATE INDEX statements_tombstones ON statements (platform) WHERE erased = 2;
ALTER TABLE dead_letters ADD COLUMN stored INTEGER NOT NULL DEFAULT 0;
-- What is known of an activity, as JSON.
CREATE TABLE activities (id TEXT PRIMARY KEY, known BLOB NOT NULL) WITHOUT ROWID;
UPDATE dead_letters SET stored = buried;
