-- Follows.

ALTER TABLE settings ADD COLUMN follow_cap INTEGER NOT NULL DEFAULT 10; -- messages in a place and day

-- Follows, and what they were told of which load.
CREATE TABLE follow (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild INTEGER NOT NULL,
    place INTEGER NOT NULL,                  -- a channel or, where it is direct, a member
    direct INTEGER NOT NULL,
    watch TEXT NOT NULL,                     -- JSON
    state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'deleted')),
    reason TEXT,                             -- why it paused itself
    by_id INTEGER,
    by_name TEXT NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX follow_watch ON follow (guild, place, watch) WHERE state <> 'deleted';

-- Loads that are over and were looked at, with what they had brought: a resumed one brings more.
CREATE TABLE noticed (
    load INTEGER PRIMARY KEY,
    brought INTEGER NOT NULL
) STRICT;

CREATE TABLE notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild INTEGER NOT NULL,
    place INTEGER NOT NULL,
    direct INTEGER NOT NULL,
    load INTEGER NOT NULL,
    brought INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    mark TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL DEFAULT '',
    free_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    message INTEGER,
    sent_at INTEGER,
    reason TEXT,
    matches TEXT NOT NULL DEFAULT '[]',      -- JSON
    last INTEGER NOT NULL DEFAULT 0,
    composed_at INTEGER,
    UNIQUE (guild, place, load, brought)
) STRICT;
CREATE INDEX notice_open ON notice (free_at) WHERE state IN ('claimed', 'sending');
CREATE INDEX notice_day ON notice (place, composed_at) WHERE composed_at IS NOT NULL;

-- A thread is told of once in a follow.
CREATE TABLE followed_article (
    follow INTEGER NOT NULL REFERENCES follow (id),
    article INTEGER NOT NULL,
    notice INTEGER NOT NULL,
    PRIMARY KEY (follow, article)
) STRICT, WITHOUT ROWID;

-- What a language model has cost, in tokens. Days that are over go when a new one begins.
CREATE TABLE spent (
    day TEXT NOT NULL,                       -- by UTC, such as 2024-03-12
    guild INTEGER NOT NULL,                  -- 0: direct messages and the command line
    member INTEGER NOT NULL,                 -- 0: the whole server
    tokens INTEGER NOT NULL,
    PRIMARY KEY (day, guild, member)
) STRICT, WITHOUT ROWID;
