-- When members were here, for what came in since.

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
