-- Where members can have the bot post, and whether it answers mentions. Servers that have the bot already keep what
-- they are used to; new ones start without answers to mentions.

ALTER TABLE settings ADD COLUMN posting_rule TEXT NOT NULL DEFAULT 'everywhere'
    CHECK (posting_rule IN ('everywhere', 'only', 'except'));
ALTER TABLE settings ADD COLUMN posting_channels TEXT NOT NULL DEFAULT '';  -- ids, separated by spaces
ALTER TABLE settings ADD COLUMN answers_mentions INTEGER NOT NULL DEFAULT 0;

INSERT OR IGNORE INTO settings (guild) SELECT CAST(substr(name, 9) AS INTEGER) FROM fact WHERE name LIKE 'greeted:%';
UPDATE settings SET answers_mentions = 1;
