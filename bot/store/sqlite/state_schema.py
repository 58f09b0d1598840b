"""The schema of the state as ordered migrations."""

from __future__ import annotations

STATE_APPLICATION_ID = 0x4E445331  # "NDS1"

STATE = (
    # 1: the first schema.
    """
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
    """,
    # 2: more for servers to choose.
    """
    ALTER TABLE settings ADD COLUMN moderator_channel INTEGER;
    ALTER TABLE settings ADD COLUMN digest_channel INTEGER;
    ALTER TABLE settings ADD COLUMN languages TEXT NOT NULL DEFAULT '';  -- codes with spaces between
    ALTER TABLE settings ADD COLUMN adult INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE settings ADD COLUMN pseudonyms INTEGER NOT NULL DEFAULT 0;
    """,
    # 3: follows.
    """
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
    """,
    # 4: what is to be sent in the order of its time, one of each place at once; see bot.store.state.outbox.
    """
    CREATE INDEX delivery_due ON delivery (due_at, id, free_at, channel)
        WHERE state IN ('claimed', 'sending');
    CREATE INDEX delivery_channel ON delivery (channel, free_at, owner) WHERE state IN ('claimed', 'sending');
    CREATE INDEX notice_due ON notice (due_at, id, free_at, place) WHERE state IN ('claimed', 'sending');
    CREATE INDEX notice_place ON notice (place, free_at, owner) WHERE state IN ('claimed', 'sending');
    """,
    # 5: digests in forums and threads, known again when they are loaded again.
    """
    -- What is made in the channel: a message, one with a thread on it, or a forum's post.
    ALTER TABLE delivery ADD COLUMN target TEXT NOT NULL DEFAULT 'channel';
    -- What an article has in common with its copies, and with itself loaded again after an undo.
    ALTER TABLE delivery_article ADD COLUMN same TEXT NOT NULL DEFAULT '';
    -- Whether a moderator knows that it has paused itself.
    ALTER TABLE schedule ADD COLUMN told INTEGER NOT NULL DEFAULT 1;
    CREATE INDEX schedule_untold ON schedule (id) WHERE told = 0;
    """,
    # 6: what was posted, to be edited when what it shows is taken back or forgotten.
    """
    CREATE TABLE post (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        guild INTEGER NOT NULL,
        place INTEGER NOT NULL,                  -- the channel or, where it is direct, the member
        direct INTEGER NOT NULL,
        message INTEGER NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        ref TEXT NOT NULL,                       -- the number of a delivery or notice, the address of a card
        by_id INTEGER,
        state TEXT NOT NULL,
        due_at INTEGER NOT NULL,
        owner TEXT NOT NULL DEFAULT '',
        free_at INTEGER NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        sent_at INTEGER,                         -- when it was last edited
        reason TEXT
    ) STRICT;
    CREATE INDEX post_open ON post (free_at) WHERE state IN ('claimed', 'sending');
    CREATE INDEX post_ref ON post (kind, ref);

    CREATE TABLE post_article (
        post INTEGER NOT NULL REFERENCES post (id),
        article INTEGER NOT NULL,
        comments INTEGER NOT NULL,
        gone INTEGER NOT NULL,                   -- of them, those that had lost their words
        removed INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (post, article)
    ) STRICT, WITHOUT ROWID;
    """,
    # 7: when members were here, for what came in since.
    """
    ALTER TABLE post ADD COLUMN posted_at INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX post_guild ON post (guild, posted_at);

    CREATE TABLE visit (
        guild INTEGER NOT NULL,
        member INTEGER NOT NULL,
        last_at INTEGER NOT NULL,                -- of the visit that goes on
        before_at INTEGER,                       -- when the one before it ended
        PRIMARY KEY (guild, member)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX visit_last ON visit (last_at);
    """,
    # 8: when loads were noticed: a paused one counts its work, not its time.
    """
    ALTER TABLE noticed ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
    """,
    # 9: posts that are not there any more, by when that was known.
    """
    CREATE INDEX post_gone ON post (due_at) WHERE state = 'missed';
    """,
)
