"""Rows that match, straight from the full-text index: articles and comments, filtered, in the order asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from sqlite3 import Connection
from typing import NamedTuple

from bot.domain.search import Filters, Order
from bot.store.corpus.rows import id_range
from bot.store.search import zone_map
from bot.store.sqlite.time_limit import StatementBudget


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """How much work one search may do. FTS5's ranking counts all rows of every word, wherever they are: past
    `max_ranked_rows` of them the newest matches are taken, which costs the same however many there are."""

    max_small_archive_articles: int = 1000
    """Articles of each archive, where FTS5 can rank all there are."""
    max_articles: int = 250
    max_comments: int = 200
    """Rows of each archive, where it ranks some of them."""
    max_newest: int = 200
    """Newest rows of each archive, where it can rank none."""
    max_unranked_comments: int = 50
    """Comments that are read to be ranked; where more match, FTS5 chooses them, or the time."""
    max_ranked_rows: int = 4_000
    max_counted_rows: int = 400_000
    """Rows of commoner words that FTS5 counts, but need not rank, because the rare ones must be there."""
    max_ranked_words: int = 6
    """Rarest words by which it ranks where it cannot rank all there is: each costs in every row."""
    max_filtered_rows: int = 2_000
    """Newest matches that are looked at where a filter or an order needs each row."""
    statement_seconds: float = 0.008
    """Processor time for which one statement may look for rows."""


class CandidateRow(NamedTuple):
    """An article or a comment that matches; a higher `rank` is a better match among those of its kind, where
    FTS5 ranked. Times and scores are only there where rows are filtered or ordered by them."""

    id: int
    article: int
    is_comment: bool
    rank: float = 0.0
    posted_at: int | None = None
    score: int | None = None

    @property
    def key(self) -> tuple[bool, int]:
        """What distinguishes it from every other row."""
        return self.is_comment, self.id


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows, and whether there are more."""

    rows: list[CandidateRow]
    capped: bool


class FtsQuery(NamedTuple):
    """An FTS5 query, and one by which FTS5 may rank: the same, or one of its rarer words that all its rows
    match as well, or none, where all are too common for that. Then `rare` is a query for the rare words among
    those that will do, if there are any."""

    text: str
    ranked: str
    rare: str = ""


_CONTENT = {False: "article a", True: "comment c"}
_RANKS = {False: "bm25(4.0, 1.0, 1.0)", True: "bm25(1.0, 1.0)"}
_ROWS_PER_TEXT = 50
"""Rows of an index that are read in the time in which a text is."""
_RANKING_BUDGET = 3
"""Ranking returns nothing before it is done: it may take this many times as long as another statement."""
MAX_COUNTED_MATCHES = 100


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
        self._limit = limits.max_comments if comments else limits.max_articles
        self._where, self._values = filter_conditions(filters, "c" if comments else "a")
        self._rankings: dict[tuple[str, int], Sequence[int]] = {}
        table = "comment_fts" if comments else "article_fts"
        self._matching = f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid BETWEEN ? AND ?"

    def find(self, match: FtsQuery, archives: Iterable[int]) -> Candidates:
        """Rows of each archive that match. Where there are too many, they are the best, if FTS5 can rank
        them, else the newest."""
        candidates: list[CandidateRow] = []
        capped = False
        for archive in archives:
            if self._order != "relevance" or self._where:
                rows, complete = self._filtered(match.text, self._ranges(archive))
            else:
                rows, complete = self._by_relevance(match, id_range(archive))
            candidates += rows[: self._limit]
            capped = capped or not complete or len(rows) > self._limit
        return Candidates(candidates, capped)

    def _by_relevance(self, match: FtsQuery, ids: tuple[int, int]) -> tuple[list[CandidateRow], bool]:
        if not match.ranked:
            newest, complete = self._newest(match.text, ids, min(self._limit, self._limits.max_newest))
            if match.rare and not complete:
                best = self._best(FtsQuery(match.rare, match.rare), ids)
                known = {row.id for row in best}
                newest = [*best, *(row for row in newest if row.id not in known)]
            return newest, complete
        unranked = self._limits.max_unranked_comments if self._comments else self._limit
        some, in_time = self._newest_ids(match.text, ids, unranked + 1)
        if len(some) <= unranked:
            return self._to_rows(some), in_time
        if best := self._best(match, ids):
            return best, len(best) <= self._limit
        return self._newest(match.text, ids, self._limit)

    def _best(self, match: FtsQuery, ids: tuple[int, int]) -> list[CandidateRow]:
        """The best by FTS5; none, where it takes too long."""
        if match.ranked == match.text:
            best = self._ranking(match.ranked, ids, self._limit + 1)
        else:
            matching = {row for (row,) in self._budget.rows(self._matching, (match.text, *ids))[0]}
            best = [row for row in self._ranking(match.ranked, ids, -1) if row in matching]
        return self._to_rows(best[: self._limit + 1])

    def _to_rows(self, best: Sequence[int]) -> list[CandidateRow]:
        """Those of these ids that are shown, the first ranked highest."""
        articles = self._articles_of(best) if self._comments else dict(zip(best, best, strict=True))
        return [
            CandidateRow(row, articles[row], self._comments, -place)
            for place, row in enumerate(best)
            if row in articles
        ]

    def _ranking(self, match: str, ids: tuple[int, int], limit: int) -> Sequence[int]:
        """The best rows by FTS5, all for a limit of -1, which are kept: ranking is what costs most."""
        best = self._rankings.get((match, ids[0]))
        if best is None:
            # Not the rank itself, which FTS5 would work out again.
            rows, _ = self._budget.rows(
                f"{self._matching} AND rank MATCH ? ORDER BY rank LIMIT ?",
                (match, *ids, _RANKS[self._comments], limit),
                _RANKING_BUDGET,
            )
            best = [row for (row,) in rows]
            if limit < 0:
                self._rankings[match, ids[0]] = best
        return best

    def _newest(self, match: str, ids: tuple[int, int], limit: int) -> tuple[list[CandidateRow], bool]:
        """The newest `limit` rows at most, and whether they are all that match."""
        if self._comments:
            sql = (
                "SELECT c.id, c.article FROM comment_fts CROSS JOIN comment c ON c.id = comment_fts.rowid"
                " CROSS JOIN article a ON a.id = c.article WHERE comment_fts MATCH ?"
                " AND comment_fts.rowid BETWEEN ? AND ? AND a.title IS NOT NULL"
                " ORDER BY comment_fts.rowid DESC LIMIT ?"
            )
            rows, complete = self._budget.rows(sql, (match, *ids, limit + 1))
        else:  # whose index has only those that are shown
            articles, complete = self._newest_ids(match, ids, limit + 1)
            rows = [(article, article) for article in articles]
        newest = [CandidateRow(row, article, self._comments) for row, article in rows[:limit]]
        return newest, complete and len(rows) <= limit

    def _newest_ids(self, match: str, ids: tuple[int, int], limit: int) -> tuple[list[int], bool]:
        """The newest `limit` ids at most, and whether they were all found in time."""
        sql = f"{self._matching} ORDER BY rowid DESC LIMIT ?"
        rows, in_time = self._budget.rows(sql, (match, *ids, limit))
        return [row for (row,) in rows], in_time

    def _articles_of(self, comments: Sequence[int]) -> dict[int, int]:
        sql = (
            "SELECT c.id, c.article FROM json_each(?) AS j CROSS JOIN comment c ON c.id = j.value"
            " JOIN article a ON a.id = c.article WHERE a.title IS NOT NULL"
        )
        return dict(self._budget.rows(sql, (json.dumps(comments),))[0])

    def _filtered(self, match: str, ranges: Iterable[tuple[int, int]]) -> tuple[list[CandidateRow], bool]:
        """Of the newest matches those that pass the filters, in the order asked."""
        ids, complete = self._window(match, ranges)
        # They come in the order of the window: what is found when time is up are the newest.
        rows, in_time = self._budget.rows(*self._filter_statement(ids))
        candidates = _ordered(
            [CandidateRow(row, article, self._comments, 0.0, *rest) for row, article, *rest in rows],
            self._order,
        )
        if self._articles_checked_last:
            candidates = candidates[: self._limit + 1]
            articles = self._articles_of([row.id for row in candidates])
            candidates = [row for row in candidates if row.id in articles]
        return candidates, complete and in_time

    def _filter_statement(self, ids: Sequence[int]) -> tuple[str, Sequence[object]]:
        """The statement that gives those of these rows that pass the filters."""
        name = "c" if self._comments else "a"
        columns = f"{name}.id, {'c.article' if self._comments else 'a.id'}, {name}.posted_at, {name}.score"
        source = f"json_each(?) AS j CROSS JOIN {_CONTENT[self._comments]} ON {name}.id = j.value"
        where = ["true", *self._where]
        if not self._articles_checked_last:
            source += " CROSS JOIN article a ON a.id = c.article" if self._comments else ""
            where.append("a.title IS NOT NULL")
        limit = self._limit + 1 if self._order == "relevance" else len(ids)
        sql = f"SELECT {columns} FROM {source} WHERE {' AND '.join(where)} LIMIT ?"
        return sql, (json.dumps(ids), *self._values, limit)

    @property
    def _articles_checked_last(self) -> bool:
        """Whether articles need only be looked at for the comments that are taken."""
        return self._comments and not self._where

    def _window(self, match: str, ranges: Iterable[tuple[int, int]]) -> tuple[list[int], bool]:
        """The newest matches between these ids, and whether those are all."""
        window: list[int] = []
        for ids in ranges:
            left = self._limits.max_filtered_rows - len(window)
            some, in_time = self._newest_ids(match, ids, left + 1)
            window += some[:left]
            if not in_time or len(some) > left:
                return window, False
        return window, True


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
    candidates: list[CandidateRow] = []
    capped = False
    limit = limits.max_filtered_rows if order == "score" else limits.max_articles
    for archive in archives:
        (size,) = db.execute("SELECT next_article FROM archive WHERE no = ?", (archive,)).fetchone() or (0,)
        # Of a large archive the index of times is read, which has all archives; a small one is sorted.
        large = size > limits.max_ranked_rows
        index, column = ("INDEXED BY article_shown", "+a.id") if large else ("NOT INDEXED", "a.id")
        conditions = " AND ".join([f"{column} BETWEEN ? AND ?", "a.title IS NOT NULL", *where])
        rows, complete = budget.rows(
            f"SELECT a.id, a.posted_at, a.score FROM article a {index} WHERE {conditions}"
            " ORDER BY a.posted_at DESC, a.id DESC LIMIT ?",
            [*id_range(archive), *values, limit + 1],
            _RANKING_BUDGET,
        )
        articles = [CandidateRow(row, row, False, 0.0, time, score) for row, time, score in rows[:limit]]
        candidates += _ordered(articles, order)[: limits.max_articles]
        capped = capped or not complete or len(rows) > limits.max_articles
    return Candidates(candidates, capped)


def matching_articles(
    db: Connection,
    match: str,
    articles: Iterable[int],
    rows: int = 0,
    matches: Callable[[str], bool] | None = None,
) -> set[int]:
    """Which of these articles match the FTS5 query themselves. Where about `rows` of all articles do, and
    these are too many, those whose title or text `matches`."""
    ids = sorted(set(articles))
    if not ids:
        return set()
    if matches is not None and rows > _ROWS_PER_TEXT * len(ids):
        sql = "SELECT id, title, body FROM article WHERE id IN (SELECT value FROM json_each(?))"
        texts = db.execute(sql, (json.dumps(ids),))
        return {row for row, title, body in texts if matches(title or "") or matches(body)}
    sql = "SELECT rowid FROM article_fts WHERE article_fts MATCH ? AND rowid BETWEEN ? AND ?"
    return {row for (row,) in db.execute(sql, (match, ids[0], ids[-1]))}.intersection(ids)


def adult_articles(db: Connection, articles: Iterable[int]) -> set[int]:
    """Which of these articles are marked as over 18."""
    sql = "SELECT id FROM article WHERE id IN (SELECT value FROM json_each(?)) AND over_18 = 1"
    return {row for (row,) in db.execute(sql, (json.dumps(list(articles)),))}


def count_matches(db: Connection, match: str, archives: Sequence[int]) -> int:
    """How many rows of these archives match the FTS5 query, counted to MAX_COUNTED_MATCHES."""
    count = 0
    for archive in archives:
        for table in ("article_fts", "comment_fts"):
            rows = db.execute(
                f"SELECT 1 FROM {table} WHERE {table} MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?",
                (match, *id_range(archive), MAX_COUNTED_MATCHES - count),
            )
            count += len(rows.fetchall())
            if count >= MAX_COUNTED_MATCHES:
                return count
    return count


def filter_conditions(filters: Filters, name: str) -> tuple[list[str], list[object]]:
    """The filters in SQL, for an article `a`, or for a comment `c` and its article `a`, and their values."""
    conditions = (
        ("a.source = ? COLLATE NOCASE", filters.source),
        (f"{'c.author' if name == 'c' else 'a.submitter'} = ? COLLATE NOCASE", filters.author),
        (f"{name}.posted_at >= ?", None if filters.after is None else filters.after.timestamp()),
        (f"{name}.posted_at < ?", None if filters.before is None else filters.before.timestamp()),
    )
    given = [(condition, value) for condition, value in conditions if value is not None]
    return [condition for condition, _ in given], [value for _, value in given]
