-- What was posted, to be edited when what it shows is taken back or forgotten.

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
