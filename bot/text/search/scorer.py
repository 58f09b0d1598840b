"""Scores texts for a query, using the statistics of the corpus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bot.domain.search import Query
from bot.text.language.stems import DEFAULT_LANGUAGE, stem, stop_words
from bot.text.language.word_vectors import Vectors
from bot.text.search.corpus_statistics import CorpusStatistics, deserialize_vectors
from bot.text.search.ranking import Documents, Ranker, RankingParameters
from bot.text.search.term_vector import term_id

MIN_WORDS = 2
"""A query with fewer different words is taken literally, see `Ranker.scores`."""


class RelevanceScorer:
    """Scores by one version of the statistics, with vectors if these were made with the same table."""

    def __init__(
        self,
        statistics: CorpusStatistics,
        vectors: Vectors | None,
        parameters: RankingParameters = RankingParameters(),  # noqa: B008 - frozen
    ) -> None:
        same = vectors is not None and vectors.name == statistics.vectors
        self._vectors = vectors if same else None
        self._ranker = Ranker(statistics.weights(), statistics.mean() if same else None, parameters)
        self._languages = statistics.main_languages() or (DEFAULT_LANGUAGE,)
        self._rows = statistics.rows()
        self._total = statistics.articles, statistics.comments

    @property
    def languages(self) -> Sequence[str]:
        """The main languages of all articles, most common first."""
        return self._languages

    @property
    def total(self) -> tuple[int, int]:
        """The number of articles and the number of comments."""
        return self._total

    def rows(self, words: Sequence[str], languages: Sequence[str]) -> tuple[int, int]:
        """Returns the number of articles and of comments with any form of these words, as upper estimates."""
        numbers = list({term_id(stem(word, language)) for word in words for language in languages})
        articles, comments = self._rows[:, numbers].sum(axis=1, dtype=np.int64)
        if any(word in stop_words(language) for word in words for language in languages):
            articles = self._total[0]  # term vectors have no stop words
        return int(articles), int(comments)

    def __call__(
        self,
        query: Query,
        languages: Sequence[str],
        beginnings: Mapping[str, Sequence[str]],
        term_vectors: Sequence[bytes],
        vectors: Sequence[bytes | None],
        kinds: Sequence[int],
    ) -> list[float]:
        """Returns a score from 0 to 1 for each text, see `bot.text.search.ranking`. Words are stemmed in each
        of `languages`; `beginnings` maps each prefix in the query to whole words."""
        query_words = [(term, word) for group in query.groups for term in group for word in term.words]
        literal = len({word for _, word in query_words}) < MIN_WORDS
        term_counts: dict[int, float] = {}
        for term, word in query_words:
            forms = beginnings.get(word, ()) if term.prefix and word == term.words[-1] else (word,)
            for number in {term_id(stem(form, language)) for form in forms for language in languages}:
                term_counts[number] = term_counts.get(number, 0) + 1
        if self._vectors is None or not any(vectors):
            scores = self._ranker.scores(term_counts, Documents(term_vectors, kinds), literal=literal)
        else:
            meaning = self._vectors.encode([" ".join(word for _, word in query_words)])[0]
            documents = Documents(term_vectors, kinds, deserialize_vectors(vectors))
            scores = self._ranker.scores(term_counts, documents, meaning, literal=literal)
        return [float(score) for score in np.asarray(scores)]
