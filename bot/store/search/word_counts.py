"""Counts in how many texts each word of a query occurs."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.search import Query, Term, WordCount
from bot.store.corpus.rows import id_range
from bot.store.engine import Kind, StatementBudget, TextIndex
from bot.store.search.match_query import Forms, match_term
from bot.store.search.query_kind import is_plain
from bot.store.text_match import any_of

MAX_COUNT = 1_000
"""More texts with one word are not counted."""
MAX_WORDS = 6
"""The most terms that are counted."""
_COUNT_BUDGET = 0.25
"""Time of a statement, in units of a normal one: phrases of common words are slow, and are then counted in
part."""


def count_words(
    index: TextIndex,
    budget: StatementBudget,
    archives: Sequence[int],
    groups: Sequence[Sequence[Term]],
    forms: Forms,
) -> tuple[WordCount, ...]:
    """In how many articles and comments of these archives each group occurs, in any of its forms; only the
    first groups."""
    counts: dict[str, WordCount] = {}
    budget.begin()
    try:
        for group in groups:
            label = " ".join(group[0].words) + "*" * group[0].prefix
            if label not in counts and len(counts) < MAX_WORDS:
                counts[label] = _count(index, budget, archives, label, group, forms)
    finally:
        budget.end()
    return tuple(counts.values())


def _count(
    index: TextIndex,
    budget: StatementBudget,
    archives: Sequence[int],
    label: str,
    group: Sequence[Term],
    forms: Forms,
) -> WordCount:
    kinds: list[Kind] = ["article"] if all(term.title for term in group) else ["article", "comment"]
    total, capped = 0, False
    for kind in kinds:
        match = any_of(match_term(term, forms) for term in group if not term.title or kind == "article")
        for archive in archives:
            statement = index.matching(kind, match, id_range(archive), MAX_COUNT + 1 - total)
            some, in_time = budget.rows(*statement, _COUNT_BUDGET)
            total += len(some)
            capped = capped or not in_time
            if total > MAX_COUNT:
                return WordCount(label, MAX_COUNT, capped=True)
    return WordCount(label, total, capped)


def counted_groups(query: Query) -> list[tuple[Term, ...]]:
    """The terms of a query, one by one, but the spellings of one typed word together."""
    groups: list[tuple[Term, ...]] = []
    for group in query.groups:
        groups += [group] if is_plain(group, query.text) else [(term,) for term in group]
    return groups
