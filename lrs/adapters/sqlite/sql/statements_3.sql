-- The order of the log, in which statements are exported.
CREATE INDEX statements_by_source ON statements (source, offset);
