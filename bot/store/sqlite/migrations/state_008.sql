-- When loads were noticed: a paused one counts its work, not its time.

ALTER TABLE noticed ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
