"""Which sentence answers best, and how likely the archive answers at all: weighed sums of the features."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.text.qa import weights
from bot.text.qa.features import (
    QUESTION_FEATURES,
    QUESTION_VECTOR_FEATURES,
    SENTENCE_FEATURES,
    SENTENCE_VECTOR_FEATURES,
    ExtractedFeatures,
    Numbers,
)
from bot.text.qa.passages import Passage

COMMENT = 1.0
"""So much a comment's sentence must be better, in logarithms of odds, to go before an article's."""
TITLE = 4.5
"""The same for a headline above a text: that says it more fully, and its source shows the headline anyway."""
BARE_TITLE = 0.5


@dataclass(frozen=True, slots=True)
class Judgement:
    """The sentences of the evidence from best to worst with how much each counts beside the best (1), and the
    chance that the archive answers the question; `enough` is whether that will do, as it does from `needed`
    on."""

    order: tuple[int, ...]
    worth: tuple[float, ...]
    confidence: float
    enough: bool
    needed: float


class Judge:
    """Weighs evidence that was gathered with vectors, or without."""

    def __init__(self, *, with_vectors: bool) -> None:
        ranking = weights.RANKING if with_vectors else weights.RANKING_PLAIN
        answering = weights.ANSWERING if with_vectors else weights.ANSWERING_PLAIN
        self._ranking = _row(
            ranking, [*SENTENCE_FEATURES, *SENTENCE_VECTOR_FEATURES] if with_vectors else SENTENCE_FEATURES
        )
        # Not all that is known of a question decides; what has no weight does not.
        self._answering = _row(
            answering, [*QUESTION_FEATURES, *QUESTION_VECTOR_FEATURES] if with_vectors else QUESTION_FEATURES
        )
        self._bias = answering[weights.BIAS]
        self._least = weights.LEAST if with_vectors else weights.LEAST_PLAIN

    def judge(self, evidence: ExtractedFeatures) -> Judgement:
        """Its order and chance. Without any sentence the chance is 0."""
        if not evidence.candidates:
            return Judgement((), (), 0.0, False, self._least)
        scores = evidence.rows @ self._ranking
        scores -= COMMENT * np.array([one.passage.comment is not None for one in evidence.candidates])
        scores -= np.array([_title_cost(one.passage) for one in evidence.candidates])
        order = np.argsort(-scores, kind="stable")
        worth = np.exp(scores[order] - scores[order[0]])
        confidence = 1 / (1 + math.exp(-float(evidence.question_row @ self._answering) - self._bias))
        enough = confidence >= self._least
        return Judgement(tuple(order.tolist()), tuple(worth.tolist()), confidence, enough, self._least)


def _title_cost(passage: Passage) -> float:
    if not passage.is_title:
        return 0.0
    return TITLE if passage.article.body else BARE_TITLE


def _row(table: dict[str, float], names: Sequence[str]) -> Numbers:
    return np.array([table.get(name, 0.0) for name in names], np.float32)
