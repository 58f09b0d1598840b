-- The files of loads, which SQLite has in the data folder, in parts of which each starts behind so many bytes.
-- Deleting one needs no load: an attached file comes before its load.
CREATE TABLE load_file (
    name text NOT NULL,
    start bigint NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (name, start)
);
-- Dumps are packed, and what is not compressed is cut without being read.
ALTER TABLE load_file ALTER COLUMN content SET STORAGE EXTERNAL;
