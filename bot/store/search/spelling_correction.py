"""Corrects words that do not occur in the archives of a scope to the nearest spelling that does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.search import Query
from bot.store.engine import Connection
from bot.store.search.candidates import count_matches
from bot.store.search.match_query import match_query, match_word
from bot.store.search.ports import TextAnalyzer
from bot.store.search.query_expansion import QueryExpansion

MAX_SPELLINGS = 24
"""Maximum number of spellings of one word to look up in the archives, nearest first."""

MAX_LENGTH_DIFFERENCE = 2
"""Maximum difference in length between a word and its spelling."""

MAX_EDITS = 2
"""Maximum number of edits between a word and its spelling."""


def correct_spelling(
    db: Connection,
    archives: Sequence[int],
    query: Query,
    analyzer: TextAnalyzer,
    expansion: QueryExpansion,
    edits: Callable[[], int],
) -> Query | None:
    """The query with every word that does not occur in these archives replaced by the nearest word that does;
    None if there is no such word or no such spelling. Numbers, quoted words and prefixes are kept. Spellings
    come only from texts of these archives, and differ by at most `edits()`, which is called if a word does
    not occur."""
    changed = query
    for word in dict.fromkeys(_correctable_words(query)):
        own = match_word(word, {word: expansion.forms(word)})
        if count_matches(db, own, own, archives, 1):
            continue
        best: tuple[int, Query] | None = None
        dictionary = expansion.scope.dictionary(len(word), MAX_LENGTH_DIFFERENCE)
        nearest = dict.fromkeys(analyzer.nearest(word, dictionary, edits()))
        for near in expansion.scope.present(list(nearest), MAX_SPELLINGS):
            candidate = analyzer.respell(changed, word, near)
            count = count_matches(db, *match_query(candidate, expansion.expand(candidate)), archives, 1)
            if best is None or count > best[0]:
                best = (count, candidate)
            if count:
                break
        if best is not None:
            changed = best[1]
    return None if changed is query else changed


def _correctable_words(query: Query) -> list[str]:
    terms = (term for group in query.groups for term in group)
    return [
        word
        for term in terms
        if not term.exact and not term.prefix
        for word in term.words
        if len(word) > 2 and not any(char.isdigit() for char in word)
    ]
