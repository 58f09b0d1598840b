-- The language of what is posted for everybody in a server; empty for the language that the server has in Discord.

ALTER TABLE settings ADD COLUMN language TEXT NOT NULL DEFAULT '';
