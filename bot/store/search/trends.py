"""Counts the texts that match a query by day, within bounds that hold for any archive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from sqlite3 import Connection

from bot.domain.search import Query, RowFilters
from bot.domain.trends import Trend, trend
from bot.store.corpus.rows import id_range
from bot.store.search.candidates import filter_conditions
from bot.store.search.fts_query import Forms, headline_terms, match_all, match_query, optional_terms
from bot.store.search.query_expansion import QueryExpansion
from bot.store.sqlite.time_limit import StatementBudget

MAX_ROWS = 50_000
"""Of more matches of one kind in all archives, every second one is counted, or every third, and so on."""
STATEMENT_SECONDS = 1.0
_NAMES = {False: "a", True: "c"}


def read_trend(
    db: Connection,
    archives: Sequence[int],
    query: Query,
    filters: RowFilters,
    expansion: QueryExpansion,
) -> Trend:
    """The trend of the articles and comments that match; without words, of the articles that pass the
    filters, and of the comments if these name an author."""
    budget = StatementBudget(db, STATEMENT_SECONDS)
    forms = expansion.expand(query) if query.groups else {}
    matches = match_query(query, forms) if query.groups else ("", "")
    days: list[tuple[int, int]] = []
    sampled = cut = False
    budget.begin()
    try:
        for comments, match in zip((False, True), matches, strict=True):
            if comments and not match and (query.groups or not filters.names_author):
                continue
            step = max(1, ceil(_estimate(query, expansion, comments) / MAX_ROWS))
            sampled = sampled or step > 1
            sql, values = _statement(query, filters, forms, match, comments=comments)
            for archive in archives:
                rows, complete = budget.rows(sql, (*values, *id_range(archive), step))
                days += [(day, count * step) for day, count in rows]
                cut = cut or not complete
    finally:
        budget.end()
    return trend(query.text, days, sampled=sampled, cut=cut)


def _estimate(query: Query, expansion: QueryExpansion, comments: bool) -> int:
    """About how many rows match at most: those of the rarest group."""
    groups: Iterable[Query] = (Query("", (group,)) for group in query.groups)
    return min(
        (sum(expansion.count_rows(term)[comments] for term in optional_terms(group)) for group in groups),
        default=0,
    )


def _statement(
    query: Query, filters: RowFilters, forms: Forms, match: str, *, comments: bool
) -> tuple[str, list[object]]:
    """The statement that counts matching rows by day. Its last values are the range of ids and the step."""
    name = _NAMES[comments]
    where, values = filter_conditions(filters, name)
    if not filters.adult:
        where.append("a.over_18 = 0")
    if comments and (headlines := headline_terms(query)).groups:
        where.append("a.id IN (SELECT rowid FROM article_fts WHERE article_fts MATCH ?)")
        values.append(match_all(headlines, forms))
    table = "comment" if comments else "article"
    if match:
        source = f"{table}_fts f CROSS JOIN {table} {name} ON {name}.id = f.rowid"
        where.append(f"{table}_fts MATCH ?")
        values.append(match)
    else:
        source = "comment c NOT INDEXED" if comments else "article a"
    if comments:
        source += " CROSS JOIN article a ON a.id = c.article"
        if not match:
            where.append("c.text NOT IN ('[deleted]', '[removed]')")
    row = "f.rowid" if match else f"{name}.id"
    conditions = [*where, "a.title IS NOT NULL", f"{name}.posted_at IS NOT NULL"]
    conditions += [f"{row} BETWEEN ? AND ?", f"{row} % ? = 0"]
    sql = (
        f"SELECT {name}.posted_at / 86400, count(*) FROM {source} WHERE {' AND '.join(conditions)} GROUP BY 1"
    )
    return sql, values
