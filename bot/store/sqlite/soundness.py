"""What `check` asks of the databases themselves: pages, schema, references, and indexes against texts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.store.sqlite import connection
from bot.store.sqlite.connection import Database
from bot.store.sqlite.sqlite_connection import SqliteConnection

MAX_PROBLEMS = 20
_MAX_CHARACTERS = 500


def damaged_pages(db: SqliteConnection) -> str:
    """What is wrong with the pages, in SQLite's words; empty if nothing is."""
    problems = [row[0] for row in db.execute(f"PRAGMA integrity_check({MAX_PROBLEMS})")]
    return "" if problems == ["ok"] else "; ".join(problems)[:_MAX_CHARACTERS]


def missing_names(db: SqliteConnection, database: Database) -> list[str]:
    """Compares tables, columns and indexes with those that the migrations up to the file's version create. In
    a file of an older version, those of later migrations are in the way."""
    expected, actual = connection.expected_schema(db, database), connection.schema(db)
    is_old = connection.schema_version(db) < database.version
    return sorted(expected ^ actual if is_old else expected - actual)


def broken_references(db: SqliteConnection) -> int:
    """The number of references to rows that do not exist."""
    return len(db.execute("PRAGMA foreign_key_check").fetchall())


def mismatching_indexes(path: Path) -> list[str]:
    """The full-text indexes of a file that do not match their texts. Writes to the file."""
    with closing(sqlite3.connect(path, isolation_level=None, factory=SqliteConnection)) as db:
        return db.text_index.mismatches()
