-- How often a process of a bot has renewed its lease: others see by it that it runs, whatever their clocks say. Only
-- what is shown of the processes goes by free_at.

ALTER TABLE process ADD COLUMN beats INTEGER NOT NULL DEFAULT 0;
