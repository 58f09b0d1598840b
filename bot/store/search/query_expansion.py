"""The words of the index that a query's words stand for, and how many rows hold them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Protocol

from bot.domain.search import Query, Term

FORMS = 24
"""Forms of a word that are looked for, commonest first."""
BEGINNING = 16
"""Words that the beginning of one stands for, commonest first, where too many rows hold them all."""
AFFORDABLE = 5_000
"""Rows that hold a beginning, up to which the index is asked for the beginning itself."""
_SHORT = 3


class Analysis(Protocol):
    """The part of `bot.text.search.analyzer.Analyzer` that knows stems."""

    def stem(self, word: str, language: str) -> str: ...


class Counts(Protocol):
    """How common stems are, see `bot.text.search.scorer.RelevanceScorer`."""

    @property
    def languages(self) -> Sequence[str]: ...
    def rows(self, words: Sequence[str], languages: Sequence[str]) -> tuple[int, int]: ...


class Vocabulary:
    """Looks words up for one search, whose words are read in some languages."""

    def __init__(
        self, db: sqlite3.Connection, analysis: Analysis, counts: Counts, languages: Sequence[str]
    ) -> None:
        self._db = db
        self._analysis = analysis
        self._counts = counts
        self._languages = languages
        self._forms: dict[str, Sequence[str]] = {}
        self._beginnings: dict[str, tuple[Sequence[str], int]] = {}

    def forms(self, word: str) -> Sequence[str]:
        """The words with a stem of this one, in any of the languages."""
        if word not in self._forms:
            found: dict[str, None] = {}
            for language in self._languages:
                rows = self._db.execute(
                    "SELECT word FROM form WHERE language = ? AND stem = ? ORDER BY rows DESC, word LIMIT ?",
                    (language, self._analysis.stem(word, language), FORMS),
                )
                found.update((form, None) for (form,) in rows)
            self._forms[word] = list(found)
        return self._forms[word]

    def beginnings(self, start: str) -> tuple[Sequence[str], int]:
        """Words that begin so, commonest first, and how many rows hold any of all that do, about, as far as
        these are affordable."""
        if start not in self._beginnings:
            found: dict[str, int] = {}
            total = 0
            for language in self._counts.languages:
                # Stems begin like their words, but may be shorter than what was typed.
                stem, end = start[:_SHORT], "\U0010ffff"
                begun = "FROM form WHERE language = ? AND stem >= ? AND stem < ? AND word >= ? AND word < ?"
                values = (language, stem, stem + end, start, start + end)
                commonest = self._db.execute(
                    f"SELECT word, rows {begun} ORDER BY rows DESC, word LIMIT ?", (*values, BEGINNING)
                )
                found.update(commonest)
                (rows,) = self._db.execute(
                    f"SELECT sum(rows) FROM (SELECT rows {begun} LIMIT ?)", (*values, AFFORDABLE)
                ).fetchone()
                total = max(total, rows or 0)
            words = sorted(found, key=lambda word: (-found[word], word))
            self._beginnings[start] = words[:BEGINNING], total
        return self._beginnings[start]

    def expand(self, query: Query) -> dict[str, Sequence[str]]:
        """What `bot.store.search.fts_query` looks for beside the query's words. A beginning that too many
        rows hold has its commonest words under itself and a star; the others are left to the index."""
        found: dict[str, Sequence[str]] = {}
        for term in (term for group in query.groups for term in group):
            if term.prefix and len(term.words) == 1:
                words, total = self.beginnings(term.words[0])
                if total > AFFORDABLE:
                    found[f"{term.words[0]}*"] = words
            elif not term.exact:
                found.update((word, self.forms(word)) for word in term.words)
        return found

    def rows(self, term: Term) -> tuple[int, int]:
        """How many articles and how many comments, of all archives, must be looked at for the term, about."""
        articles = comments = 0
        for place, word in enumerate(term.words):
            begins = term.prefix and place == len(term.words) - 1
            words = self.beginnings(word)[0] if begins else (word,)
            more_articles, more_comments = self._counts.rows(words, self._languages)
            articles, comments = articles + more_articles, comments + more_comments
        return articles, comments
