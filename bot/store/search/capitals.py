"""Selects the rows that have the abbreviations of a query as such, which the index does not tell from words
of the same letters."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from math import inf

from bot.domain.search import Query, Term
from bot.store.engine import Connection
from bot.store.search.candidates import CandidateRow
from bot.store.search.ports import ExcludedText, TextAnalyzer

Matches = Callable[[str, str, str | None], bool]
"""Whether a text (title, body, language) has them."""
MAX_CHARACTERS = 20_000
"""The number of characters of an article's body that are read: its beginning."""
_CHECKED_AT_ONCE = 20
"""The rows that are checked between two looks at the clock."""
_ROWS = {
    False: "SELECT a.id, {text} FROM {table} AS j {join} article a ON a.id = j.value"
    " WHERE a.title IS NOT NULL",
    True: "SELECT c.id, {text} FROM {table} AS j {join} comment c ON c.id = j.value"
    " {join} article a ON a.id = c.article",
}
_TEXT = {
    False: f"a.title, substr(a.body, 1, {MAX_CHARACTERS}), a.language",
    True: "'', c.text, a.language",
}


def text_columns(*, comments: bool) -> str:
    """What `Matches` takes of an article `a`, or of a comment `c` of an article `a`, as the last columns of a
    statement."""
    return _TEXT[comments]


def row_condition(required: Matches | None, excluded: ExcludedText | None) -> Matches | None:
    """Whether a text has what is required and nothing that is excluded; None if it need not be checked."""
    if excluded is None:
        return required
    unwanted = excluded.in_row
    return lambda *text: (required is None or required(*text)) and not unwanted(*text)


def matches_of(
    analyzer: TextAnalyzer,
    languages: Sequence[str],
    forms: Callable[[str], Sequence[str]],
    group: tuple[Term, ...],
) -> Matches | None:
    """Whether a text has a group of a query, besides its words; None if these suffice."""
    return analyzer.capitals(Query("", (group,)), languages, forms).required


def split_by_capitals(
    db: Connection, rows: Sequence[CandidateRow], matches: Matches, seconds: float
) -> tuple[list[CandidateRow], list[CandidateRow], bool]:
    """The rows that have the abbreviations, the others, and whether all were checked within so many seconds
    of processor time: those that were not are among the first. All and none if no row has them."""
    until = time.thread_time() + seconds
    others: set[tuple[bool, int]] = set()
    complete = True
    for comments in (False, True):
        ids = [row.id for row in rows if row.is_comment == comments]
        having, checked = rows_with_capitals(db, ids, matches, until, comments=comments)
        others.update((comments, row) for row in ids[:checked] if row not in having)
        complete = complete and checked == len(ids)
    kept = [row for row in rows if row.key not in others]
    return kept or list(rows), [row for row in rows if kept and row.key in others], complete


def without_excluded_capitals(
    db: Connection, rows: Sequence[CandidateRow], excluded: ExcludedText, seconds: float
) -> tuple[list[CandidateRow], bool]:
    """The rows without those that have what is excluded, and without threads whose article has it; and
    whether all were checked within so many seconds of processor time: those that were not are left out."""
    until = time.thread_time() + seconds
    articles = list(dict.fromkeys(row.article for row in rows))
    left_out, checked = rows_with_capitals(db, articles, excluded.in_article, until, comments=False)
    threads = set(articles[:checked]) - left_out
    kept: set[tuple[bool, int]] = set()
    complete = checked == len(articles)
    for comments in (False, True):
        ids = [row.id for row in rows if row.is_comment == comments and row.article in threads]
        having, checked = rows_with_capitals(db, ids, excluded.in_row, until, comments=comments)
        kept.update((comments, row) for row in ids[:checked] if row not in having)
        complete = complete and checked == len(ids)
    return [row for row in rows if row.key in kept], complete


def rows_with_capitals(
    db: Connection, ids: Sequence[int], matches: Matches, until: float = inf, *, comments: bool
) -> tuple[set[int], int]:
    """Those of these articles or comments that match, and how many, the first, were checked before this
    processor time of the thread."""
    having: set[int] = set()
    sql = _ROWS[comments].format(text=_TEXT[comments], table=db.list_table, join=db.ordered_join)
    for start in range(0, len(ids), _CHECKED_AT_ONCE):
        if time.thread_time() > until:
            return having, start
        rows = db.execute(sql, (db.list_value(ids[start : start + _CHECKED_AT_ONCE]),))
        having.update(row for row, *text in rows if matches(*text))
    return having, len(ids)
