"""Replaces words that hardly occur in the archives of a scope by those nearest in meaning that do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.search import Query, Term
from bot.store.engine import Connection
from bot.store.search.candidates import count_matches
from bot.store.search.match_query import match_query
from bot.store.search.ports import TextAnalyzer
from bot.store.search.query_expansion import QueryExpansion

MAX_TEXTS = 3
"""A word in more articles and comments is searched as it is."""
MAX_WORDS = 6
"""The most near words for one word, the nearest that occur."""


@dataclass(frozen=True, slots=True)
class NearQuery:
    """A query with near words as alternatives to rare ones, and these near words."""

    query: Query
    words: tuple[str, ...]


def near_query(
    db: Connection,
    archives: Sequence[int],
    query: Query,
    analyzer: TextAnalyzer,
    expansion: QueryExpansion,
    languages: Sequence[str],
) -> NearQuery | None:
    """The query with near words for each rare word; None if there are none. Quoted words, numbers and
    prefixes are kept."""
    forms = expansion.expand(query)
    near: dict[str, None] = {}
    groups = []
    for group in query.groups:
        added: list[Term] = []
        for term in group:
            if not _can_be_replaced(term):
                continue
            own = match_query(Query("", ((term,),)), forms)
            if count_matches(db, *own, archives, MAX_TEXTS + 1) > MAX_TEXTS:
                continue
            for word in analyzer.near_words(term.words[0], languages):
                if len(added) < MAX_WORDS and count_matches(
                    db, *match_query(Query("", ((Term((word,)),),)), {}), archives, 1
                ):
                    added.append(Term((word,), title=term.title))
        near.update((term.words[0], None) for term in added)
        groups.append((*group, *added))
    if not near:
        return None
    return NearQuery(replace(query, groups=tuple(groups)), tuple(near))


def _can_be_replaced(term: Term) -> bool:
    return len(term.words) == 1 and not term.exact and not term.prefix and term.words[0].isalpha()
