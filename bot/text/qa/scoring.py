"""Ranks candidate sentences, and estimates the chance of an answer: weighted sums of the features."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from bot.text.qa.features import (
    QUESTION_FEATURES,
    QUESTION_VECTOR_FEATURES,
    SENTENCE_FEATURES,
    SENTENCE_VECTOR_FEATURES,
    ExtractedFeatures,
    Numbers,
)
from bot.text.qa.passages import Passage

COMMENT_PENALTY = 1.0
"""The difference in log-odds by which a comment's sentence must be better to rank before an article's."""
TITLE_PENALTY = 4.5
"""The same for a headline above a text: the text says it more fully, and its source shows the headline
anyway."""
BARE_TITLE_PENALTY = 0.5


@dataclass(frozen=True, slots=True)
class CandidateRanking:
    """The indexes of the candidates from best to worst, the odds of each relative to the best (1), and the
    chance that the evidence answers the question. `is_answered` is whether that is at least
    `min_confidence`."""

    order: tuple[int, ...]
    relative_odds: tuple[float, ...]
    confidence: float
    is_answered: bool
    min_confidence: float


class _Weights(msgspec.Struct):
    """Weights by feature: of sentences (if there are none, those of "words"), and of a question as a whole,
    with its bias and threshold."""

    ranking: dict[str, float]
    answering: dict[str, float]
    bias: float
    min_confidence: float


@cache
def _weights() -> Mapping[str, _Weights]:
    """Reads the weights written by `python -m benchmarks.ask_quality --fit` and `--fit-languages`."""
    return msgspec.json.decode(
        Path(__file__).with_name("weights.json").read_bytes(), type=dict[str, _Weights]
    )


class CandidateScorer:
    """Weighs features: those extracted with word vectors, or without in English or in other languages, whose
    stems match more or less often by chance."""

    def __init__(self, kind: Literal["vectors", "words", "languages"]) -> None:
        weights = _weights()[kind]
        sentence: tuple[str, ...] = SENTENCE_FEATURES
        question: tuple[str, ...] = QUESTION_FEATURES
        if kind == "vectors":
            sentence += SENTENCE_VECTOR_FEATURES
            question += QUESTION_VECTOR_FEATURES
        self._ranking = _row(weights.ranking or _weights()["words"].ranking, sentence)
        # Features of the question without a weight are ignored.
        self._answering = _row(weights.answering, question)
        self._bias = weights.bias
        self._min_confidence = weights.min_confidence

    def rank(self, features: ExtractedFeatures) -> CandidateRanking:
        """Returns the order of the candidates and the chance of an answer: 0 without candidates."""
        least = self._min_confidence
        if not features.candidates:
            return CandidateRanking((), (), 0.0, False, least)
        scores = features.rows @ self._ranking
        passages = [candidate.passage for candidate in features.candidates]
        scores -= COMMENT_PENALTY * np.array([passage.comment is not None for passage in passages])
        scores -= np.array([_title_penalty(passage) for passage in passages])
        order = np.argsort(-scores, kind="stable")
        odds = np.exp(scores[order] - scores[order[0]])
        confidence = 1 / (1 + math.exp(-float(features.question_row @ self._answering) - self._bias))
        return CandidateRanking(
            tuple(order.tolist()), tuple(odds.tolist()), confidence, confidence >= least, least
        )


def _title_penalty(passage: Passage) -> float:
    if not passage.is_title:
        return 0.0
    return TITLE_PENALTY if passage.article.body else BARE_TITLE_PENALTY


def _row(weights: Mapping[str, float], names: Sequence[str]) -> Numbers:
    return np.array([weights.get(name, 0.0) for name in names], np.float32)
