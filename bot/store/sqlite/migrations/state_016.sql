-- Who did what in a server, requests to be forgotten, and the servers that have removed the bot.

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild INTEGER NOT NULL,                  -- 0 is the operator's shared archive
    at INTEGER NOT NULL,
    by_id INTEGER,
    by_name TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL                     -- JSON object
) STRICT;
CREATE INDEX audit_guild ON audit (guild, id);
CREATE INDEX audit_at ON audit (at);

-- A decided one has neither name nor note any more; it counts for the limit on how many one member makes.
CREATE TABLE request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild INTEGER NOT NULL,
    member INTEGER NOT NULL,
    author TEXT NOT NULL,
    note TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    decided_at INTEGER                       -- NULL while it is open
) STRICT;
CREATE INDEX request_guild ON request (guild, member);
CREATE INDEX request_made ON request (made_at);

-- Servers in which an application was seen, and since when it is not there any more. 0: any application.
CREATE TABLE presence (
    guild INTEGER PRIMARY KEY,
    application INTEGER NOT NULL,
    left_at INTEGER
) STRICT;
INSERT INTO presence (guild, application)
    SELECT DISTINCT CAST(substr(name, 9) AS INTEGER), 0 FROM fact WHERE name LIKE 'greeted:%';

-- The server for which a text was stored; NULL if that is unknown, or several.
ALTER TABLE kept ADD COLUMN guild INTEGER;
