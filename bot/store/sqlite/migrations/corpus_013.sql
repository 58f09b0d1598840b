-- Articles that are one story, or report one event; see bot.store.search.stories. It is learnt after each load from
-- the articles, which stay as they are: an article without company has no row.

CREATE TABLE story (
    article INTEGER PRIMARY KEY,
    story INTEGER NOT NULL,                  -- the lowest article of the same story
    event INTEGER NOT NULL,                  -- the lowest article of those that report the same event
    parent INTEGER,                          -- the earlier article that this one is most like
    likeness REAL
) STRICT;
CREATE INDEX story_event ON story (event);
-- Articles to be compared with the others, by time.
CREATE TABLE story_queue (
    archive INTEGER NOT NULL,
    posted_at INTEGER NOT NULL,
    article INTEGER NOT NULL,
    PRIMARY KEY (archive, posted_at, article)
) STRICT, WITHOUT ROWID;
-- Events that have lost an article, or of which one has changed: their articles are compared again.
CREATE TABLE story_broken (event INTEGER PRIMARY KEY) STRICT;
INSERT INTO story_queue SELECT id >> 32, coalesce(posted_at, 0), id FROM article WHERE title IS NOT NULL;
CREATE TRIGGER story_new AFTER INSERT ON article WHEN new.title IS NOT NULL BEGIN
    INSERT INTO story_queue VALUES (new.id >> 32, coalesce(new.posted_at, 0), new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER story_changed AFTER UPDATE OF title, body, posted_at, link, source ON article
    WHEN old.title IS NOT new.title OR old.body IS NOT new.body OR old.posted_at IS NOT new.posted_at
        OR old.link IS NOT new.link OR old.source IS NOT new.source
BEGIN
    DELETE FROM story_queue
        WHERE archive = old.id >> 32 AND posted_at = coalesce(old.posted_at, 0) AND article = old.id;
    INSERT INTO story_queue SELECT new.id >> 32, coalesce(new.posted_at, 0), new.id
        WHERE new.title IS NOT NULL ON CONFLICT DO NOTHING;
    INSERT INTO story_broken SELECT event FROM story WHERE article = new.id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER story_gone AFTER DELETE ON article BEGIN
    DELETE FROM story_queue
        WHERE archive = old.id >> 32 AND posted_at = coalesce(old.posted_at, 0) AND article = old.id;
    INSERT INTO story_broken SELECT event FROM story WHERE article = old.id ON CONFLICT DO NOTHING;
END;
