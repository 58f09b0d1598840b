-- Nearest spellings without reading every word from a row of its own, and dates without looking at
-- every match.

CREATE TABLE shelf (
    id INTEGER PRIMARY KEY,
    length INTEGER NOT NULL,                 -- of each of these words
    words TEXT NOT NULL                      -- of `form`, one after the other
) STRICT;
CREATE INDEX shelf_length ON shelf (length);
CREATE TABLE zone (
    comments INTEGER NOT NULL,               -- 1, or 0 for articles
    no INTEGER NOT NULL,                     -- of the ids from no << 12 on, 4,096 of them
    oldest INTEGER NOT NULL,                 -- when these were posted, at widest
    newest INTEGER NOT NULL,
    PRIMARY KEY (comments, no)
) STRICT, WITHOUT ROWID;
