-- Rulesets that live or have lived, kept when they are dropped; rules is their content, as JSON.
CREATE TABLE series (
    number INTEGER PRIMARY KEY,
    began INTEGER NOT NULL,
    ended INTEGER,
    rules TEXT NOT NULL
);
-- When an old store's ruleset began to live is not known: it did not before it was made.
INSERT INTO series (number, began, rules) SELECT number, created, content FROM rulesets WHERE stage = 'living';
-- files is a JSON array of [name, hash]; content: see schemas.plan_import.
CREATE TABLE plan_imports (
    number INTEGER PRIMARY KEY,
    moment INTEGER NOT NULL,
    by TEXT NOT NULL,
    files TEXT NOT NULL,
    rows INTEGER NOT NULL,
    content BLOB NOT NULL
);
