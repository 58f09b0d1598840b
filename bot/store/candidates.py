"""Rows that match, straight from the full-text index: articles and comments, filtered, in the order asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.models import Filters, Order
from bot.store.schema import ID_SHIFT

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


_ARTICLES = "SELECT a.id, a.id, {rank}, a.posted_at, a.score FROM {source} WHERE {where}"
_COMMENTS = (
    "SELECT c.id, c.article, {rank}, c.posted_at, c.score FROM {source} JOIN article a ON a.id = c.article"
    " WHERE {where} AND a.title IS NOT NULL"
)
_ORDERS = {"relevance": "3", "newest": "4 DESC NULLS LAST, 1 DESC", "score": "5 DESC NULLS LAST, 1 DESC"}
_RANKS = {"article_fts": "bm25(4.0, 1.0, 1.0)", "comment_fts": "bm25(1.0, 1.0)"}


def id_range(archive: int) -> tuple[int, int]:
    """The first and last row id that an archive can have."""
    return archive << ID_SHIFT, ((archive + 1) << ID_SHIFT) - 1


def matching(
    connection: sqlite3.Connection,
    match: str,
    archives: Iterable[int],
    filters: Filters,
    order: Order,
    *,
    comments: bool,
) -> list[Row]:
    """The first POOL rows of each archive, in `order`, that match the FTS5 query and pass the filters."""
    table, content = ("comment_fts", "comment c") if comments else ("article_fts", "article a")
    name = content[-1]
    where, values = _conditions(filters, name)
    found: list[Row] = []
    for archive in archives:
        first, last = id_range(archive)
        inner = f"{table} MATCH ? AND {table}.rank MATCH ? AND {table}.rowid BETWEEN ? AND ?"
        inside: list[object] = [match, _RANKS[table], first, last]
        if order == "relevance" and not where:
            # Ordered by rank alone FTS5 sorts by itself; the join is for the rows that remain.
            best = f"(SELECT rowid AS id, rank FROM {table} WHERE {inner} ORDER BY rank LIMIT {POOL}) AS f"  # noqa: S608
            source, conditions = f"{best} CROSS JOIN {content} ON {name}.id = f.id", "1"
            rank = "f.rank"
        else:
            source = f"{table} CROSS JOIN {content} ON {name}.id = {table}.rowid"
            conditions = " AND ".join([inner, *where])
            rank = f"{table}.rank"
            inside += values
        sql = (_COMMENTS if comments else _ARTICLES).format(rank=rank, source=source, where=conditions)
        rows = connection.execute(f"{sql} ORDER BY {_ORDERS[order]} LIMIT {POOL}", inside)
        found += [Row(row, article, comments, -rank, at, score) for row, article, rank, at, score in rows]
    return found


def listed(
    connection: sqlite3.Connection, archives: Iterable[int], filters: Filters, order: Order
) -> list[Row]:
    """The first POOL articles of each archive that pass the filters."""
    where, values = _conditions(filters, "a")
    found: list[Row] = []
    for archive in archives:
        conditions = " AND ".join(["a.id BETWEEN ? AND ?", "a.title IS NOT NULL", *where])
        sql = _ARTICLES.format(rank="0.0", source="article a", where=conditions)
        rows = connection.execute(
            f"{sql} ORDER BY {_ORDERS[order]} LIMIT {POOL}", [*id_range(archive), *values]
        )
        found += [Row(row, article, False, 0.0, at, score) for row, article, _, at, score in rows]
    return found


def articles_with(connection: sqlite3.Connection, match: str, among: Iterable[int]) -> set[int]:
    """Which of these articles match the FTS5 query themselves."""
    wanted = set(among)
    if not wanted:
        return set()
    rows = connection.execute(
        "SELECT rowid FROM article_fts WHERE article_fts MATCH ? AND rowid BETWEEN ? AND ?",
        (match, min(wanted), max(wanted)),
    )
    return {row for (row,) in rows if row in wanted}


def any_match(connection: sqlite3.Connection, match: str, archives: Sequence[int]) -> int:
    """How many rows of these archives match the FTS5 query, counted to 100."""
    count = 0
    for archive in archives:
        for table in ("article_fts", "comment_fts"):
            rows = connection.execute(
                f"SELECT 1 FROM {table} WHERE {table} MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?",  # noqa: S608
                (match, *id_range(archive), 100 - count),
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
