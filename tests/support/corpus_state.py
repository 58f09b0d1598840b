"""What a corpus file holds, row by row, and whether its indexes agree with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.store.sqlite.connection import CORPUS
from bot.store.sqlite.text_index import Fts5Index


def rows_of(data: Path, tables: Iterable[str]) -> dict[str, list[Any]]:
    """Every row of these tables, in order."""
    with closing(sqlite3.connect(data / CORPUS.file)) as db:
        return {table: db.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in tables}


def load_rows(data: Path) -> list[Any]:
    """Every load with its counters and its checkpoint, without the times."""
    with closing(sqlite3.connect(data / CORPUS.file)) as db:
        return db.execute(
            "SELECT id, archive, name, state, articles_new, articles_updated, articles_unchanged,"
            " comments_new, comments_updated, comments_unchanged, rejected, skipped, ids, checkpoint"
            " FROM load"
        ).fetchall()


def is_indexed(db: sqlite3.Connection) -> bool:
    """Whether the file is whole, references lead to rows, and the search indexes agree with the texts."""
    try:
        for table in Fts5Index.names:
            db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError:
        return False
    whole = db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return whole and not db.execute("PRAGMA foreign_key_check").fetchall()
