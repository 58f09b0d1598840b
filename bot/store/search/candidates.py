"""Reads matching articles and comments from the full-text index, filtered and in the requested order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from bot.domain.search import Condition, Filters, Order, Query, RowFilters
from bot.store.corpus.rows import archive_of, id_range
from bot.store.engine import Connection, IdRange, Kind, Statement, StatementBudget, TextIndex
from bot.store.search import zone_map
from bot.store.search.limits import SearchLimits
from bot.store.search.match_query import for_comments, match_unwanted
from bot.store.search.term_scoring import WeightedTerms, best_by_terms
from bot.store.text_match import TextMatch


class CandidateRow(NamedTuple):
    """A matching article or comment. A higher `rank` is a better match among rows of the same kind, if the
    index ranked them. Time and score are only set if rows are filtered or ordered by them."""

    id: int
    article: int
    is_comment: bool
    rank: float = 0.0
    posted_at: int | None = None
    score: int | None = None

    @property
    def key(self) -> tuple[bool, int]:
        """Identifies the row among articles and comments."""
        return self.is_comment, self.id


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows, and whether there are more."""

    rows: list[CandidateRow]
    capped: bool


class RankedMatch(NamedTuple):
    """What rows have to match, and by what the index ranks them: the same, or those of its rarer words that
    all its rows also match, or None if all words are too common. Then `rare` matches the rare words among
    alternatives, if there are any. In small archives, what is common in others is not too common: `whole` is
    what their rows have to match, if it is more; those without the ranked words come last, newest first. If
    there are `terms`, large archives choose comments by these, see `bot.store.search.term_scoring`."""

    match: TextMatch
    ranked: TextMatch | None
    rare: TextMatch | None = None
    whole: TextMatch | None = None
    terms: WeightedTerms = ()


_CONTENT = {False: "article a", True: "comment c"}
_WEIGHTS = {False: (4.0, 1.0, 1.0), True: (1.0, 1.0)}
_ROWS_PER_TEXT = 50
"""Number of index rows that are read in the time of one text."""
_RANKING_BUDGET = 3
"""Time of a ranking statement, in units of a normal one: it returns nothing before it is complete."""
MAX_RANGES = 100
"""In up to this many threads, each thread's own range of ids is searched."""


class CandidateQuery:
    """Finds matching rows of one kind, with filters and an order; if `articles` are given, only in these
    threads."""

    def __init__(
        self,
        db: Connection,
        budget: StatementBudget,
        filters: Filters,
        order: Order,
        limits: SearchLimits,
        *,
        comments: bool,
        articles: Sequence[int] = (),
    ) -> None:
        self._db = db
        self._join = db.ordered_join
        self._budget = budget
        self._ranges: Callable[[int], Iterable[tuple[int, int]]]
        self._ranges = partial(zone_map.id_ranges, db, filters=filters, comments=comments)
        self._order: Order = order
        self._limits = limits
        self._comments = comments
        self._limit = limits.max_comments if comments else limits.max_articles
        self._where, self._values = filter_conditions(db, filters, "c" if comments else "a")
        if articles:
            if len(articles) <= MAX_RANGES:
                self._ranges = partial(_ranges_of, db, articles, comments=comments)
            self._where.append(f"a.id {db.in_list}")
            self._values.append(db.list_value(articles))
        self._rankings: dict[tuple[TextMatch, int], Sequence[int]] = {}
        self._index = db.text_index
        self._kind: Kind = "comment" if comments else "article"

    def find(self, match: RankedMatch, archives: Iterable[int]) -> Candidates:
        """Returns the matching rows of each archive. If there are too many, these are the best if the index
        can rank them, else the newest."""
        candidates: list[CandidateRow] = []
        capped = False
        for archive in archives:
            limit, asked, most_newest = self._limit, match, min(self._limit, self._limits.max_newest)
            if self._is_small(archive):
                limit = max(limit, self._limits.max_small_archive_articles * (not self._comments))
                asked = match if match.whole is None else match._replace(match=match.whole)
                most_newest = limit
            if self._order != "relevance" or self._where:
                rows, complete = self._filtered(asked.match, self._ranges(archive), limit)
            elif asked.terms and not self._is_small(archive):
                rows, complete = self._by_terms(asked, id_range(archive), limit, most_newest)
            else:
                rows, complete = self._by_index(asked, id_range(archive), limit, most_newest)
            candidates += rows[:limit]
            capped = capped or not complete or len(rows) > limit
        return Candidates(candidates, capped)

    def _is_small(self, archive: int) -> bool:
        """Whether an archive has as few rows of this kind as could be ranked if there were no others."""
        first, last = id_range(archive)
        sql = f"SELECT max(id) FROM {self._kind} WHERE id BETWEEN ? AND ?"
        (newest,) = self._db.execute(sql, (first, last)).fetchone()
        return newest is None or newest - first <= self._limits.max_ranked_rows

    def has_any(self, match: TextMatch, archives: Iterable[int]) -> bool:
        """Whether a row may match, filters aside; False only if all were read in time."""
        newest = (self._newest_ids(match, id_range(archive), 1) for archive in archives)
        return any(ids or not in_time for ids, in_time in newest)

    def _by_terms(
        self, match: RankedMatch, ids: IdRange, limit: int, most_newest: int
    ) -> tuple[list[CandidateRow], bool]:
        """The best rows by their terms. If listing the rows of a term takes too long, those that the index
        finds follow."""
        best, complete = best_by_terms(self._db, self._budget, match.terms, ids, limit)
        rows = self._to_rows(best)
        if not complete and len(best) < limit:
            known = set(best)
            more, _ = self._by_index(match, ids, limit, most_newest)
            rows += [row for row in more if row.id not in known]
        return rows, complete

    def _by_index(
        self, match: RankedMatch, ids: IdRange, limit: int, most_newest: int
    ) -> tuple[list[CandidateRow], bool]:
        if match.ranked is None:
            return self._by_time(match, ids, most_newest)
        return self._by_rank(match.match, match.ranked, ids, limit)

    def _by_time(self, match: RankedMatch, ids: IdRange, limit: int) -> tuple[list[CandidateRow], bool]:
        newest, complete = self._newest(match.match, ids, limit)
        if match.rare is not None and not complete:
            best, _ = self._best(match.rare, match.rare, ids, self._limit)
            known = {row.id for row in best}
            newest = [*best, *(row for row in newest if row.id not in known)]
        return newest, complete

    def _by_rank(
        self, match: TextMatch, ranked: TextMatch, ids: IdRange, limit: int
    ) -> tuple[list[CandidateRow], bool]:
        unranked = self._limits.max_unranked_comments if self._comments else limit
        some, in_time = self._newest_ids(match, ids, unranked + 1)
        if len(some) <= unranked:
            return self._to_rows(some), in_time
        best, complete = self._best(match, ranked, ids, limit)
        return (best, complete) if best else self._newest(match, ids, limit)

    def _best(
        self, match: TextMatch, ranked: TextMatch, ids: IdRange, limit: int
    ) -> tuple[list[CandidateRow], bool]:
        """At most `limit` best rows by the index's rank, then the newest of those that it does not rank, and
        whether these are all matches; none if ranking takes too long."""
        if ranked == match:
            best, in_time = self._ranking(ranked, ids, limit + 1), True
        else:
            rows, in_time = self._budget.rows(*self._index.matching(self._kind, match, ids))
            matching = {row for (row,) in rows}
            best = [row for row in self._ranking(ranked, ids, -1) if row in matching]
            if best and in_time:  # else these are not the newest
                best += sorted(matching.difference(best), reverse=True)
        return self._to_rows(best[:limit]), in_time and len(best) <= limit

    def _to_rows(self, best: Sequence[int]) -> list[CandidateRow]:
        """The rows of those ids that are not hidden, the first with the highest rank."""
        articles = self._articles_of(best) if self._comments else dict(zip(best, best, strict=True))
        return [
            CandidateRow(row, articles[row], self._comments, -place)
            for place, row in enumerate(best)
            if row in articles
        ]

    def _ranking(self, match: TextMatch, ids: IdRange, limit: int) -> Sequence[int]:
        """The ids of the best rows by the index's rank. A limit of -1 returns all and caches them, as ranking
        is the main cost."""
        best = self._rankings.get((match, ids[0]))
        if best is None:
            statement = self._index.best(self._kind, match, ids, _WEIGHTS[self._comments], limit)
            rows, _ = self._budget.rows(*statement, _RANKING_BUDGET)
            best = [row for (row,) in rows]
            if limit < 0:
                self._rankings[match, ids[0]] = best
        return best

    def _newest(self, match: TextMatch, ids: IdRange, limit: int) -> tuple[list[CandidateRow], bool]:
        """At most `limit` newest rows, and whether these are all matches."""
        if self._comments:
            table, row = self._index.table("comment"), self._index.row
            condition, values = self._index.condition("comment", match)
            sql = (
                f"SELECT c.id, c.article FROM {table} {self._join} comment c ON c.id = {row}"
                f" {self._join} article a ON a.id = c.article WHERE {condition}"
                f" AND {row} BETWEEN ? AND ? AND a.title IS NOT NULL ORDER BY {row} DESC LIMIT ?"
            )
            rows, complete = self._budget.rows(sql, (*values, *ids, limit + 1))
        else:  # the index of articles has no hidden ones
            articles, complete = self._newest_ids(match, ids, limit + 1)
            rows = [(article, article) for article in articles]
        newest = [CandidateRow(row, article, self._comments) for row, article in rows[:limit]]
        return newest, complete and len(rows) <= limit

    def _newest_ids(self, match: TextMatch, ids: IdRange, limit: int) -> tuple[list[int], bool]:
        """At most `limit` newest ids, and whether the statement completed in time."""
        rows, in_time = self._budget.rows(*self._index.newest(self._kind, match, ids, limit))
        return [row for (row,) in rows], in_time

    def _articles_of(self, comments: Sequence[int]) -> dict[int, int]:
        sql = (
            f"SELECT c.id, c.article FROM {self._db.list_table} AS j {self._join} comment c ON c.id = j.value"
            " JOIN article a ON a.id = c.article WHERE a.title IS NOT NULL"
        )
        return dict(self._budget.rows(sql, (self._db.list_value(comments),))[0])

    def _filtered(
        self, match: TextMatch, ranges: Iterable[IdRange], limit: int
    ) -> tuple[list[CandidateRow], bool]:
        """The newest matches that pass the filters, in the requested order, and whether these are all: with
        the order of relevance at most `limit`."""
        ids, complete = self._window(match, ranges)
        # Rows are in the order of the window: those found before the timeout are the newest.
        rows, in_time = self._budget.rows(*self._filter_statement(ids, limit + 1))
        candidates = ordered(
            [CandidateRow(row, article, self._comments, 0.0, *rest) for row, article, *rest in rows],
            self._order,
        )
        complete = complete and in_time and len(candidates) <= limit
        candidates = candidates[:limit]
        if self._articles_checked_last:
            articles = self._articles_of([row.id for row in candidates])
            candidates = [row for row in candidates if row.id in articles]
        return candidates, complete

    def _filter_statement(self, ids: Sequence[int], limit: int) -> tuple[str, Sequence[object]]:
        """The statement that selects the rows of these ids that pass the filters; by relevance only the
        first."""
        name = "c" if self._comments else "a"
        columns = f"{name}.id, {'c.article' if self._comments else 'a.id'}, {name}.posted_at, {name}.score"
        source = f"{self._db.list_table} AS j {self._join} {_CONTENT[self._comments]} ON {name}.id = j.value"
        where = ["true", *self._where]
        if not self._articles_checked_last:
            source += f" {self._join} article a ON a.id = c.article" if self._comments else ""
            where.append("a.title IS NOT NULL")
        limit = limit if self._order == "relevance" else len(ids)
        sql = f"SELECT {columns} FROM {source} WHERE {' AND '.join(where)} LIMIT ?"
        return sql, (self._db.list_value(ids), *self._values, limit)

    @property
    def _articles_checked_last(self) -> bool:
        """Whether articles are only checked for the selected comments."""
        return self._comments and not self._where

    def _window(self, match: TextMatch, ranges: Iterable[IdRange]) -> tuple[list[int], bool]:
        """The newest matches with ids in these ranges, and whether these are all."""
        window: list[int] = []
        for ids in ranges:
            left = self._limits.max_filtered_rows - len(window)
            some, in_time = self._newest_ids(match, ids, left + 1)
            window += some[:left]
            if not in_time or len(some) > left:
                return window, False
        return list(dict.fromkeys(window)), True


def _ranges_of(
    db: Connection, articles: Iterable[int], archive: int, *, comments: bool
) -> list[tuple[int, int]]:
    """Ranges of ids that contain these articles of the archive, or their comments; they may overlap."""
    own = [article for article in articles if archive_of(article) == archive]
    if not comments:
        return [(article, article) for article in own]
    sql = "SELECT min(id), max(id) FROM comment WHERE article = ? HAVING min(id) IS NOT NULL"
    return [ids for article in own for ids in db.execute(sql, (article,))]


def ordered(rows: list[CandidateRow], order: Order) -> list[CandidateRow]:
    """Sorts by time or score, newest first among equals; rows without a value come last."""
    if order == "newest":
        return sorted(rows, key=lambda row: (row.posted_at is not None, row.posted_at, row.id), reverse=True)
    if order == "score":
        return sorted(rows, key=lambda row: (row.score is not None, row.score, row.id), reverse=True)
    return rows


def matching_articles(
    db: Connection,
    match: TextMatch,
    articles: Iterable[int],
    rows: int = 0,
    matches: Callable[[str], bool] | None = None,
) -> set[int]:
    """Those of these articles that match themselves. `rows` is the approximate number of
    matches among all articles: if it is too high, the articles' title and text are checked with `matches`
    instead."""
    ids = sorted(set(articles))
    if not ids:
        return set()
    if matches is not None and rows > _ROWS_PER_TEXT * len(ids):
        sql = f"SELECT id, title, body FROM article WHERE id {db.in_list}"
        texts = db.execute(sql, (db.list_value(ids),))
        return {row for row, title, body in texts if matches(title or "") or matches(body)}
    statement = db.text_index.matching("article", match, (ids[0], ids[-1]))
    return {row for (row,) in db.execute(*statement)}.intersection(ids)


def unwanted_statement(
    index: TextIndex, query: Query, rows: Sequence[int], *, comments: bool
) -> Statement | None:
    """The statement that selects those of these articles or comments that the query
    excludes by words; None if it excludes none. Its time depends on the number of rows, and not on how common
    the words are."""
    match = match_unwanted(for_comments(query) if comments else query)
    return None if match is None else index.among("comment" if comments else "article", match, rows)


def adult_articles(db: Connection, articles: Iterable[int]) -> set[int]:
    """Those of these articles that are marked as over 18."""
    sql = f"SELECT id FROM article WHERE id {db.in_list} AND over_18 = 1"
    return {row for (row,) in db.execute(sql, (db.list_value(articles),))}


def count_matches(
    db: Connection, articles: TextMatch, comments: TextMatch | None, archives: Sequence[int], most: int
) -> int:
    """Number of articles and comments of these archives that match, at most so many."""
    matches: tuple[tuple[Kind, TextMatch | None], ...] = (("article", articles), ("comment", comments))
    count = 0
    for archive in archives:
        for kind, match in matches:
            if match is None:
                continue
            limit = most - count
            rows = db.execute(*db.text_index.matching(kind, match, id_range(archive), limit))
            count += len(rows.fetchall())
            if count >= most:
                return count
    return count


def filter_conditions(db: Connection, filters: Filters, name: str) -> tuple[list[str], list[object]]:
    """The filters as SQL conditions, for an article `a`, or for a comment `c` and its article `a`, and their
    values."""
    conditions = (
        (f"a.source = ? {db.ignoring_case}", filters.source),
        (f"{'c.author' if name == 'c' else 'a.submitter'} = ? {db.ignoring_case}", filters.author),
        (f"{name}.posted_at >= ?", None if filters.after is None else filters.after.timestamp()),
        (f"{name}.posted_at < ?", None if filters.before is None else filters.before.timestamp()),
    )
    given = [(condition, value) for condition, value in conditions if value is not None]
    where = [condition for condition, _ in given]
    values: list[object] = [value for _, value in given]
    for group in filters.conditions if isinstance(filters, RowFilters) else ():
        alternatives = [_condition(db, condition, name) for condition in group]
        where.append("(" + " OR ".join(sql for sql, _ in alternatives) + ")")
        values += [value for _, some in alternatives for value in some]
    return where, values


def _condition(db: Connection, condition: Condition, name: str) -> tuple[str, list[object]]:
    """One condition in SQL and its values."""
    columns = {"comments": "a.comments", "score": f"{name}.score", "posted": f"{name}.posted_at"}
    columns["author"] = "c.author" if name == "c" else "a.submitter"
    column = columns.get(condition.field, f"a.{condition.field}")
    if condition.text is not None:
        equal = f"{column} = ? {db.ignoring_case}"
        if condition.negated:
            equal = f"({column} IS NULL OR {column} <> ? {db.ignoring_case})"
        return equal, [condition.text]
    bounds = ((">=", condition.low), ("<=", condition.high))
    given: list[tuple[str, object]] = [(sign, value) for sign, value in bounds if value is not None]
    sql = " AND ".join(f"coalesce({column} {sign} ?, false)" for sign, _ in given) or "true"
    return f"{'NOT ' * condition.negated}({sql})", [value for _, value in given]
