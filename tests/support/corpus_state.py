"""What the corpus holds, row by row, and whether its indexes agree with it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.store.engine import Connection
from tests.support.corpus_engines import corpus_at


def rows_of(data: Path, tables: Iterable[str]) -> dict[str, list[Any]]:
    """Every row of these tables, in order."""
    with closing(corpus_at(data).open_reader("corpus")) as db:
        return {table: db.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in tables}


def load_rows(data: Path) -> list[Any]:
    """Every load with its counters and its checkpoint, without the times."""
    with closing(corpus_at(data).open_reader("corpus")) as db:
        return db.execute(
            "SELECT id, archive, name, state, articles_new, articles_updated, articles_unchanged,"
            " comments_new, comments_updated, comments_unchanged, rejected, skipped, ids, checkpoint"
            " FROM load"
        ).fetchall()


def is_sound(db: Connection) -> bool:
    """Whether the corpus is whole, references lead to rows, and the search indexes agree with the texts."""
    soundness = db.soundness
    return not (db.text_index.mismatches() or soundness.damaged_pages() or soundness.broken_references())
