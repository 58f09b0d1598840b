"""Counts the texts that match a query by day, within bounds that hold for any archive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from bot.domain.search import Query, RowFilters
from bot.domain.trends import Trend, trend
from bot.store.corpus.rows import id_range
from bot.store.engine import Connection, Kind
from bot.store.search.candidates import filter_conditions
from bot.store.search.capitals import Matches, capitals_condition
from bot.store.search.match_query import (
    for_comments,
    headline_terms,
    match_all,
    match_query,
    match_unwanted,
    optional_terms,
)
from bot.store.search.query_expansion import QueryExpansion

MAX_ROWS = 50_000
"""Of more matches of one kind in all archives, every second one is counted, or every third, and so on."""
MAX_READ_ROWS = 10_000
"""The same if the texts are read to tell abbreviations from words."""
STATEMENT_SECONDS = 1.0
_NAMES = {False: "a", True: "c"}


@dataclass(frozen=True, slots=True)
class TrendPart:
    """A query, or an alternative of one, with its filters and the forms of its words."""

    query: Query
    filters: RowFilters
    expansion: QueryExpansion
    matches: Matches | None = None
    """What a text must have besides the words, if it has to be read to see it."""


def read_trend(db: Connection, archives: Sequence[int], text: str, parts: Sequence[TrendPart]) -> Trend:
    """The trend of the articles and comments that match one of the parts; without words, of the articles that
    pass the filters, and of the comments if these name an author."""
    budget = db.budget(STATEMENT_SECONDS)
    days: list[tuple[int, int]] = []
    sampled = cut = False
    budget.begin()
    try:
        for comments in (False, True):
            most = MAX_ROWS if all(part.matches is None for part in parts) else MAX_READ_ROWS
            step = max(1, *(ceil(_estimate(part, comments) / most) for part in parts))
            statements = [
                made
                for number, part in enumerate(parts)
                if (made := _statement(db, part, number, comments=comments)) is not None
            ]
            if not statements:
                continue
            sampled = sampled or step > 1
            rows_of = " UNION ".join(sql for sql, _ in statements)
            sql = f"SELECT day, count(*) FROM ({rows_of}) AS hits GROUP BY day"
            for archive in archives:
                values = [value for _, given in statements for value in (*given, *id_range(archive), step)]
                rows, complete = budget.rows(sql, values)
                days += [(day, count * step) for day, count in rows]
                cut = cut or not complete
    finally:
        budget.end()
    narrowed = dict.fromkeys(prefix for part in parts for prefix in part.expansion.narrowed)
    return replace(trend(text, days, sampled=sampled, cut=cut), narrowed=tuple(narrowed))


def _estimate(part: TrendPart, comments: bool) -> int:
    """About how many rows match at most: those of the rarest group."""
    groups: Iterable[Query] = (Query("", (group,)) for group in part.query.groups)
    return min(
        (
            sum(part.expansion.count_rows(term)[comments] for term in optional_terms(group))
            for group in groups
        ),
        default=0,
    )


def _statement(
    db: Connection, part: TrendPart, number: int, *, comments: bool
) -> tuple[str, list[object]] | None:
    """The statement that selects the ids and days of rows that match the part of this number, None if there
    can be none. Its last values are the range of ids and the step."""
    index, query, filters = db.text_index, part.query, part.filters
    if not query.groups and not query.conditions and query.text.strip():
        return None  # a query of exclusions alone, which finds nothing
    forms = part.expansion.expand(query) if query.groups else {}
    match = match_query(query, forms)[comments] if query.groups else None
    if comments and match is None and (query.groups or not filters.names_author):
        return None
    name = _NAMES[comments]
    where, values = filter_conditions(db, filters, name)
    if part.matches is not None:
        where.append(capitals_condition(db, part.matches, comments=comments, number=number))
    if not filters.adult:
        where.append("a.over_18 = 0")
    if comments and (headlines := headline_terms(query)).groups:
        titled = index.matching("article", match_all(headlines, forms))
        where.append(f"a.id IN ({titled.sql})")
        values += titled.values
    kind: Kind = "comment" if comments else "article"
    if match is not None:
        source = f"{index.table(kind)} {db.ordered_join} {kind} {name} ON {name}.id = {index.row}"
        condition = index.condition(kind, match)
        where.append(condition.sql)
        values += condition.values
    else:
        source = f"comment c {db.read_by(None)}" if comments else "article a"
        if (unwanted := match_unwanted(for_comments(query) if comments else query)) is not None:
            without = index.matching(kind, unwanted)
            where.append(f"{name}.id NOT IN ({without.sql})")
            values += without.values
    if comments:
        source += f" {db.ordered_join} article a ON a.id = c.article"
        if match is None:
            where.append("c.text NOT IN ('[deleted]', '[removed]')")
    row = f"{name}.id" if match is None else index.row
    conditions = [*where, "a.title IS NOT NULL", f"{name}.posted_at IS NOT NULL"]
    conditions += [f"{row} BETWEEN ? AND ?", f"{row} % ? = 0"]
    sql = (
        f"SELECT {row} AS id, {name}.posted_at / 86400 AS day FROM {source} WHERE {' AND '.join(conditions)}"
    )
    return sql, values
