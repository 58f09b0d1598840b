-- The first schema.

CREATE TABLE settings (
    guild INTEGER PRIMARY KEY,
    moderator_role INTEGER,
    shared_archive INTEGER NOT NULL DEFAULT 1,
    zone TEXT NOT NULL DEFAULT 'UTC'         -- IANA's name
) STRICT;

-- Small facts the bot keeps about itself, such as the hash of the commands it last synced.
CREATE TABLE fact (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What is too long for a button's custom_id, by a short hash of it. The oldest go when it grows.
CREATE TABLE kept (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
) STRICT;

-- Scheduled digests.
CREATE TABLE schedule (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild INTEGER NOT NULL,
    plan TEXT NOT NULL,                      -- JSON
    state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'deleted')),
    reason TEXT,                             -- why it paused itself
    by_id INTEGER,
    by_name TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    next_at INTEGER,                         -- the next slot that nobody has claimed
    draft TEXT NOT NULL UNIQUE               -- the preview it was saved from: saving twice makes one
) STRICT;
CREATE INDEX schedule_due ON schedule (next_at) WHERE state = 'active';
CREATE INDEX schedule_guild ON schedule (guild);

CREATE TABLE delivery (
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
    decisions TEXT NOT NULL DEFAULT '[]',    -- JSON
    UNIQUE (schedule, due_at, manual)
) STRICT;
CREATE INDEX delivery_open ON delivery (free_at) WHERE state IN ('claimed', 'sending');

-- What was posted, with the comments it had: nothing comes twice unless it has more.
CREATE TABLE delivery_article (
    schedule INTEGER NOT NULL REFERENCES schedule (id),
    article INTEGER NOT NULL,
    delivery INTEGER NOT NULL REFERENCES delivery (id),
    comments INTEGER NOT NULL,
    PRIMARY KEY (schedule, article, delivery)
) STRICT, WITHOUT ROWID;
