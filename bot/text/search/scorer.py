"""How well texts answer a query, by what search has learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bot.domain.search import Query
from bot.text.language.stems import DEFAULT_LANGUAGE, stem, stop_words
from bot.text.language.word_vectors import Vectors
from bot.text.search.corpus_statistics import CorpusStatistics, unpack_vectors
from bot.text.search.ranking import Documents, Ranker, RankingParameters
from bot.text.search.term_vector import term_id

MIN_WORDS = 2
"""With fewer different words the query is taken literally, see `Ranker.scores`."""


class RelevanceScorer:
    """Ranks by one version of the knowledge, with vectors where it was learnt with the same table."""

    def __init__(
        self,
        knowledge: CorpusStatistics,
        vectors: Vectors | None,
        settings: RankingParameters = RankingParameters(),  # noqa: B008 - frozen
    ) -> None:
        same = vectors is not None and vectors.name == knowledge.vectors
        self._vectors = vectors if same else None
        self._ranker = Ranker(knowledge.weights(), knowledge.mean() if same else None, settings)
        self._languages = knowledge.main_languages() or (DEFAULT_LANGUAGE,)
        self._rows = knowledge.rows()
        self._total = knowledge.articles, knowledge.comments

    @property
    def languages(self) -> Sequence[str]:
        """The main languages of all articles, commonest first."""
        return self._languages

    @property
    def total(self) -> tuple[int, int]:
        """How many articles and how many comments there are."""
        return self._total

    def rows(self, words: Sequence[str], languages: Sequence[str]) -> tuple[int, int]:
        """How many articles and how many comments hold any form of these words, at most about."""
        numbers = list({term_id(stem(word, one)) for word in words for one in languages})
        articles, comments = self._rows[:, numbers].sum(axis=1, dtype=np.int64)
        if any(word in stop_words(one) for word in words for one in languages):
            articles = self._total[0]  # which signatures leave out
        return int(articles), int(comments)

    def __call__(
        self,
        query: Query,
        languages: Sequence[str],
        beginnings: Mapping[str, Sequence[str]],
        signatures: Sequence[bytes],
        vectors: Sequence[bytes | None],
        kinds: Sequence[int],
    ) -> list[float]:
        """A score from 0 to 1 for each text, see `bot.text.search.ranking`. Words are read in `languages`;
        `beginnings` has words for those of which the query has the beginning only."""
        said = [(term, word) for group in query.groups for term in group for word in term.words]
        literal = len({word for _, word in said}) < MIN_WORDS
        wanted: dict[int, float] = {}
        for term, word in said:
            forms = beginnings.get(word, ()) if term.prefix and word == term.words[-1] else (word,)
            for found in {term_id(stem(form, one)) for form in forms for one in languages}:
                wanted[found] = wanted.get(found, 0) + 1
        if self._vectors is None or not any(vectors):
            scores = self._ranker.scores(wanted, Documents(signatures, kinds), literal=literal)
        else:
            meaning = self._vectors.encode([" ".join(word for _, word in said)])[0]
            texts = Documents(signatures, kinds, unpack_vectors(vectors))
            scores = self._ranker.scores(wanted, texts, meaning, literal=literal)
        return [float(score) for score in np.asarray(scores)]
