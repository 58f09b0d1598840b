"""Counts in how many texts each word of a query occurs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.domain.search import Query, Term, WordCount
from bot.store.corpus.rows import id_range
from bot.store.engine import Connection, IdRange, Kind, Statement, StatementBudget
from bot.store.search.capitals import Matches, text_columns
from bot.store.search.match_query import Forms, match_term
from bot.store.search.query_kind import is_plain
from bot.store.text_match import TextMatch, any_of

MAX_COUNT = 1_000
"""More texts with one word are not counted."""
MAX_WORDS = 6
"""The most terms that are counted."""
_COUNT_BUDGET = 0.25
"""Time of a statement, in units of a normal one: phrases of common words are slow, and are then counted in
part. Abbreviations, for which texts are read, have a whole unit."""


class WordCounter:
    """Counts in how many articles and comments of these archives terms occur, in any of their forms."""

    def __init__(
        self, db: Connection, budget: StatementBudget, archives: Sequence[int], forms: Forms
    ) -> None:
        self._db = db
        self._budget = budget
        self._archives = archives
        self._forms = forms

    def count(
        self, groups: Iterable[tuple[Term, ...]], matches_of: Callable[[tuple[Term, ...]], Matches | None]
    ) -> tuple[WordCount, ...]:
        """The count of each group; only of the first. `matches_of` returns what else a text must have for a
        group. What the time does not allow to count at all is left out."""
        counts: dict[str, WordCount] = {}
        self._budget.begin()
        try:
            for group in groups:
                label = " ".join(group[0].words) + "*" * group[0].prefix
                if label not in counts and len(counts) < MAX_WORDS:
                    counts[label] = self._count(label, group, matches_of(group))
        finally:
            self._budget.end()
        return tuple(count for count in counts.values() if count.texts or not count.capped)

    def _count(self, label: str, group: Sequence[Term], matches: Matches | None) -> WordCount:
        kinds: list[Kind] = ["article"] if all(term.title for term in group) else ["article", "comment"]
        total, capped = 0, False
        for kind in kinds:
            match = any_of(
                match_term(term, self._forms) for term in group if not term.title or kind == "article"
            )
            for archive in self._archives:
                some, in_time = self._rows(kind, match, id_range(archive), MAX_COUNT + 1 - total, matches)
                total += some
                capped = capped or not in_time
                if total > MAX_COUNT:
                    return WordCount(label, MAX_COUNT, capped=True)
        return WordCount(label, total, capped)

    def _rows(
        self, kind: Kind, match: TextMatch, ids: IdRange, limit: int, matches: Matches | None
    ) -> tuple[int, bool]:
        """How many rows match, at most `limit`, and whether all were read in time."""
        index, name, join = self._db.text_index, kind[0], self._db.ordered_join
        if matches is None:
            rows, in_time = self._budget.rows(*index.matching(kind, match, ids, limit), _COUNT_BUDGET)
            return len(rows), in_time
        condition = index.condition(kind, match)
        thread = f" {join} article a ON a.id = c.article" if kind == "comment" else ""
        sql = (
            f"SELECT {text_columns(comments=kind == 'comment')}"
            f" FROM {index.table(kind)} {join} {kind} {name} ON {name}.id = {index.row}"
            f"{thread} WHERE {condition.sql} AND {index.row} BETWEEN ? AND ?"
        )
        statement = Statement(sql, (*condition.values, *ids))
        some, in_time = self._budget.chosen(statement, lambda text: matches(*text) or None, limit)
        return len(some), in_time


def counted_groups(query: Query) -> list[tuple[Term, ...]]:
    """The terms of a query, one by one, but the spellings of one typed word or phrase together."""
    groups: list[tuple[Term, ...]] = []
    for group in query.groups:
        if is_plain(group, query.text):
            groups.append(group)
            continue
        first = [place for place, term in enumerate(group) if not place or not term.is_spelling]
        groups += [group[start:end] for start, end in zip(first, [*first[1:], len(group)], strict=True)]
    return groups
