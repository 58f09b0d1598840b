"""Rows that match, straight from the full-text index: articles and comments, filtered, in the order asked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.models import Filters, Order
from bot.store.rows import first_id, last_id


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much work one search may be. FTS5's own ranking counts all rows of every word, wherever they are:
    past `rankable` of them the newest matches are taken, which costs the same however many there are."""

    articles: int = 1000
    comments: int = 500
    """Rows of each archive that take part."""
    readable: int = 100
    """So many comments are read to be ranked; where more match, FTS5 chooses them, or the time."""
    rankable: int = 10_000
    filtered: int = 10_000
    """The newest matches that are looked at where a filter or an order needs each row."""


@dataclass(frozen=True, slots=True)
class Row:
    """An article or a comment that matches; a higher `rank` is a better match by FTS5, where it was asked.
    Times and scores are only there where they are filtered or ordered by."""

    id: int
    article: int
    is_comment: bool
    rank: float = 0.0
    posted_at: int | None = None
    score: int | None = None

    @property
    def key(self) -> tuple[bool, int]:
        """What tells it from every other row."""
        return self.is_comment, self.id


@dataclass(frozen=True, slots=True)
class Found:
    """Rows, and whether there are more."""

    rows: list[Row]
    capped: bool


_COLUMNS = {
    False: "SELECT a.id, a.id, a.posted_at, a.score FROM {source}",
    True: "SELECT c.id, c.article, c.posted_at, c.score FROM {source} JOIN article a ON a.id = c.article",
}
_CONTENT = {False: "article a", True: "comment c"}
_TABLES = {False: "article_fts", True: "comment_fts"}
_RANKS = {False: "bm25(4.0, 1.0, 1.0)", True: "bm25(1.0, 1.0)"}
_ORDERS = {"newest": "3 DESC NULLS LAST, 1 DESC", "score": "4 DESC NULLS LAST, 1 DESC"}


class Matching:
    """Rows of one kind that match, under some filters and in some order."""

    def __init__(
        self, db: sqlite3.Connection, filters: Filters, order: Order, bounds: Bounds, *, comments: bool
    ) -> None:
        self._db = db
        self._order: Order = order
        self._bounds = bounds
        self._comments = comments
        self._table = _TABLES[comments]
        self._most = bounds.comments if comments else bounds.articles
        self._where, self._values = conditions(filters, _CONTENT[comments][-1])

    def find(self, match: str, archives: Iterable[int], rows: int) -> Found:
        """Rows of each archive that match the FTS5 query. Where there are too many, it is the best, if the
        words are in no more than `rankable` rows of all archives (`rows`), else the newest."""
        found: list[Row] = []
        capped = False
        for archive in archives:
            inside = (match, first_id(archive), last_id(archive))
            if self._order != "relevance" or self._where:
                some = self._sifted(inside)
                capped = capped or (len(some) <= self._most and self._past(inside, self._bounds.filtered))
            else:
                some = self._relevant(inside, rows <= self._bounds.rankable)
            found += some[: self._most]
            capped = capped or len(some) > self._most
        return Found(found, capped)

    def _relevant(self, inside: tuple[str, int, int], rankable: bool) -> list[Row]:
        newest = self._newest(inside)
        enough = self._bounds.readable if self._comments else self._most
        if not rankable or len(newest) <= enough:
            return newest
        best = self._db.execute(
            f"SELECT rowid, rank FROM {self._table} WHERE {self._table} MATCH ? AND rowid BETWEEN ? AND ?"
            " AND rank MATCH ? ORDER BY rank LIMIT ?",
            (*inside, _RANKS[self._comments], self._most + 1),
        ).fetchall()
        if not self._comments:
            return [Row(row, row, False, -rank) for row, rank in best]
        of = self._articles_of([row for row, _ in best])
        # Comments whose article never came are not shown; where they crowd the best, the newest are at hand.
        return newest if len(of) < len(best) else [Row(row, of[row], True, -rank) for row, rank in best]

    def _newest(self, inside: tuple[str, int, int]) -> list[Row]:
        match = f"{self._table} MATCH ? AND {self._table}.rowid BETWEEN ? AND ?"
        if self._comments:
            sql = (
                "SELECT c.id, c.article FROM comment_fts CROSS JOIN comment c ON c.id = comment_fts.rowid"
                f" CROSS JOIN article a ON a.id = c.article WHERE {match} AND a.title IS NOT NULL"
            )
        else:  # whose index has only those that are shown
            sql = f"SELECT rowid, rowid FROM article_fts WHERE {match}"
        rows = self._db.execute(f"{sql} ORDER BY {self._table}.rowid DESC LIMIT ?", (*inside, self._most + 1))
        return [Row(row, article, self._comments) for row, article in rows]

    def _articles_of(self, comments: Sequence[int]) -> dict[int, int]:
        sql = (
            "SELECT c.id, c.article FROM json_each(?) AS j CROSS JOIN comment c ON c.id = j.value"
            " JOIN article a ON a.id = c.article WHERE a.title IS NOT NULL"
        )
        return dict(self._db.execute(sql, (json.dumps(comments),)).fetchall())

    def _sifted(self, inside: tuple[str, int, int]) -> list[Row]:
        """Of the newest matches those that pass the filters, in the order asked."""
        window = self._bounds.filtered
        newest = (
            f"SELECT rowid AS id FROM {self._table} WHERE {self._table} MATCH ? AND rowid BETWEEN ? AND ?"
            " ORDER BY rowid DESC LIMIT ?"
        )
        name = _CONTENT[self._comments][-1]
        source = f"({newest}) AS f CROSS JOIN {_CONTENT[self._comments]} ON {name}.id = f.id"
        where = " AND ".join(["a.title IS NOT NULL", *self._where])
        by = _ORDERS.get(self._order, "1 DESC")
        rows = self._db.execute(
            f"{_COLUMNS[self._comments].format(source=source)} WHERE {where} ORDER BY {by} LIMIT ?",
            (*inside, window, *self._values, self._most + 1),
        )
        return [Row(row, article, self._comments, 0.0, at, score) for row, article, at, score in rows]

    def _past(self, inside: tuple[str, int, int], many: int) -> bool:
        """Whether more than so many rows match."""
        match = f"{self._table} MATCH ? AND rowid BETWEEN ? AND ?"
        sql = f"SELECT 1 FROM {self._table} WHERE {match} LIMIT 1 OFFSET ?"
        return self._db.execute(sql, (*inside, many)).fetchone() is not None


def listed(
    db: sqlite3.Connection, archives: Iterable[int], filters: Filters, order: Order, most: int
) -> Found:
    """The first articles of each archive that pass the filters, newest first for relevance."""
    where, values = conditions(filters, "a")
    if not filters.adult:
        where.append("a.over_18 = 0")
    rows: list[Row] = []
    capped = False
    for archive in archives:
        narrowed = " AND ".join(["a.id BETWEEN ? AND ?", "a.title IS NOT NULL", *where])
        by = _ORDERS["score" if order == "score" else "newest"]
        found = db.execute(
            f"{_COLUMNS[False].format(source='article a')} WHERE {narrowed} ORDER BY {by} LIMIT ?",
            [first_id(archive), last_id(archive), *values, most + 1],
        ).fetchall()
        rows += [Row(row, article, False, 0.0, at, score) for row, article, at, score in found[:most]]
        capped = capped or len(found) > most
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


def adult(db: sqlite3.Connection, among: Iterable[int]) -> set[int]:
    """Which of these articles are marked as over 18."""
    sql = "SELECT id FROM article WHERE id IN (SELECT value FROM json_each(?)) AND over_18 = 1"
    return {row for (row,) in db.execute(sql, (json.dumps(list(among)),))}


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


def conditions(filters: Filters, name: str) -> tuple[list[str], list[object]]:
    """What the filters ask of an article `a`, or of a comment `c` and its article `a`, in SQL; `name` says
    which."""
    where: list[str] = []
    values: list[object] = []
    author = "c.author" if name == "c" else "a.submitter"
    for column, value in (("a.source", filters.source), (author, filters.author)):
        if value is not None:
            where.append(f"{column} = ? COLLATE NOCASE")
            values.append(value)
    for sign, moment in ((">=", filters.after), ("<", filters.before)):
        if moment is not None:
            where.append(f"{name}.posted_at {sign} ?")
            values.append(moment.timestamp())
    return where, values
