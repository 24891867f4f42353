CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- beginning: the offset of the first record that is kept
CREATE TABLE partitions (partition INTEGER PRIMARY KEY, beginning INTEGER NOT NULL DEFAULT 0);

-- One row per append. place is partition << 44 | offset of the first record: one b-tree that grows at the end of each
-- partition, and large values beside it on overflow pages.
CREATE TABLE batches (
    place INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    data BLOB NOT NULL
);

-- Whoever deletes moves the beginning, so the end of an emptied partition stays where it was.
CREATE TRIGGER batches_deleted AFTER DELETE ON batches
BEGIN
    UPDATE partitions
    SET beginning = max(beginning, (OLD.place & ((1 << 44) - 1)) + OLD.count)
    WHERE partition = OLD.place >> 44;
END;
