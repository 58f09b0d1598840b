-- What servers and follows leave out; digests have it in their plan.

ALTER TABLE settings ADD COLUMN leave_out TEXT NOT NULL DEFAULT '{}';  -- JSON
ALTER TABLE follow ADD COLUMN leave_out TEXT NOT NULL DEFAULT '{}';    -- JSON
