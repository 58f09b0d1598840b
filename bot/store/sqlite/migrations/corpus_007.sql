-- Erasures of authors that are not finished, so that one that was killed goes on; then the name goes too.

CREATE TABLE erasure (
    archive INTEGER NOT NULL,                -- -1 is every archive
    name TEXT NOT NULL,
    PRIMARY KEY (archive, name)
) STRICT, WITHOUT ROWID;
