"""Counts the texts that match a query by day, within bounds that hold for any archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from bot.domain.search import Query, RowFilters
from bot.domain.trends import Trend, trend
from bot.store.corpus.rows import id_range
from bot.store.engine import Connection, Kind, Statement, StatementBudget
from bot.store.search.candidates import filter_conditions
from bot.store.search.capitals import Matches, text_columns
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
            made = [(part.matches, _statement(db, part, comments=comments)) for part in parts]
            statements = [(matches, statement) for matches, statement in made if statement is not None]
            if not statements:
                continue
            sampled = sampled or step > 1
            for archive in archives:
                rows, complete = _days(budget, statements, (*id_range(archive), step))
                days += [(day, count * step) for day, count in rows]
                cut = cut or not complete
    finally:
        budget.end()
    narrowed = dict.fromkeys(prefix for part in parts for prefix in part.expansion.narrowed)
    return replace(trend(text, days, sampled=sampled, cut=cut), narrowed=tuple(narrowed))


def _days(
    budget: StatementBudget, statements: Sequence[tuple[Matches | None, Statement]], last: tuple[int, ...]
) -> tuple[Iterable[tuple[int, int]], bool]:
    """The days of the rows that any of the statements selects, each with their number, and whether all could
    be read; none of those that could not. `last` are the last values of each statement."""
    if all(matches is None for matches, _ in statements):
        rows_of = " UNION ".join(statement.sql for _, statement in statements)
        sql = f"SELECT day, count(*) FROM ({rows_of}) AS hits GROUP BY day"
        return budget.rows(
            sql, [value for _, statement in statements for value in (*statement.values, *last)]
        )
    hits: dict[int, int] = {}
    for matches, statement in statements:

        def choose(row: Sequence[Any], matches: Matches | None = matches) -> tuple[int, int] | None:
            number, day, *text = row
            return (number, day) if matches is None or matches(*text) else None

        chosen, complete = budget.chosen(Statement(statement.sql, (*statement.values, *last)), choose)
        if not complete:
            return (), False
        hits.update(chosen)
    return Counter(hits.values()).items(), True


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


def _statement(db: Connection, part: TrendPart, *, comments: bool) -> Statement | None:
    """The statement that selects the ids and days of rows that match the part, and what its `matches` takes;
    None if there can be none. Its last values, which are left out, are the range of ids and the step."""
    index, query, filters = db.text_index, part.query, part.filters
    if not query.groups and not query.conditions and query.text.strip():
        return None  # a query of exclusions alone, which finds nothing
    forms = part.expansion.expand(query) if query.groups else {}
    match = match_query(query, forms)[comments] if query.groups else None
    if comments and match is None and (query.groups or not filters.names_author):
        return None
    name = _NAMES[comments]
    where, values = filter_conditions(db, filters, name)
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
    text = "" if part.matches is None else f", {text_columns(comments=comments)}"
    sql = (
        f"SELECT {row} AS id, {name}.posted_at / 86400 AS day{text} FROM {source}"
        f" WHERE {' AND '.join(conditions)}"
    )
    return Statement(sql, tuple(values))
