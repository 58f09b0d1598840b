"""The nearest spelling that an asker's archives have, for words that stand nowhere in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.domain.search import Query
from bot.store.search import spelling_dictionary
from bot.store.search.candidates import any_match
from bot.store.search.fts_query import all_of, one_word
from bot.store.search.query_expansion import Vocabulary

MOST_CHECKED = 24
"""Spellings of one word that are looked up in the asker's archives, nearest first."""

SLIPS = 2
"""Spellings are longer or shorter by no more."""


class Analysis(Protocol):
    """The part of `bot.text.search.analyzer.Analyzer` that is about spelling."""

    def nearest(self, word: str, shelves: Mapping[int, str]) -> Sequence[str]: ...
    def respell(self, query: Query, word: str, by: str) -> Query: ...


def respelled(
    db: sqlite3.Connection, archives: Sequence[int], query: Query, analysis: Analysis, vocabulary: Vocabulary
) -> Query | None:
    """The query with every word that stands nowhere in these archives spelt as the nearest word that does;
    None where there is no such word or no such spelling. Numbers, quoted words and beginnings of words stay
    as they are. A spelling is only ever taken from what these archives themselves say."""
    changed = query
    for word in dict.fromkeys(_mutable(query)):
        if any_match(db, one_word(word, {word: vocabulary.forms(word)}), archives):
            continue
        best: tuple[int, Query] | None = None
        for near in analysis.nearest(word, spelling_dictionary.about(db, len(word), SLIPS))[:MOST_CHECKED]:
            if not any_match(db, one_word(near, {}), archives):
                continue
            candidate = analysis.respell(changed, word, near)
            count = any_match(db, all_of(candidate, vocabulary.expand(candidate)), archives)
            if best is None or count > best[0]:
                best = (count, candidate)
            if count:
                break
        if best is not None:
            changed = best[1]
    return None if changed is query else changed


def _mutable(query: Query) -> list[str]:
    terms = (term for group in query.groups for term in group)
    return [
        word
        for term in terms
        if not term.exact and not term.prefix
        for word in term.words
        if len(word) > 2 and not any(char.isdigit() for char in word)
    ]
