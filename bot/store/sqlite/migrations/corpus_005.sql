-- Why a load left rows out. Loads before only have their number.

ALTER TABLE load ADD COLUMN left_out TEXT NOT NULL DEFAULT '{}';  -- JSON: how many by reason
