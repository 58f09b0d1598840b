-- Digests that make one post of each article: a slot has several deliveries. The table is made again, as its
-- constraint changes; its rows and their numbers stay.

CREATE TABLE delivery_with_parts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    schedule INTEGER NOT NULL REFERENCES schedule (id),
    guild INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    manual INTEGER NOT NULL DEFAULT 0,       -- asked for, not of the schedule's own slots
    state TEXT NOT NULL,
    mark TEXT NOT NULL UNIQUE,               -- in the message, and its nonce
    owner TEXT NOT NULL,                     -- the runner that works on it
    free_at INTEGER NOT NULL,                -- an open one may be taken by any runner from then on
    tries INTEGER NOT NULL DEFAULT 0,
    message INTEGER,
    sent_at INTEGER,
    reason TEXT,
    seen TEXT NOT NULL DEFAULT '{}',         -- JSON: the newest article of each archive then
    decisions TEXT NOT NULL DEFAULT '[]',    -- JSON: those of the slot, with its first post
    target TEXT NOT NULL DEFAULT 'channel',
    part INTEGER NOT NULL DEFAULT 0,         -- the place of the post in its slot; the first is made when the slot is due
    article INTEGER,                         -- the only one of the post; NULL if it shows all that were picked
    UNIQUE (schedule, due_at, manual, part)
) STRICT;
INSERT INTO delivery_with_parts (id, schedule, guild, channel, due_at, manual, state, mark, owner, free_at, tries,
    message, sent_at, reason, seen, decisions, target)
    SELECT id, schedule, guild, channel, due_at, manual, state, mark, owner, free_at, tries,
    message, sent_at, reason, seen, decisions, target FROM delivery;
DELETE FROM sqlite_sequence WHERE name = 'delivery_with_parts';
INSERT INTO sqlite_sequence (name, seq) SELECT 'delivery_with_parts', seq FROM sqlite_sequence WHERE name = 'delivery';

CREATE TABLE delivery_article_before AS SELECT * FROM delivery_article;
DELETE FROM delivery_article;
DROP TABLE delivery;
ALTER TABLE delivery_with_parts RENAME TO delivery;
INSERT INTO delivery_article (schedule, article, delivery, comments, same)
    SELECT schedule, article, delivery, comments, same FROM delivery_article_before;
DROP TABLE delivery_article_before;

CREATE INDEX delivery_open ON delivery (free_at) WHERE state IN ('claimed', 'sending');
CREATE INDEX delivery_due ON delivery (due_at, id, free_at, channel) WHERE state IN ('claimed', 'sending');
CREATE INDEX delivery_channel ON delivery (channel, free_at, owner) WHERE state IN ('claimed', 'sending');
CREATE INDEX delivery_closed ON delivery (due_at) WHERE state NOT IN ('claimed', 'sending');
CREATE INDEX delivery_failed ON delivery (free_at) WHERE state IN ('failed', 'missed');
