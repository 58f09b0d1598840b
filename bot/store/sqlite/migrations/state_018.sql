-- Searches that members have saved under a name; guild 0 is outside of servers.

CREATE TABLE saved_search (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild INTEGER NOT NULL,
    member INTEGER NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    search TEXT NOT NULL,                    -- JSON of bot.domain.saved_searches.SearchSpec
    shared INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    UNIQUE (guild, member, name)
) STRICT;
CREATE INDEX saved_search_member ON saved_search (member);
