-- The processes of a bot that runs as several, the shards that each of them has, and the questions of the last minute,
-- which members ask in any of them. See bot.store.state.shards.

CREATE TABLE process (
    id TEXT PRIMARY KEY,
    bot INTEGER NOT NULL,
    shards INTEGER NOT NULL,                 -- of the whole bot
    home TEXT NOT NULL,                      -- those for which it was started, with spaces between; empty: any
    started_at INTEGER NOT NULL,
    free_at INTEGER NOT NULL,                -- its shards are free from then on, unless it renews this
    stopped INTEGER NOT NULL DEFAULT 0       -- it has ended, and its home waits a moment for the next one
) STRICT, WITHOUT ROWID;

CREATE TABLE shard (
    bot INTEGER NOT NULL,
    shard INTEGER NOT NULL,
    process TEXT NOT NULL,
    PRIMARY KEY (bot, shard)
) STRICT, WITHOUT ROWID;

CREATE TABLE question (
    kind TEXT NOT NULL,                      -- member or channel
    place INTEGER NOT NULL,
    at REAL NOT NULL
) STRICT;
CREATE INDEX question_place ON question (kind, place, at);
CREATE INDEX question_at ON question (at);
