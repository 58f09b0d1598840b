-- An update of what search learns that has failed is known to `newsdesk check`.

ALTER TABLE knowledge ADD COLUMN failed TEXT;  -- the parts that failed last time; NULL: none
