"""Selects the rows that have the abbreviations of a query as such, which the index does not tell from words
of the same letters."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bot.store.engine import Connection
from bot.store.search.candidates import CandidateRow

Matches = Callable[[str, str, str | None], bool]
"""Whether a text (title, body, language) has them."""
MAX_CHARACTERS = 20_000
"""The number of characters of an article's body that are read: its beginning."""
_CHECKED_AT_ONCE = 20
"""The rows that are checked between two looks at the clock."""
HAS_CAPITALS = {
    False: f"has_capitals(a.title, substr(a.body, 1, {MAX_CHARACTERS}), a.language)",
    True: "has_capitals('', c.text, a.language)",
}
"""The condition for an article `a`, and for a comment `c` of an article `a`."""
_ROWS = {
    False: "SELECT a.id FROM {table} AS j {join} article a ON a.id = j.value WHERE a.title IS NOT NULL",
    True: "SELECT c.id FROM {table} AS j {join} comment c ON c.id = j.value"
    " {join} article a ON a.id = c.article WHERE true",
}


def add_condition(db: Connection, matches: Matches) -> None:
    """Makes HAS_CAPITALS available to the statements of a connection."""
    db.create_function("has_capitals", 3, matches)


def split_by_capitals(
    db: Connection, rows: Sequence[CandidateRow], matches: Matches, seconds: float
) -> tuple[list[CandidateRow], list[CandidateRow], bool]:
    """The rows that have the abbreviations, the others, and whether all were checked within so many seconds
    of processor time: those that were not are among the first. All and none if no row has them."""
    add_condition(db, matches)
    until = time.thread_time() + seconds
    others: set[tuple[bool, int]] = set()
    complete = True
    for comments, sql in _ROWS.items():
        ids = [row.id for row in rows if row.is_comment == comments]
        for start in range(0, len(ids), _CHECKED_AT_ONCE):
            if time.thread_time() > until:
                complete = False
                break
            some = ids[start : start + _CHECKED_AT_ONCE]
            rows_sql = sql.format(table=db.list_table, join=db.ordered_join)
            selected = db.execute(f"{rows_sql} AND {HAS_CAPITALS[comments]}", (db.list_value(some),))
            others.update((comments, row) for row in set(some).difference(row for (row,) in selected))
    having = [row for row in rows if row.key not in others]
    return having or list(rows), [row for row in rows if having and row.key in others], complete
