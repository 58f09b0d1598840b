-- The number of times that the process of a load crashed or was killed since its checkpoint last changed.

ALTER TABLE load ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;
