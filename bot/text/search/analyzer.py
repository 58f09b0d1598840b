"""The language analysis that the store's search index needs, in one object."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from bot.domain.index_words import fold
from bot.domain.search import Query, Term
from bot.text.language.edit_distance import nearest_words
from bot.text.language.identify import identify_languages
from bot.text.language.index_tokens import index_words, is_unspaced, unaccent
from bot.text.language.stems import is_in_script, stem, stems, stop_words
from bot.text.language.stopwords import STOP_WORDS
from bot.text.search.capitals import Capitals, capitals_matcher, excluded_capitals
from bot.text.search.excerpt import Excerpt, TermMatcher, excerpt, own_excerpt
from bot.text.search.query import respell
from bot.text.search.spellings import is_abbreviation
from bot.text.search.text_vectors import Text, TextVectors, text_vectors

if TYPE_CHECKING:
    from bot.text.language.word_vectors import Vectors
    from bot.text.search.corpus_statistics import CorpusStatistics
    from bot.text.search.near_words import NearWords
    from bot.text.search.report_likeness import ReportComparison
    from bot.text.search.scorer import RelevanceScorer

MAX_LANGUAGES = 3
"""The maximum number of the archive's languages in which a query of unknown language is read."""
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")


def _off() -> None:
    return None


class Analyzer:
    """The language analysis for `bot.store.search.index` and `bot.store.search.statistics`. `vectors` returns
    the table to use, or None; it is called on first use."""

    def __init__(self, vectors: Callable[[], Vectors | None] = _off) -> None:
        self._load_vectors = vectors
        self._near: NearWords | None = None
        self._near_lock = threading.Lock()

    @cached_property
    def _vectors(self) -> Vectors | None:
        return self._load_vectors()

    # Queries.

    def languages(self, query: Query, present: Sequence[str]) -> tuple[str, ...]:
        """Returns the languages in which to read the query, out of those `present` (most common first): the
        one with the most of the query's words as stop words, if any, and those without a list of stop words,
        in which words are searched as they are; else the first few."""
        words = [word for group in query.groups for term in group for word in term.words]
        known = [language for language in present if language in STOP_WORDS]
        shares = [(sum(word in stop_words(language) for word in words), language) for language in known]
        best = max((share for share, _ in shares), default=0)
        speakers = [language for share, language in shares if share == best] if best else []
        plain = [language for language in present if language not in STOP_WORDS]
        return tuple(([*speakers, *plain] if speakers else list(present))[:MAX_LANGUAGES])

    def without_stop_words(self, query: Query, languages: Sequence[str]) -> Query:
        """Returns the query without stop words, unless it has no other words. Words in capitals among others
        in lower case (`WHO report`) do not count as stop words."""
        capitals = set() if query.text.isupper() else {fold(word) for word in _CAPITALS.findall(query.text)}
        stops = frozenset().union(*(stop_words(language) for language in languages)) - capitals
        small = stops.intersection(query.text.split())  # such as "un", which is not the UN in French
        groups = tuple(
            group
            for group in query.groups
            if not all(_is_stop_term(term, stops) for term in group)
            and not (is_abbreviation(group) and group[0].words[0] in small)
        )
        return replace(query, groups=groups) if groups else query

    def capitals(
        self, query: Query, languages: Sequence[str], forms: Callable[[str], Sequence[str]]
    ) -> Capitals:
        """See `bot.text.search.capitals`; `forms` returns the other forms of a word that match."""
        return Capitals(capitals_matcher(query, languages, forms), excluded_capitals(query, languages))

    def respell(self, query: Query, word: str, by: str) -> Query:
        """See `bot.text.search.query.respell`."""
        return respell(query, word, by)

    def near_words(self, word: str, languages: Sequence[str]) -> Sequence[str]:
        """Returns the words nearest in meaning, see `bot.text.search.near_words`; none without vectors that
        know one of the languages."""
        vectors = self._vectors
        if vectors is None or not any(vectors.knows((language,)) for language in languages):
            return ()
        with self._near_lock:
            if self._near is None:
                from bot.text.search.near_words import NearWords

                self._near = NearWords(vectors)
            return self._near.find(word)

    def nearest(self, word: str, words_by_length: Mapping[int, str], edits: int) -> Sequence[str]:
        """See `bot.text.language.edit_distance.nearest_words`."""
        return nearest_words(word, words_by_length, edits)

    # Words.

    def words(self, text: str) -> list[str]:
        """See `bot.text.language.index_tokens.index_words`."""
        return index_words(text)

    def stem(self, word: str, language: str) -> str:
        """See `bot.text.language.stems.stem`."""
        return stem(word, language)

    def stems(self, words: Sequence[str], language: str) -> list[str]:
        """See `bot.text.language.stems.stems`."""
        return stems(words, language)

    def unaccent(self, word: str) -> str:
        """See `bot.text.language.index_tokens.unaccent`."""
        return unaccent(word)

    def has_forms(self, word: str, language: str) -> bool:
        """Whether a word of the index can be a form of a word of the language."""
        if word.isascii():  # then it has a letter of a script with spaces
            return is_in_script(word, language)
        return is_in_script(word, language) and not word.isdigit() and not is_unspaced(word)

    def excerpter(
        self, terms: Sequence[Term], forms: Callable[[str], Sequence[str]]
    ) -> Callable[[str, bool], Excerpt]:
        """Returns a function that excerpts a text, or a title (see `bot.text.search.excerpt`); `forms`
        returns the other forms of a word that match."""
        matcher = TermMatcher(terms, forms)
        return lambda text, is_title: (excerpt if is_title else own_excerpt)(text, matcher)

    def literal_matcher(self, terms: Sequence[Term]) -> Callable[[str], bool]:
        """Returns a function that checks whether a text has any of the terms exactly as typed."""
        matcher = TermMatcher(terms)
        return lambda text: bool(matcher.find(text))

    # Statistics.

    def identify_languages(self, texts: Sequence[str]) -> list[str | None]:
        """See `bot.text.language.identify.identify_languages`."""
        return identify_languages(texts)

    @property
    def vectors_name(self) -> str | None:
        """The name of the table of vectors that `text_vectors` uses."""
        return self._vectors.name if self._vectors else None

    def text_vectors(self, texts: Sequence[Text]) -> list[TextVectors]:
        """See `bot.text.search.text_vectors.text_vectors`."""
        return text_vectors(texts, self._vectors)

    def statistics(self, packed: bytes | None) -> CorpusStatistics:
        """See `bot.text.search.corpus_statistics.CorpusStatistics`."""
        from bot.text.search.corpus_statistics import CorpusStatistics

        return CorpusStatistics(packed)

    def scorer(self, packed: bytes | None, sample: Sequence[str]) -> RelevanceScorer:
        """Returns the scorer for serialised statistics and the beginnings of some texts."""
        from bot.text.search.scorer import RelevanceScorer

        return RelevanceScorer(self.statistics(packed), self._vectors, sample)

    def report_comparison(self, packed: bytes | None) -> ReportComparison:
        """Returns the comparison of reports by serialised statistics."""
        from bot.text.search.report_likeness import ReportComparison

        return ReportComparison(self.statistics(packed))


def _is_stop_term(term: Term, stops: frozenset[str]) -> bool:
    return not term.exact and not term.prefix and stops.issuperset(term.words)
