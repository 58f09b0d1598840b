-- Comments of a load that a purge has deleted: its receipt and its ids stay as they were.

ALTER TABLE load ADD COLUMN comments_purged INTEGER NOT NULL DEFAULT 0;
