"""Rows that match, straight from the full-text index: articles and comments, filtered, in the order asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from sqlite3 import Connection
from typing import NamedTuple

from bot.domain.search import Filters, Order
from bot.store.corpus.rows import first_id, last_id
from bot.store.search import zone_map
from bot.store.sqlite.time_limit import StatementBudget


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """How much work one search may be. FTS5's own ranking counts all rows of every word, wherever they are:
    past `rankable` of them the newest matches are taken, which costs the same however many there are."""

    max_small_archive_articles: int = 1000
    """So many articles of each archive take part where FTS5 can rank all there are."""
    max_articles: int = 250
    max_comments: int = 200
    """Rows of each archive that take part where it ranks some of them."""
    max_newest: int = 200
    """So many of the newest take part where it cannot."""
    max_unranked_comments: int = 50
    """So many comments are read to be ranked; where more match, FTS5 chooses them, or the time."""
    max_ranked_rows: int = 4_000
    max_counted_rows: int = 400_000
    """Rows of commoner words that it counts, but need not rank, because the rare ones must be there."""
    max_ranked_words: int = 6
    """By so many of the rarest words it ranks where it cannot rank all there is: each costs in every row."""
    max_filtered_rows: int = 2_000
    """The newest matches that are looked at where a filter or an order needs each row."""
    statement_seconds: float = 0.008
    """Seconds that one statement may look for rows."""


class CandidateRow(NamedTuple):
    """An article or a comment that matches; a higher `rank` is a better match by FTS5, where it was asked,
    among those of its kind.
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
class Candidates:
    """Rows, and whether there are more."""

    rows: list[CandidateRow]
    capped: bool


class FtsQuery(NamedTuple):
    """An FTS5 query, and one by which FTS5 may rank: the same, or one of its rarer words that all its rows
    match as well, or none, where all are too common for that. Then `first` is a query for rare ones among
    its rows, if it has such."""

    text: str
    ranked: str
    rare: str = ""


_CONTENT = {False: "article a", True: "comment c"}
_TABLES = {False: "article_fts", True: "comment_fts"}
_RANKS = {False: "bm25(4.0, 1.0, 1.0)", True: "bm25(1.0, 1.0)"}
_ROWS_PER_TEXT = 50
"""Rows of an index that are read in the time in which a text is."""
_RANKING_BUDGET = 3
"""Ranking gives nothing before it is done: it may take so many moments."""


class CandidateQuery:
    """Rows of one kind that match, under some filters and in some order."""

    def __init__(
        self,
        db: Connection,
        budget: StatementBudget,
        filters: Filters,
        order: Order,
        limits: SearchLimits,
        *,
        comments: bool,
    ) -> None:
        self._budget = budget
        self._ranges = partial(zone_map.id_ranges, db, filters=filters, comments=comments)
        self._order: Order = order
        self._limits = limits
        self._comments = comments
        self._table = _TABLES[comments]
        self._limit = limits.max_comments if comments else limits.max_articles
        self._where, self._values = filter_conditions(filters, _CONTENT[comments][-1])
        self._rankings: dict[tuple[str, int], Sequence[int]] = {}

    def find(self, match: FtsQuery, archives: Iterable[int]) -> Candidates:
        """Rows of each archive that match. Where there are too many, it is the best, if they can be ranked,
        else the newest."""
        found: list[CandidateRow] = []
        capped = False
        for archive in archives:
            if self._order != "relevance" or self._where:
                some, all_of_them = self._filtered(match.text, self._ranges(archive))
            else:
                some, all_of_them = self._by_relevance(match, (first_id(archive), last_id(archive)))
            found += some[: self._limit]
            capped = capped or not all_of_them or len(some) > self._limit
        return Candidates(found, capped)

    def _by_relevance(self, match: FtsQuery, id_range: tuple[int, int]) -> tuple[list[CandidateRow], bool]:
        if not match.ranked:
            found, all_of_them = self._newest(
                (match.text, *id_range), min(self._limit, self._limits.max_newest)
            )
            if match.rare and not all_of_them:
                best = self._best(FtsQuery(match.rare, match.rare), id_range)
                known = {row.id for row in best}
                found = [*best, *(row for row in found if row.id not in known)]
            return found, all_of_them
        enough = self._limits.max_unranked_comments if self._comments else self._limit
        some, in_time = self._budget.rows(
            f"SELECT rowid FROM {self._table} WHERE {self._table} MATCH ? AND rowid BETWEEN ? AND ?"
            " ORDER BY rowid DESC LIMIT ?",
            (match.text, *id_range, enough + 1),
        )
        if len(some) <= enough:
            return self._to_rows([row for (row,) in some]), in_time
        best = self._best(match, id_range)
        return (
            (best, len(best) <= self._limit) if best else self._newest((match.text, *id_range), self._limit)
        )

    def _best(self, match: FtsQuery, id_range: tuple[int, int]) -> list[CandidateRow]:
        """The best by FTS5; none, where it takes too long."""
        if match.ranked == match.text:
            best = self._ranking(match.ranked, id_range, self._limit + 1)
        else:
            sql = f"SELECT rowid FROM {self._table} WHERE {self._table} MATCH ? AND rowid BETWEEN ? AND ?"
            rows, _ = self._budget.rows(sql, (match.text, *id_range))
            wanted = {row for (row,) in rows}
            best = [row for row in self._ranking(match.ranked, id_range, -1) if row in wanted]
        return self._to_rows(best[: self._limit + 1])

    def _to_rows(self, best: Sequence[int]) -> list[CandidateRow]:
        """Those of these that are shown, the first the best."""
        if not self._comments:
            return [CandidateRow(row, row, False, -place) for place, row in enumerate(best)]
        of = self._articles_of(best)
        return [CandidateRow(row, of[row], True, -place) for place, row in enumerate(best) if row in of]

    def _ranking(self, match: str, id_range: tuple[int, int], limit: int) -> Sequence[int]:
        """The best so many rows by FTS5, all for -1, which are kept: ranking is what costs most."""
        ids = self._rankings.get((match, id_range[0]))
        if ids is None:
            # Not the rank itself, which FTS5 would work out again.
            sql = (
                f"SELECT rowid FROM {self._table} WHERE {self._table} MATCH ?"
                " AND rowid BETWEEN ? AND ? AND rank MATCH ? ORDER BY rank LIMIT ?"
            )
            rows, _ = self._budget.rows(
                sql, (match, *id_range, _RANKS[self._comments], limit), _RANKING_BUDGET
            )
            ids = [row for (row,) in rows]
            if limit < 0:
                self._rankings[match, id_range[0]] = ids
        return ids

    def _newest(self, inside: tuple[str, int, int], limit: int) -> tuple[list[CandidateRow], bool]:
        """The newest so many, and whether that is all that match."""
        match = f"{self._table} MATCH ? AND {self._table}.rowid BETWEEN ? AND ?"
        if self._comments:
            sql = (
                "SELECT c.id, c.article FROM comment_fts CROSS JOIN comment c ON c.id = comment_fts.rowid"
                f" CROSS JOIN article a ON a.id = c.article WHERE {match} AND a.title IS NOT NULL"
            )
        else:  # whose index has only those that are shown
            sql = f"SELECT rowid, rowid FROM article_fts WHERE {match}"
        rows, all_of_them = self._budget.rows(
            f"{sql} ORDER BY {self._table}.rowid DESC LIMIT ?", (*inside, limit + 1)
        )
        found = [CandidateRow(row, article, self._comments) for row, article in rows[:limit]]
        return found, all_of_them and len(rows) <= limit

    def _articles_of(self, comments: Sequence[int]) -> dict[int, int]:
        sql = (
            "SELECT c.id, c.article FROM json_each(?) AS j CROSS JOIN comment c ON c.id = j.value"
            " JOIN article a ON a.id = c.article WHERE a.title IS NOT NULL"
        )
        return dict(self._budget.rows(sql, (json.dumps(comments),))[0])

    def _filtered(self, match: str, ranges: Iterable[tuple[int, int]]) -> tuple[list[CandidateRow], bool]:
        """Of the newest matches those that pass the filters, in the order asked."""
        ids, all_of_them = self._newest_ids(match, ranges)
        # They come in the order of the window: what is found when time is up are the newest.
        rows, in_time = self._budget.rows(*self._filter_statement(ids))
        found = _ordered(
            [CandidateRow(row, article, self._comments, 0.0, *of) for row, article, *of in rows], self._order
        )
        if self._articles_checked_last:
            found = found[: self._limit + 1]
            of = self._articles_of([row.id for row in found])
            found = [row for row in found if row.id in of]
        return found, all_of_them and in_time

    def _filter_statement(self, ids: Sequence[int]) -> tuple[str, Sequence[object]]:
        """The statement that gives those of these rows that pass the filters."""
        name = _CONTENT[self._comments][-1]
        columns = f"{name}.id, {'c.article' if self._comments else 'a.id'}, {name}.posted_at, {name}.score"
        source = f"json_each(?) AS j CROSS JOIN {_CONTENT[self._comments]} ON {name}.id = j.value"
        where = ["true", *self._where]
        if not self._articles_checked_last:
            source += " CROSS JOIN article a ON a.id = c.article" if self._comments else ""
            where.append("a.title IS NOT NULL")
        most = self._limit + 1 if self._order == "relevance" else len(ids)
        sql = f"SELECT {columns} FROM {source} WHERE {' AND '.join(where)} LIMIT ?"
        return sql, (json.dumps(ids), *self._values, most)

    @property
    def _articles_checked_last(self) -> bool:
        """Whether articles need only be looked at for the comments that are taken."""
        return self._comments and not self._where

    def _newest_ids(self, match: str, ranges: Iterable[tuple[int, int]]) -> tuple[list[int], bool]:
        """The newest matches between these ids, and whether those are all."""
        ids: list[int] = []
        sql = (
            f"SELECT rowid FROM {self._table} WHERE {self._table} MATCH ? AND rowid BETWEEN ? AND ?"
            " ORDER BY rowid DESC LIMIT ?"
        )
        for first, last in ranges:
            left = self._limits.max_filtered_rows - len(ids)
            rows, in_time = self._budget.rows(sql, (match, first, last, left + 1))
            ids += [row for (row,) in rows[:left]]
            if not in_time or len(rows) > left:
                return ids, False
        return ids, True


def _ordered(rows: list[CandidateRow], order: Order) -> list[CandidateRow]:
    """By time or score, the newest first among equals; what has none comes last."""
    if order == "newest":
        return sorted(rows, key=lambda row: (row.posted_at is not None, row.posted_at, row.id), reverse=True)
    if order == "score":
        return sorted(rows, key=lambda row: (row.score is not None, row.score, row.id), reverse=True)
    return rows


def browse(
    db: Connection,
    budget: StatementBudget,
    archives: Iterable[int],
    filters: Filters,
    order: Order,
    limits: SearchLimits,
) -> Candidates:
    """The first articles of each archive that pass the filters, newest first for relevance; by score the
    highest of the newest."""
    where, values = filter_conditions(filters, "a")
    if not filters.adult:
        where.append("a.over_18 = 0")
    found: list[CandidateRow] = []
    capped = False
    most = limits.max_filtered_rows if order == "score" else limits.max_articles
    for archive in archives:
        (size,) = db.execute("SELECT next_article FROM archive WHERE no = ?", (archive,)).fetchone() or (0,)
        # Of a large archive the index of times is read, which has all archives; a small one is sorted.
        place = (
            "article a INDEXED BY article_shown" if size > limits.max_ranked_rows else "article a NOT INDEXED"
        )
        sign = "+" if size > limits.max_ranked_rows else ""
        narrowed = " AND ".join([f"{sign}a.id BETWEEN ? AND ?", "a.title IS NOT NULL", *where])
        rows, all_of_them = budget.rows(
            f"SELECT a.id, a.posted_at, a.score FROM {place} WHERE {narrowed}"
            " ORDER BY a.posted_at DESC, a.id DESC LIMIT ?",
            [first_id(archive), last_id(archive), *values, most + 1],
            _RANKING_BUDGET,
        )
        some = _ordered(
            [CandidateRow(row, row, False, 0.0, at, score) for row, at, score in rows[:most]], order
        )
        found += some[: limits.max_articles]
        capped = capped or not all_of_them or len(rows) > limits.max_articles
    return Candidates(found, capped)


def matching_articles(
    db: Connection,
    match: str,
    articles: Iterable[int],
    rows: int = 0,
    matches: Callable[[str], bool] | None = None,
) -> set[int]:
    """Which of these articles match the FTS5 query themselves; where `rows` of all articles do, about, and
    these are too many, those whose title or text `holds` it."""
    wanted = sorted(set(articles))
    if not wanted:
        return set()
    if matches is not None and rows > _ROWS_PER_TEXT * len(wanted):
        texts = db.execute(
            "SELECT id, title, body FROM article WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(wanted),),
        )
        return {row for row, title, body in texts if matches(title or "") or matches(body)}
    found = db.execute(
        "SELECT rowid FROM article_fts WHERE article_fts MATCH ? AND rowid BETWEEN ? AND ?",
        (match, wanted[0], wanted[-1]),
    )
    return {row for (row,) in found} & set(wanted)


def adult_articles(db: Connection, articles: Iterable[int]) -> set[int]:
    """Which of these articles are marked as over 18."""
    sql = "SELECT id FROM article WHERE id IN (SELECT value FROM json_each(?)) AND over_18 = 1"
    return {row for (row,) in db.execute(sql, (json.dumps(list(articles)),))}


def count_matches(db: Connection, match: str, archives: Sequence[int]) -> int:
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


def filter_conditions(filters: Filters, name: str) -> tuple[list[str], list[object]]:
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
