"""Interfaces of the text layer for search: the store does not import `bot.text.search`, which implements
them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from bot.domain.search import Query, Term
from bot.domain.stories import Likeness, Report


class TextExcerpt(Protocol):
    """An excerpt `[start:end]` of a text; the spans of its matches and of what to hide, relative to `start`;
    and the indexes of the terms that match in it."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def matches(self) -> tuple[tuple[int, int], ...]: ...
    @property
    def masks(self) -> tuple[tuple[int, int], ...]: ...
    @property
    def terms(self) -> frozenset[int]: ...


class ExcludedText(Protocol):
    """What a query excludes by abbreviations that are also words: the rest of the query, and whether a text
    (title, body, language) has it, or as an article excludes its thread."""

    @property
    def rest(self) -> Query: ...
    @property
    def in_row(self) -> Callable[[str, str, str | None], bool]: ...
    @property
    def in_article(self) -> Callable[[str, str, str | None], bool]: ...


class QueryCapitals(Protocol):
    """What texts must have besides the words of a query with abbreviations that are also words, and what it
    excludes by such, alone or in phrases; None for nothing."""

    @property
    def required(self) -> Callable[[str, str, str | None], bool] | None: ...
    @property
    def excluded(self) -> ExcludedText | None: ...


class WordCounts(Protocol):
    """How common words are. `languages` are the main ones of the archives, commonest first; `rows` is an
    upper estimate of the articles and comments that contain any form of the words."""

    @property
    def languages(self) -> Sequence[str]: ...
    def rows(self, words: Sequence[str], languages: Sequence[str]) -> tuple[int, int]: ...


class TextScorer(WordCounts, Protocol):
    """Scores texts from 0 to 1 by their term vectors and embedding vectors; the best also by (title, body,
    language), which `read` returns for texts by their places; kind 0 is articles, kind 1 comments. `total` is
    the number of articles and of comments."""

    @property
    def total(self) -> tuple[int, int]: ...
    def __call__(
        self,
        query: Query,
        languages: Sequence[str],
        beginnings: Mapping[str, Sequence[str]],
        term_vectors: Sequence[bytes],
        vectors: Sequence[bytes | None],
        kinds: Sequence[int],
        read: Callable[[Sequence[int]], Sequence[tuple[str, str, str | None]]],
    ) -> Sequence[float]: ...


class TextStatistics(Protocol):
    """Statistics of how common stems are in all archives, filled by the store. `languages` has the number of
    articles in each language, 0 for others."""

    articles: int
    languages: Counter[str]
    vectors: str | None

    def serialized(self) -> bytes: ...
    def add_articles(self, articles: Sequence[tuple[bytes, str | None, bytes | None]]) -> None: ...
    def add_comments(self, comments: int, stems: Mapping[str, int]) -> None: ...
    def reset_articles(self, vectors: str | None) -> None: ...
    def reset_comments(self) -> None: ...
    def main_languages(self, also: Iterable[str] = ()) -> tuple[str, ...]: ...


class EventComparison(Protocol):
    """Finds reports of the same event: pairs at most `seconds` apart, at least one of them among `new`. The
    reports are sorted by time."""

    def compare(self, reports: Sequence[Report], new: Collection[int], seconds: int) -> list[Likeness]: ...


class TextAnalyzer(Protocol):
    """Analyses words, queries and texts. `text_vectors` returns the term vector and the
    vector of each text (title, body, language)."""

    # Queries.
    def languages(self, query: Query, present: Sequence[str]) -> tuple[str, ...]: ...
    def without_stop_words(self, query: Query, languages: Sequence[str]) -> Query: ...
    def capitals(
        self, query: Query, languages: Sequence[str], forms: Callable[[str], Sequence[str]]
    ) -> QueryCapitals: ...
    def respell(self, query: Query, word: str, by: str) -> Query: ...
    def near_words(self, word: str, languages: Sequence[str]) -> Sequence[str]: ...
    def nearest(self, word: str, words_by_length: Mapping[int, str], edits: int) -> Sequence[str]: ...
    def literal_matcher(self, terms: Sequence[Term]) -> Callable[[str], bool]: ...
    def excerpter(
        self, terms: Sequence[Term], forms: Callable[[str], Sequence[str]]
    ) -> Callable[[str, bool], TextExcerpt]: ...

    # Words.
    def words(self, text: str) -> list[str]: ...
    def stem(self, word: str, language: str) -> str: ...
    def stems(self, words: Sequence[str], language: str) -> Sequence[str]: ...
    def unaccent(self, word: str) -> str: ...
    def has_forms(self, word: str, language: str) -> bool: ...

    # Statistics.
    def identify_languages(self, texts: Sequence[str]) -> Sequence[str | None]: ...
    @property
    def vectors_name(self) -> str | None: ...
    def text_vectors(
        self, texts: Sequence[tuple[str, str, str | None]]
    ) -> Sequence[tuple[bytes, bytes | None]]: ...
    def statistics(self, packed: bytes | None) -> TextStatistics: ...
    def scorer(self, packed: bytes | None, sample: Sequence[str]) -> TextScorer: ...
    def report_comparison(self, packed: bytes | None) -> EventComparison: ...
