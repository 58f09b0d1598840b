-- More for servers to choose.

ALTER TABLE settings ADD COLUMN moderator_channel INTEGER;
ALTER TABLE settings ADD COLUMN digest_channel INTEGER;
ALTER TABLE settings ADD COLUMN languages TEXT NOT NULL DEFAULT '';  -- codes with spaces between
ALTER TABLE settings ADD COLUMN adult INTEGER NOT NULL DEFAULT 1;
ALTER TABLE settings ADD COLUMN pseudonyms INTEGER NOT NULL DEFAULT 0;
