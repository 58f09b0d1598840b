-- The first schema.

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

-- What search learns after a load; see bot.store.search.statistics.
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
    packed BLOB                              -- bot.text.search.corpus_statistics
) STRICT;
INSERT INTO knowledge (version, languages, heard) VALUES (0, '[]', '{}');
