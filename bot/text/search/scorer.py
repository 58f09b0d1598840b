"""Scores texts for a query, using the statistics of the corpus."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.domain.search import Query
from bot.text.language.stems import DEFAULT_LANGUAGE, stem, stop_words
from bot.text.language.word_vectors import Vectors
from bot.text.search.corpus_statistics import CorpusStatistics, deserialize_vectors
from bot.text.search.query import is_abbreviation
from bot.text.search.ranking import Documents, Numbers, Ranker, RankingParameters
from bot.text.search.surface import (
    RunStatistics,
    neighbour_scores,
    run_scores,
)
from bot.text.search.term_vector import term_id

MIN_WORDS = 2
"""A query with fewer different words is taken literally, see `Ranker.scores`."""


class RelevanceScorer:
    """Scores by one version of the statistics, with vectors if these were made with the same table."""

    def __init__(
        self,
        statistics: CorpusStatistics,
        vectors: Vectors | None,
        sample: Sequence[str] = (),
        parameters: RankingParameters = RankingParameters(),  # noqa: B008 - frozen
    ) -> None:
        """`sample` is the beginnings of some of the texts."""
        same = vectors is not None and vectors.name == statistics.vectors
        self._vectors = vectors if same else None
        self._parameters = parameters
        self._weights = statistics.weights()
        self._ranker = Ranker(self._weights, statistics.mean() if same else None, parameters)
        self._languages = statistics.main_languages() or (DEFAULT_LANGUAGE,)
        self._rows = statistics.rows()
        self._runs = RunStatistics(sample)
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
        read: Callable[[Sequence[int]], Sequence[tuple[str, str, str | None]]],
    ) -> list[float]:
        """Returns a score from 0 to 1 for each text, see `bot.text.search.ranking`. Words are stemmed in each
        of `languages`; `beginnings` maps each prefix in the query to whole words, and other words to their
        other spellings; `read` returns the title, body and language of the texts at some places."""
        query_words = [(term, word) for group in query.groups for term in group for word in term.words]
        words = [word for _, word in query_words]
        abbreviations = [_written(group[0].words[0]) for group in query.groups if is_abbreviation(group)]
        literal = len(set(words)) < MIN_WORDS or len(query.groups) == len(abbreviations) == 1
        term_counts: dict[int, float] = {}
        for term, word in query_words:
            others = beginnings.get(word, ())
            forms = others if term.prefix and word == term.words[-1] else (word, *others)
            for number in {term_id(stem(form, language)) for form in forms for language in languages}:
                term_counts[number] = term_counts.get(number, 0) + 1

        def reread(places: NDArray[np.int64]) -> Numbers:
            texts = read(places.tolist())
            gains = [
                float(sum(bool(way.search(title) or way.search(body)) for way in abbreviations))
                for title, body, _ in texts
            ]
            if literal:
                return np.array(gains)
            known = [(title, body) for title, body, _ in texts]
            spoken = [language or DEFAULT_LANGUAGE for *_, language in texts]
            runs = self._parameters.runs * run_scores(words, known, self._runs)
            near = self._parameters.phrases * neighbour_scores(
                words, known, spoken, self._weights, [term_vectors[place] for place in places]
            )
            total: Numbers = runs + near + np.array(gains)
            return total

        documents, meaning = Documents(term_vectors, kinds), None
        if self._vectors is not None and any(vectors) and self._vectors.knows(languages):
            documents = Documents(term_vectors, kinds, deserialize_vectors(vectors))
            meaning = self._vectors.encode([" ".join(words)])[0]
        needless = not abbreviations and literal
        again = None if needless else reread
        scores = self._ranker.scores(term_counts, documents, meaning, literal=literal, reread=again)
        return [float(score) for score in np.asarray(scores)]


def _written(abbreviation: str) -> re.Pattern[str]:
    """Finds an abbreviation in capitals, with or without dots: US and U.S., but not the pronoun."""
    letters = [re.escape(letter) for letter in abbreviation.upper()]
    return re.compile(rf"(?<!\w)(?:{''.join(letters)}|{'[.] ?'.join(letters)})(?!\w)")
