"""Decides what rows have to match for a query, and by which of its words the index ranks them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from sys import maxsize

from bot.domain.search import Query, Term
from bot.store.search.candidates import RankedMatch
from bot.store.search.limits import SearchLimits
from bot.store.search.match_query import (
    Forms,
    for_comments,
    match_all,
    match_any,
    match_term,
    optional_terms,
)
from bot.store.search.ports import TextScorer
from bot.store.search.query_expansion import QueryExpansion
from bot.store.search.term_scoring import WeightedTerms, term_weight
from bot.store.text_match import TextMatch, all_of, any_of

MAX_GROUPS_AT_ONCE = 6
"""Of a query with more groups, first a few are looked for."""
FIRST_GROUPS = 3
"""So many, the rarest: hardly any row has these, let alone all."""
MAX_JOINED_TERMS = 3
"""Of the terms that are too common to list all their rows, so many, the rarest, are listed among the rows of
still rarer ones."""


class MatchPlan:
    """The matches of one search: lists have those of articles and of comments, None for what cannot match."""

    def __init__(self, expansion: QueryExpansion, scorer: TextScorer, limits: SearchLimits) -> None:
        self._expansion = expansion
        self._scorer = scorer
        self._limits = limits

    def all_terms(self, query: Query) -> list[RankedMatch | None]:
        """Rows with all terms, ranked by the rarer ones if the words together are too common."""
        forms = self._expansion.expand(query)
        matches: list[RankedMatch | None] = []
        for kind, asked in _by_kind(query):
            if not asked.groups:
                matches.append(None)
                continue
            bare = replace(asked, exclude=(), exclusions=())  # to rank, their rows would be counted too
            rankable = self._rankable_terms(asked, kind)
            # The index drives an intersection by its first operand: the rarest group goes first.
            groups = sorted(asked.groups, key=lambda group: self.count_rows(group, kind))
            text = match_all(replace(asked, groups=tuple(groups)), forms)
            has_rankable_group = any(
                rankable.issuperset(optional_terms(replace(asked, groups=(group,)))) for group in groups
            )
            others = [term for term in (*optional_terms(asked), *asked.exclude) if term not in rankable]
            ranked: TextMatch | None = None
            if has_rankable_group and self.count_rows(others, kind) <= self._limits.max_counted_rows:
                ranked = text
            elif has_rankable_group:
                terms = [term for term in optional_terms(asked) if term in rankable]
                ranked = match_any(bare, terms, forms)
            alternatives = [term for term in asked.groups[0] if term in rankable] if len(groups) == 1 else []
            rare = match_any(asked, alternatives, forms) if alternatives and ranked is None else None
            matches.append(RankedMatch(text, ranked, rare))
        return matches

    def rarest_groups(self, query: Query) -> list[TextMatch | None]:
        """What a row with all groups has: the rarest ones."""
        forms = self._expansion.expand(query)
        matches: list[TextMatch | None] = []
        for kind, asked in _by_kind(query):
            groups = sorted(asked.groups, key=lambda group: self.count_rows(group, kind))
            rarest = Query("", tuple(groups[:FIRST_GROUPS]))
            matches.append(match_all(rarest, forms) if groups else None)
        return matches

    def any_terms(self, query: Query) -> tuple[list[RankedMatch | None], tuple[Term, ...]]:
        """Rows with any terms: if the words together are too common, only with the rarer ones, and if all
        words are, with the rarest; and the terms that are left out for some kind of rows."""
        forms = self._expansion.expand(query)
        matches: list[RankedMatch | None] = []
        terms = optional_terms(query)
        tried = set(terms)
        for kind, asked in _by_kind(query):
            own = optional_terms(asked)
            if not own:
                matches.append(None)
                continue
            rankable = self._rankable_terms(asked, kind)
            some = [term for term in own if term in rankable]
            some = some or [min(own, key=lambda term: self._expansion.count_rows(term)[kind])]
            ranked = match_any(replace(asked, exclude=(), exclusions=()), some, forms) if rankable else None
            whole = match_any(asked, own, forms) if len(some) < len(own) else None
            weighted = self._weighted_terms(asked, len(rankable), forms) if kind else ()
            matches.append(RankedMatch(match_any(asked, some, forms), ranked, whole=whole, terms=weighted))
            tried.intersection_update(some)
        return matches, tuple(term for term in terms if term not in tried)

    def count_rows(self, terms: Iterable[Term], kind: int) -> int:
        """About how many rows of a kind, over all archives, are to be read for these terms."""
        return sum(self._expansion.count_rows(term)[kind] for term in terms)

    def _rankable_terms(self, query: Query, kind: int) -> set[Term]:
        """The terms whose rows the index can rank together, the rarest first."""
        if self._scorer.total[kind] <= self._limits.max_ranked_rows:
            return set(optional_terms(query))
        rarest = self._rarest_terms(query, kind, self._limits.max_ranked_rows)
        return {term for term, _ in rarest[: self._limits.max_ranked_words]}

    def _weighted_terms(self, query: Query, rankable: int, forms: Forms) -> WeightedTerms:
        """The terms by which comments are chosen without ranking, if these are more than those that the index
        can rank: what has both may be better than what has a rarer one. Those too common to be listed count
        beside rarer ones. None if rows are excluded."""
        if query.exclude or query.exclusions or len(optional_terms(query)) <= rankable:
            return ()
        total = self._scorer.total[1]
        listed = self._rarest_terms(query, 1, self._limits.max_listed_rows)
        weighted = [(match_term(term, forms), term_weight(rows, total)) for term, rows in listed]
        rarest = self._rarest_terms(query, 1, self._limits.max_joined_rows)
        if rarest:
            with_rare = any_of(match for match, _ in weighted[: len(rarest)])
            others = self._rarest_terms(query, 1, maxsize)[len(listed) :][:MAX_JOINED_TERMS]
            weighted += [
                (all_of((with_rare, match_term(term, forms))), term_weight(rows, total))
                for term, rows in others
            ]
        return weighted if len(weighted) > rankable else ()

    def _rarest_terms(self, query: Query, kind: int, max_rows: int) -> list[tuple[Term, int]]:
        """The rarest terms that have at most so many rows together, each with its rows."""
        terms = optional_terms(query)
        counts = [(self._expansion.count_rows(term)[kind], place) for place, term in enumerate(terms)]
        rarest: list[tuple[Term, int]] = []
        for rows, place in sorted(counts):
            max_rows -= rows
            if max_rows < 0:
                break
            rarest.append((terms[place], rows))
        return rarest


def _by_kind(query: Query) -> Iterator[tuple[int, Query]]:
    yield 0, query
    yield 1, for_comments(query)
