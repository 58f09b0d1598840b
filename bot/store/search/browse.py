"""Lists articles and comments that pass filters, without any words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.search import Filters, Order, Query, RowFilters
from bot.store.corpus.rows import id_range
from bot.store.engine import Connection, StatementBudget, TextIndex
from bot.store.search.candidates import (
    CandidateRow,
    Candidates,
    filter_conditions,
    ordered,
    unwanted_statement,
)
from bot.store.search.limits import SearchLimits

_BUDGET = 25
"""The time of one archive, in units of a normal statement: a filter may pass only a few of many rows."""
_CHECKED_AT_ONCE = 100
"""The rows that are checked for excluded words by one statement."""


def browse(
    db: Connection,
    budget: StatementBudget,
    archives: Iterable[int],
    filters: Filters,
    order: Order,
    limits: SearchLimits,
) -> Candidates:
    """The first articles of each archive that pass the filters: newest first for relevance; for the order by
    score, the highest among the newest."""
    where, values = filter_conditions(db, filters, "a")
    if not filters.adult:
        where.append("a.over_18 = 0")
    candidates: list[CandidateRow] = []
    capped = False
    limit = limits.max_filtered_rows if order == "score" else limits.max_articles
    for archive in archives:
        (size,) = db.execute("SELECT next_article FROM archive WHERE no = ?", (archive,)).fetchone() or (0,)
        # For a large archive the index of times is read, which covers all archives; a small one is sorted.
        large = size > limits.max_ranked_rows
        times = "article_place" if _is_one_subreddit(filters) else "article_shown"
        index, column = (times, "+a.id") if large else (None, "a.id")
        conditions = " AND ".join([f"{column} BETWEEN ? AND ?", "a.title IS NOT NULL", *where])
        rows, complete = budget.rows(
            f"SELECT a.id, a.posted_at, a.score FROM article a {db.read_by(index)} WHERE {conditions}"
            " ORDER BY a.posted_at DESC NULLS LAST, a.id DESC LIMIT ?",
            [*id_range(archive), *values, limit + 1],
            _BUDGET,
        )
        articles = [CandidateRow(row, row, False, 0.0, time, score) for row, time, score in rows[:limit]]
        candidates += ordered(articles, order)[: limits.max_articles]
        capped = capped or not complete or len(rows) > limits.max_articles
    return Candidates(candidates, capped)


def _is_one_subreddit(filters: Filters) -> bool:
    """Whether articles of just one subreddit pass, which has an index of its own."""
    conditions = filters.conditions if isinstance(filters, RowFilters) else ()
    return any(
        len(group) == 1 and group[0].field == "subreddit" and not group[0].negated for group in conditions
    )


def without_excluded_rows(
    index: TextIndex, budget: StatementBudget, query: Query, rows: Sequence[CandidateRow]
) -> tuple[list[CandidateRow], bool]:
    """The rows without those that the query excludes by words, and whether time ran out: those that were not
    checked are left out too."""
    kept: set[tuple[bool, int]] = set()
    cut = False
    for comments in (False, True):
        ids = [row.id for row in rows if row.is_comment == comments]
        for start in range(0, len(ids), _CHECKED_AT_ONCE):
            some = ids[start : start + _CHECKED_AT_ONCE]
            statement = unwanted_statement(index, query, some, comments=comments)
            unwanted, complete = budget.rows(*statement, _BUDGET) if statement is not None else ([], True)
            if not complete:
                cut = True
                break
            excluded = {row for (row,) in unwanted}
            kept.update((comments, row) for row in some if row not in excluded)
    return [row for row in rows if row.key in kept], cut


def browse_comments(
    db: Connection,
    budget: StatementBudget,
    archives: Iterable[int],
    filters: Filters,
    order: Order,
    limits: SearchLimits,
) -> Candidates:
    """The last comments of each archive that pass the filters, see `browse`."""
    where, values = filter_conditions(db, filters, "c")
    if not filters.adult:
        where.append("a.over_18 = 0")
    conditions = " AND ".join(["c.id BETWEEN ? AND ?", "a.title IS NOT NULL", *where])
    candidates: list[CandidateRow] = []
    capped = False
    limit = limits.max_filtered_rows if order == "score" else limits.max_articles
    for archive in archives:
        rows, complete = budget.rows(
            f"SELECT c.id, c.article, c.posted_at, c.score FROM comment c {db.read_by(None)}"
            f" {db.ordered_join} article a ON a.id = c.article WHERE {conditions}"
            " AND c.text NOT IN ('[deleted]', '[removed]') ORDER BY c.id DESC LIMIT ?",
            [*id_range(archive), *values, limit + 1],
            _BUDGET,
        )
        comments = [CandidateRow(row, article, True, 0.0, *rest) for row, article, *rest in rows[:limit]]
        candidates += ordered(comments, order)[: limits.max_articles]
        capped = capped or not complete or len(rows) > limits.max_articles
    return Candidates(candidates, capped)
