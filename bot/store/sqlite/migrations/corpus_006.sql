-- Which capture of a record is the newest, how many comments its source has, and the books of loads.

ALTER TABLE comment ADD COLUMN captured INTEGER; -- see bot.domain.dump.ParsedThread, as the two below
ALTER TABLE article ADD COLUMN captured INTEGER;
ALTER TABLE article ADD COLUMN stated INTEGER;
ALTER TABLE article ADD COLUMN known INTEGER;
-- Records by what became of them. Loads of earlier versions did not count what they read: NULL.
ALTER TABLE load ADD COLUMN articles_read INTEGER;
ALTER TABLE load ADD COLUMN articles_older INTEGER NOT NULL DEFAULT 0;
ALTER TABLE load ADD COLUMN articles_rejected INTEGER NOT NULL DEFAULT 0;
ALTER TABLE load ADD COLUMN comments_read INTEGER;
ALTER TABLE load ADD COLUMN comments_older INTEGER NOT NULL DEFAULT 0;
ALTER TABLE load ADD COLUMN comments_rejected INTEGER NOT NULL DEFAULT 0;
ALTER TABLE load ADD COLUMN comments_waiting INTEGER NOT NULL DEFAULT 0; -- of the new ones, when it ended
ALTER TABLE load ADD COLUMN comments_missing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE load ADD COLUMN comments_left_out TEXT NOT NULL DEFAULT '{}'; -- the comments of `left_out`

-- Articles of which comments are known that are not in the archive.
CREATE TABLE missing (
    article INTEGER PRIMARY KEY,
    comments INTEGER NOT NULL,
    load INTEGER                             -- the last that named the article again
) STRICT;
CREATE INDEX missing_load ON missing (load) WHERE load IS NOT NULL;
CREATE TRIGGER article_lacks AFTER INSERT ON article WHEN new.known > new.comments BEGIN
    INSERT INTO missing (article, comments) VALUES (new.id, new.known - new.comments);
END;
CREATE TRIGGER article_lacks_now AFTER UPDATE OF comments, known ON article
    WHEN new.known IS NOT NULL OR old.known IS NOT NULL
BEGIN
    DELETE FROM missing WHERE article = new.id AND (new.known > new.comments) IS NOT TRUE;
    INSERT INTO missing (article, comments) SELECT new.id, new.known - new.comments
        WHERE new.known > new.comments
        ON CONFLICT (article) DO UPDATE SET comments = excluded.comments;
END;
CREATE TRIGGER article_lacks_nothing AFTER DELETE ON article WHEN old.known IS NOT NULL BEGIN
    DELETE FROM missing WHERE article = old.id;
END;
-- Comments that a load read and did not store: they are no further ones that are missing.
CREATE TABLE omitted (
    load INTEGER NOT NULL REFERENCES load (id),
    link INTEGER NOT NULL,                   -- the article's key
    comments INTEGER NOT NULL,
    PRIMARY KEY (load, link)
) STRICT, WITHOUT ROWID;
