"""Rows that match, straight from the full-text index: articles and comments, filtered, in the order asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.models import Filters, Order
from bot.store.rows import first_id, last_id

POOL = 1000
"""At most so many articles and so many comments of each archive take part in one search."""


@dataclass(frozen=True, slots=True)
class Row:
    """An article or a comment that matches; a higher `rank` is a better match."""

    id: int
    article: int
    is_comment: bool
    rank: float
    posted_at: int | None
    score: int | None

    @property
    def key(self) -> tuple[bool, int]:
        """What tells it from every other row."""
        return self.is_comment, self.id


@dataclass(frozen=True, slots=True)
class Found:
    """Rows, and whether there are more than POOL of some archive."""

    rows: list[Row]
    capped: bool


_ARTICLES = "SELECT a.id, a.id, {rank}, a.posted_at, a.score, a.title IS NOT NULL FROM {source} WHERE {where}"
_COMMENTS = (
    "SELECT c.id, c.article, {rank}, c.posted_at, c.score, a.title IS NOT NULL FROM {source}"
    " JOIN article a ON a.id = c.article WHERE {where}"
)
_BEST = "(SELECT rowid AS id, rank FROM {table} WHERE {inner} ORDER BY rank LIMIT {most}) AS f"
_ORDERS = {"relevance": "3", "newest": "4 DESC NULLS LAST, 1 DESC", "score": "5 DESC NULLS LAST, 1 DESC"}
_RANKS = {"article_fts": "bm25(4.0, 1.0, 1.0)", "comment_fts": "bm25(1.0, 1.0)"}


def matching(
    db: sqlite3.Connection,
    match: str,
    archives: Iterable[int],
    filters: Filters,
    order: Order,
    *,
    comments: bool,
) -> Found:
    """The first POOL rows of each archive, in `order`, that match the FTS5 query and pass the filters."""
    rows: list[Row] = []
    capped = False
    for archive in archives:
        asked = _Asked(match, (first_id(archive), last_id(archive)), filters, order, comments)
        found = asked.best(db) if order == "relevance" and asked.unfiltered else asked.sorted(db)
        rows += found
        capped = capped or len(found) >= POOL
    return Found(rows, capped)


class _Asked:
    """One statement's parts."""

    def __init__(
        self, match: str, ids: tuple[int, int], filters: Filters, order: Order, comments: bool
    ) -> None:
        self._comments = comments
        self._order: Order = order
        self._table = "comment_fts" if comments else "article_fts"
        self._name = "c" if comments else "a"
        self._content = "comment c" if comments else "article a"
        self._where, self._values = _conditions(filters, self._name)
        self._inner = (
            f"{self._table} MATCH ? AND {self._table}.rank MATCH ? AND {self._table}.rowid BETWEEN ? AND ?"
        )
        self._inside = (match, _RANKS[self._table], *ids)

    @property
    def unfiltered(self) -> bool:
        return not self._where

    def best(self, db: sqlite3.Connection) -> list[Row]:
        """Ordered by rank alone, which FTS5 does by itself: the joins are for the rows that remain. If some
        of these are not to be shown, and there are more, all are looked at."""
        best = _BEST.format(table=self._table, inner=self._inner, most=POOL)
        source = f"{best} CROSS JOIN {self._content} ON {self._name}.id = f.id"
        rows = self._read(db, "f.rank", source, "1", self._inside)
        shown = [row for row, title in rows if title]
        return self.sorted(db) if len(shown) < len(rows) >= POOL else shown

    def sorted(self, db: sqlite3.Connection) -> list[Row]:
        """All rows are joined before they are ordered."""
        source = f"{self._table} CROSS JOIN {self._content} ON {self._name}.id = {self._table}.rowid"
        where = " AND ".join([self._inner, *self._where, "a.title IS NOT NULL"])
        values = (*self._inside, *self._values)
        return [row for row, _ in self._read(db, f"{self._table}.rank", source, where, values)]

    def _read(
        self, db: sqlite3.Connection, rank: str, source: str, where: str, values: Sequence[object]
    ) -> list[tuple[Row, bool]]:
        sql = (_COMMENTS if self._comments else _ARTICLES).format(rank=rank, source=source, where=where)
        return [
            (Row(row, article, self._comments, -float(rank), at, score), bool(shown))
            for row, article, rank, at, score, shown in db.execute(
                f"{sql} ORDER BY {_ORDERS[self._order]} LIMIT {POOL}", values
            )
        ]


def listed(db: sqlite3.Connection, archives: Iterable[int], filters: Filters, order: Order) -> Found:
    """The first POOL articles of each archive that pass the filters."""
    where, values = _conditions(filters, "a")
    rows: list[Row] = []
    capped = False
    for archive in archives:
        conditions = " AND ".join(["a.id BETWEEN ? AND ?", "a.title IS NOT NULL", *where])
        sql = _ARTICLES.format(rank="0.0", source="article a", where=conditions)
        found = db.execute(
            f"{sql} ORDER BY {_ORDERS[order]} LIMIT {POOL}", [first_id(archive), last_id(archive), *values]
        ).fetchall()
        rows += [Row(row, article, False, 0.0, at, score) for row, article, _, at, score, _ in found]
        capped = capped or len(found) >= POOL
    return Found(rows, capped)


def articles_with(db: sqlite3.Connection, match: str, among: Iterable[int]) -> set[int]:
    """Which of these articles match the FTS5 query themselves."""
    wanted = set(among)
    if not wanted:
        return set()
    rows = db.execute(
        "SELECT rowid FROM article_fts WHERE article_fts MATCH ? AND rowid BETWEEN ? AND ?",
        (match, min(wanted), max(wanted)),
    )
    return {row for (row,) in rows if row in wanted}


def any_match(db: sqlite3.Connection, match: str, archives: Sequence[int]) -> int:
    """How many rows of these archives match the FTS5 query, counted to 100."""
    count = 0
    for archive in archives:
        for table in ("article_fts", "comment_fts"):
            rows = db.execute(
                f"SELECT 1 FROM {table} WHERE {table} MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?",
                (match, first_id(archive), last_id(archive), 100 - count),
            )
            count += len(rows.fetchall())
            if count >= 100:
                return count
    return count


def _conditions(filters: Filters, name: str) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    author = "c.author" if name == "c" else "a.submitter"
    for column, value in (("a.source", filters.source), (author, filters.author)):
        if value is not None:
            conditions.append(f"{column} = ? COLLATE NOCASE")
            values.append(value)
    for sign, moment in ((">=", filters.after), ("<", filters.before)):
        if moment is not None:
            conditions.append(f"{name}.posted_at {sign} ?")
            values.append(moment.timestamp())
    return conditions, values
