"""The two databases' schemas as ordered migrations."""

from __future__ import annotations

from bot.store.schema_learnt import LEARNT

ID_SHIFT = 32
"""Row ids of articles and comments are `(archive << ID_SHIFT) + sequence`: one archive is one contiguous
range of rowids, which FTS5 can bound natively, so that no query ever joins to find out whose row it is.
The shared archive has number 0, so its ids are small numbers."""

CORPUS_APPLICATION_ID = 0x4E444331  # "NDC1"
STATE_APPLICATION_ID = 0x4E445331  # "NDS1"

CORPUS = (
    # 1: the first schema.
    """
    CREATE TABLE archive (
        no INTEGER PRIMARY KEY,
        guild INTEGER NOT NULL UNIQUE,          -- 0 is the operator's shared archive
        next_article INTEGER NOT NULL DEFAULT 1, -- sequences only grow: an id on an old post never
        next_comment INTEGER NOT NULL DEFAULT 1, -- comes to mean something else after an undo
        top_key INTEGER NOT NULL DEFAULT 0       -- no comment has a higher key: dumps ascend, so that hardly
    ) STRICT;                                    -- any of a new dump's comments need be looked up
    INSERT INTO archive (no, guild) VALUES (0, 0);

    CREATE TABLE load (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        archive INTEGER NOT NULL REFERENCES archive (no),
        name TEXT NOT NULL,
        by_id INTEGER,
        by_name TEXT NOT NULL,
        state TEXT NOT NULL,
        started_at INTEGER NOT NULL,             -- all times are unix seconds
        ended_at INTEGER,
        seconds REAL NOT NULL DEFAULT 0,
        articles_new INTEGER NOT NULL DEFAULT 0,
        articles_updated INTEGER NOT NULL DEFAULT 0,
        articles_unchanged INTEGER NOT NULL DEFAULT 0,
        comments_new INTEGER NOT NULL DEFAULT 0,
        comments_updated INTEGER NOT NULL DEFAULT 0,
        comments_unchanged INTEGER NOT NULL DEFAULT 0,
        rejected INTEGER NOT NULL DEFAULT 0,
        skipped INTEGER NOT NULL DEFAULT 0,      -- left out by the load's own filter
        ids TEXT NOT NULL DEFAULT '[]',          -- the first 1,000 articles touched
        problem TEXT,
        job TEXT,                                -- JSON: what to read, to go on after the process ended
        checkpoint TEXT                          -- JSON: up to where it is stored
    ) STRICT;

    CREATE TABLE rejection (
        load INTEGER NOT NULL REFERENCES load (id),
        ordinal INTEGER NOT NULL,
        place TEXT NOT NULL,
        reason TEXT NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (load, ordinal)
    ) STRICT, WITHOUT ROWID;

    -- Which rows a load brought, as contiguous runs of ids (one writer, growing sequences): undo needs no
    -- index on the big tables.
    CREATE TABLE extent (
        load INTEGER NOT NULL REFERENCES load (id),
        kind TEXT NOT NULL CHECK (kind IN ('article', 'comment')),
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        PRIMARY KEY (load, kind, first)
    ) STRICT, WITHOUT ROWID;

    -- What rows said before loads changed them, in the order of the changes: two loads may take turns on a
    -- row (one paused, one between), so that neither the load nor its time gives the order.
    CREATE TABLE version (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('article', 'comment')),
        row INTEGER NOT NULL,
        load INTEGER NOT NULL REFERENCES load (id),
        before TEXT NOT NULL                     -- JSON object of the changed columns
    ) STRICT;
    CREATE INDEX version_row ON version (kind, row);
    CREATE INDEX version_load ON version (load);

    -- Authors who stay forgotten: a keyed hash of each name, so that the name itself is not kept.
    CREATE TABLE forgotten (
        archive INTEGER NOT NULL,                -- -1 is every archive, also those to come
        author INTEGER NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (archive, author)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE salt (value BLOB NOT NULL) STRICT;
    INSERT INTO salt VALUES (randomblob(32));

    CREATE TABLE article (
        id INTEGER PRIMARY KEY,
        key INTEGER,                             -- Reddit's base-36 id as a number; NULL for pages
        fingerprint INTEGER NOT NULL,            -- 64-bit hash of the normalised title
        title TEXT,                              -- NULL: comments came before their article; not shown
        source TEXT,
        submitter TEXT,
        posted_at INTEGER,
        inferred INTEGER NOT NULL DEFAULT 0,
        link TEXT,
        address INTEGER,                         -- 64-bit hash of the link without its accidents
        subreddit TEXT,
        score INTEGER,
        flair TEXT,
        over_18 INTEGER NOT NULL DEFAULT 0,
        language TEXT,
        comments INTEGER NOT NULL DEFAULT 0,
        -- Long texts last: columns behind them cost a walk over the row's overflow pages.
        body TEXT NOT NULL DEFAULT '',           -- own words only, paragraphs parted by a blank line
        furniture TEXT,                          -- JSON [[paragraph number, text], ...]; never searched
        grams TEXT                               -- bigrams of unspaced scripts, for the index alone
    ) STRICT;
    CREATE INDEX article_key ON article (key) WHERE key IS NOT NULL;
    CREATE INDEX article_fingerprint ON article (fingerprint);
    CREATE INDEX article_address ON article (address) WHERE address IS NOT NULL;
    -- Lists by time, and counts of an archive that need not read its texts.
    CREATE INDEX article_shown ON article (posted_at, source, comments) WHERE title IS NOT NULL;
    CREATE INDEX article_waiting ON article (comments) WHERE title IS NULL;

    CREATE TABLE comment (
        id INTEGER PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES article (id),
        key INTEGER,
        parent INTEGER,                          -- the parent comment's key; NULL when unknown or the article
        author TEXT NOT NULL,
        posted_at INTEGER NOT NULL,
        score INTEGER,
        text TEXT NOT NULL,
        grams TEXT
    ) STRICT;
    -- One index serves the reading of threads and the recognising of keyed comments, whose article is always
    -- known; a second one on the key alone would cost a tenth of a big load.
    CREATE INDEX comment_article ON comment (article, key);

    CREATE VIEW article_text (id, title, body, grams) AS
        SELECT id, title, body, grams FROM article WHERE title IS NOT NULL;
    CREATE VIRTUAL TABLE article_fts USING fts5 (
        title, body, grams, content='article_text', content_rowid='id',
        tokenize="unicode61 remove_diacritics 2"
    );
    CREATE VIRTUAL TABLE title_fts USING fts5 (
        title, content='article_text', content_rowid='id', prefix='1 2 3 4 5 6', detail=none, columnsize=0,
        tokenize="unicode61 remove_diacritics 2"
    );
    -- Comments whose words are gone would all be found under "removed".
    CREATE VIEW comment_text (id, text, grams) AS
        SELECT id, text, grams FROM comment WHERE text <> '[deleted]' AND text <> '[removed]';
    CREATE VIRTUAL TABLE comment_fts USING fts5 (
        text, grams, content='comment_text', content_rowid='id',
        tokenize="unicode61 remove_diacritics 2"
    );
    -- One sorted segment for each batch: the default of 1 MB writes many small ones and merges them again.
    INSERT INTO article_fts (article_fts, rank) VALUES ('hashsize', 16777216);
    INSERT INTO title_fts (title_fts, rank) VALUES ('hashsize', 16777216);
    INSERT INTO comment_fts (comment_fts, rank) VALUES ('hashsize', 268435456);
    -- Fewer, larger merges: a big load is a segment every 200,000 comments.
    INSERT INTO comment_fts (comment_fts, rank) VALUES ('automerge', 16);
    CREATE VIRTUAL TABLE article_words USING fts5vocab (article_fts, row);
    CREATE VIRTUAL TABLE comment_words USING fts5vocab (comment_fts, row);

    -- What search learns after a load; see bot.store.learning.
    CREATE TABLE signature (
        id INTEGER PRIMARY KEY,                  -- of an article
        terms BLOB,                              -- NULL: to be made
        vector BLOB
    ) STRICT;
    CREATE INDEX signature_missing ON signature (id) WHERE terms IS NULL;
    CREATE TRIGGER article_new AFTER INSERT ON article WHEN new.title IS NOT NULL BEGIN
        INSERT INTO signature (id) VALUES (new.id);
    END;
    CREATE TRIGGER article_changed AFTER UPDATE OF title, body, language ON article
        WHEN old.title IS NOT new.title OR old.body IS NOT new.body OR old.language IS NOT new.language
    BEGIN
        INSERT INTO signature (id) VALUES (new.id) ON CONFLICT (id) DO UPDATE SET terms = NULL, vector = NULL;
    END;
    CREATE TRIGGER article_gone AFTER DELETE ON article BEGIN
        DELETE FROM signature WHERE id = old.id;
    END;
    CREATE TABLE form (
        language TEXT NOT NULL,
        stem TEXT NOT NULL,
        word TEXT NOT NULL,
        rows INTEGER NOT NULL,                   -- articles and comments that hold the word, about
        PRIMARY KEY (language, stem, word)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE knowledge (
        version INTEGER NOT NULL,                -- grows with every change
        languages TEXT NOT NULL,                 -- JSON: those that words have forms in
        heard TEXT NOT NULL,                     -- JSON: up to which comment of each archive
        packed BLOB                              -- bot.text.knowledge
    ) STRICT;
    INSERT INTO knowledge (version, languages, heard) VALUES (0, '[]', '{}');
    """,
    # 2: what search learns for spellings and dates.
    LEARNT,
)

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
    # 4: what is to be sent in the order of its time, one of each place at once; see bot.store.claims.
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
)
