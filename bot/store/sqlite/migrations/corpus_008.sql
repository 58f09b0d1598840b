-- Threads of sites other than Reddit, whose keys are below zero: where they and their comments stand, and, for
-- a site whose comments name only what they answer, the thread of each comment.

ALTER TABLE article ADD COLUMN discussion TEXT;
ALTER TABLE comment ADD COLUMN link TEXT;
CREATE TABLE reply_place (
    archive INTEGER NOT NULL,
    comment INTEGER NOT NULL,                -- its key
    thread INTEGER NOT NULL,                 -- the key of its article, or of the topmost item known above it
    PRIMARY KEY (archive, comment)
) STRICT, WITHOUT ROWID;
