"""How well texts answer a query, by what search has learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bot.models import Query
from bot.text.knowledge import Knowledge, unpack_vectors
from bot.text.ranking import Ranker, Settings, Texts
from bot.text.signature import number
from bot.text.stems import DEFAULT, stem
from bot.text.vectors import Vectors


class Scorer:
    """Ranks by one version of the knowledge, with vectors where it was learnt with the same table."""

    def __init__(
        self,
        knowledge: Knowledge,
        vectors: Vectors | None,
        settings: Settings = Settings(),  # noqa: B008 - frozen
    ) -> None:
        same = vectors is not None and vectors.name == knowledge.vectors
        self._vectors = vectors if same else None
        self._ranker = Ranker(knowledge.weights(), knowledge.mean() if same else None, settings)
        self._languages = knowledge.main_languages() or (DEFAULT,)

    @property
    def languages(self) -> Sequence[str]:
        """The main languages of all articles, commonest first."""
        return self._languages

    def __call__(
        self,
        query: Query,
        languages: Sequence[str],
        beginnings: Mapping[str, Sequence[str]],
        signatures: Sequence[bytes],
        vectors: Sequence[bytes | None],
        kinds: Sequence[int],
    ) -> list[float]:
        """A score from 0 to 1 for each text, see `bot.text.ranking`. Words are read in `languages`;
        `beginnings` has words for those of which the query has the beginning only."""
        said = [(term, word) for group in query.groups for term in group for word in term.words]
        wanted: dict[int, float] = {}
        for term, word in said:
            forms = beginnings.get(word, ()) if term.prefix and word == term.words[-1] else (word,)
            for found in {number(stem(form, one)) for form in forms for one in languages}:
                wanted[found] = wanted.get(found, 0) + 1
        if self._vectors is None or not any(vectors):
            scores = self._ranker.scores(wanted, Texts(signatures, kinds))
        else:
            meaning = self._vectors.encode([" ".join(word for _, word in said)])[0]
            scores = self._ranker.scores(wanted, Texts(signatures, kinds, unpack_vectors(vectors)), meaning)
        return [float(score) for score in np.asarray(scores)]
