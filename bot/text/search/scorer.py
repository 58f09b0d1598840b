"""Scores texts for a query, using the statistics of the corpus."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.domain.search import Query, Term
from bot.text.language.stems import DEFAULT_LANGUAGE, stem, stop_words
from bot.text.language.word_vectors import Vectors
from bot.text.search.capitals import abbreviations, written_pattern
from bot.text.search.corpus_statistics import CorpusStatistics, deserialize_vectors
from bot.text.search.ranking import Documents, Numbers, Ranker, RankingParameters
from bot.text.search.spellings import is_abbreviation
from bot.text.search.surface import NgramStatistics, ngram_scores, proximity_scores
from bot.text.search.term_vector import term_id

MIN_BOUNDED_TEXTS = 4_000
"""Of fewer articles or comments, a search ranks all that have the words, and their own mean length is the
better measure; of more, the order would depend on how many a search can read."""
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
        self._languages = statistics.main_languages() or (DEFAULT_LANGUAGE,)
        no_content = {term_id(stem(word, name)) for name in self._languages for word in stop_words(name)}
        articles, comments = statistics.mean_sizes(no_content)
        sizes = (
            articles if statistics.articles >= MIN_BOUNDED_TEXTS else 0.0,
            comments if statistics.comments >= MIN_BOUNDED_TEXTS else 0.0,
        )
        self._ranker = Ranker(self._weights, statistics.mean() if same else None, parameters, sizes)
        self._rows = statistics.rows()
        self._ngrams = NgramStatistics(sample)
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
        abbreviated = abbreviations(query)
        query_words = [(term, word) for group in query.groups for term in group for word in term.words]
        # Abbreviations are compared as they are written: as words they are other words, and letters.
        compared = [group for group in query.groups if not is_abbreviation(group)]
        words = [word for group in compared for term in group for word in term.words]
        literal = len({*words, *abbreviated}) < MIN_WORDS

        def reread(places: NDArray[np.int64]) -> Numbers:
            texts = read(places.tolist())
            written = _count_written(abbreviated, texts)
            if literal:
                return written
            known = [(title, body) for title, body, _ in texts]
            spoken = [language or DEFAULT_LANGUAGE for *_, language in texts]
            ngrams = self._parameters.ngrams * ngram_scores(words, known, self._ngrams)
            pairs, passages = proximity_scores(
                words, known, spoken, self._weights, [term_vectors[place] for place in places]
            )
            proximity = self._parameters.phrases * pairs + self._parameters.passages * passages
            total: Numbers = ngrams + proximity + written / len(query.groups)
            return total

        documents, meaning = Documents(term_vectors, kinds), None
        if self._vectors is not None and any(vectors) and self._vectors.knows(languages):
            documents = Documents(term_vectors, kinds, deserialize_vectors(vectors))
            meaning = self._vectors.encode([" ".join(word for _, word in query_words)])[0]
        needless = not abbreviated and literal
        again = None if needless else reread
        term_counts = _count_terms(query_words, languages, beginnings)
        scores = self._ranker.scores(
            term_counts, documents, meaning, literal=literal, question=query.is_question, reread=again
        )
        return [float(score) for score in np.asarray(scores)]


def _count_terms(
    query_words: Sequence[tuple[Term, str]], languages: Sequence[str], beginnings: Mapping[str, Sequence[str]]
) -> dict[int, float]:
    """Returns how often the query has each term, by its id."""
    counts: dict[int, float] = {}
    for term, word in query_words:
        others = beginnings.get(word, ())
        forms = others if term.prefix and word == term.words[-1] else (word, *others)
        for number in {term_id(stem(form, language)) for form in forms for language in languages}:
            counts[number] = counts.get(number, 0) + 1
    return counts


def _count_written(abbreviated: Sequence[str], texts: Sequence[tuple[str, str, str | None]]) -> Numbers:
    """Returns how many abbreviations each text (title, body, language) has in capitals, with or without dots:
    US and U.S., but not the pronoun."""
    counts = np.zeros(len(texts))
    for way in map(written_pattern, abbreviated):
        counts += [bool(way.search(title) or way.search(body)) for title, body, _ in texts]
    return counts
