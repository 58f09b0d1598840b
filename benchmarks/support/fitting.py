"""Fits the weights of answering: a listwise ranker and a logistic model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.support.question_data import Asked

Numbers = NDArray[np.float32]
Reals = NDArray[np.float64]

STEPS = 400
NEWTON, RIDGE = 25, 0.3
MIN_ANSWERED_SHARE = 0.9
"""The share of answerable questions that should be answered."""
MAX_WRONG_SHARE = 0.03
"""The share of the questions about other articles that may be answered."""
SPARE = 0.015
"""The additional share that is answered of the questions from which the threshold is calculated."""


@dataclass(frozen=True)
class Example:
    """A question, the features of its sentences, which of them answer it, and its own features."""

    asked: Asked
    rows: Numbers
    right: list[bool]
    whole: Numbers

    def cut(self, rows: int, whole: Sequence[int]) -> Example:
        """Returns a copy with the first `rows` features of sentences and the features of the question at
        `whole`."""
        return Example(self.asked, self.rows[:, :rows], self.right, self.whole[list(whole)])


@dataclass(frozen=True)
class Fitted:
    """Weights by feature name: of ranking; of answering, with its bias and threshold."""

    ranking: dict[str, float]
    answering: tuple[dict[str, float], float]


def fit_ranking(examples: Sequence[Example], names: Sequence[str]) -> dict[str, float]:
    """Fits weights that make answering sentences more likely than the others of their question."""
    usable = [example for example in examples if any(example.right)]
    scale = np.concatenate([example.rows for example in usable]).std(axis=0) + 1e-6
    most = max(len(example.right) for example in usable)
    rows = np.zeros((len(usable), most, len(names)), np.float32)
    right = np.zeros((len(usable), most), bool)
    there = np.zeros((len(usable), most), bool)
    for n, example in enumerate(usable):
        rows[n, : len(example.right)] = example.rows / scale
        right[n, : len(example.right)] = example.right
        there[n, : len(example.right)] = True

    def slope(weights: Numbers) -> Numbers:
        scores = np.where(there, rows @ weights, -1e9)
        chance = np.exp(scores - scores.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        target = chance * right
        target /= target.sum(axis=1, keepdims=True)
        gradient: Numbers = (np.einsum("nk,nkf->f", target - chance, rows) - 20 * weights) / len(usable)
        return gradient

    weights = _climb(slope, len(names)) / scale
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}


def shares(examples: Sequence[Example], ranking: Mapping[str, float], names: Sequence[str]) -> str:
    """Formats the share of questions with an answer in the best sentence, and in the best two."""
    weights = np.array([ranking.get(name, 0.0) for name in names])
    first = second = 0
    for example in examples:
        order = np.argsort(-(example.rows @ weights), kind="stable")[:2]
        hits = [example.right[n] for n in order]
        first += any(hits[:1])
        second += any(hits)
    return f"{first / len(examples):.3f} {second / len(examples):.3f}"


def left_out(examples: Sequence[Example], names: Sequence[str]) -> str:
    """Formats the same for each article, with weights fitted on the others."""
    parts = []
    right = [0.0, 0.0]
    for about in sorted({example.asked.about for example in examples}):
        ranking = fit_ranking([example for example in examples if example.asked.about != about], names)
        own = [example for example in examples if example.asked.about == about]
        reached = shares(own, ranking, names)
        right = [sum_ + float(share) * len(own) for sum_, share in zip(right, reached.split(), strict=True)]
        parts.append(f"{about} ({len(own)}) {reached}")
    return "; ".join([*parts, f"all {right[0] / len(examples):.3f} {right[1] / len(examples):.3f}"])


def fit_answering(
    right: Mapping[str, Sequence[Example]],
    wrong: Mapping[str, Sequence[Example]],
    names: Sequence[str],
    setting: str,
) -> tuple[dict[str, float], float]:
    """Returns the weights with their bias, and the minimum chance, at which MIN_ANSWERED_SHARE + SPARE of the
    answerable questions of one setting are answered."""
    rows = np.stack(
        [example.whole for group in (right, wrong) for some in group.values() for example in some]
    )
    truth = np.arange(len(rows)) < sum(map(len, right.values()))
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    scaled = np.hstack([(rows - mean) / scale, np.ones((len(rows), 1))])
    ridge = np.append(np.full(len(scale), RIDGE), 1e-6)  # the last column is the bias
    weights = logistic(scaled, truth.astype(np.float64), ridge, NEWTON)
    bias = float(weights[-1] - (weights[:-1] / scale) @ mean)
    fitted = {n: round(float(w), 3) for n, w in zip(names, weights[:-1] / scale, strict=True)}
    fitted["bias"] = round(bias, 3)
    chances = [_chance(example.whole, fitted, names) for example in right[setting]]
    return fitted, round(float(np.quantile(chances, 1 - MIN_ANSWERED_SHARE - SPARE)), 4)


def min_chance(
    wrong: Mapping[str, Sequence[Example]], weights: Mapping[str, float], names: Sequence[str]
) -> float:
    """Returns the minimum chance at which of the unanswerable questions of no setting more than
    MAX_WRONG_SHARE are answered."""
    chances = [[_chance(example.whole, weights, names) for example in some] for some in wrong.values()]
    return round(max(float(np.quantile(some, 1 - MAX_WRONG_SHARE)) for some in chances), 4)


def logistic(rows: Reals, truth: Reals, penalties: Reals, steps: int) -> Reals:
    """Fits a logistic model by Newton's method; each weight has its own penalty."""
    weights = np.zeros(rows.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-(rows @ weights)))
        slope = rows.T @ (truth - chance) - penalties * weights
        weights += np.linalg.solve((rows.T * (chance * (1 - chance))) @ rows + np.diag(penalties), slope)
    return weights


def kept(
    examples: Sequence[Example], answering: tuple[Mapping[str, float], float], names: Sequence[str]
) -> str:
    """Formats the share of questions that are answered."""
    weights, least = answering
    return f"{np.mean([_chance(example.whole, weights, names) >= least for example in examples]):.3f}"


def answered(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Returns the share of unanswerable questions above the confidence that MIN_ANSWERED_SHARE of the
    answerable ones reach."""
    return float(np.mean(np.array(wrong) > np.quantile(np.array(right), 1 - MIN_ANSWERED_SHARE)))


def _chance(whole: Numbers, weights: Mapping[str, float], names: Sequence[str]) -> float:
    row = np.array([weights[name] for name in names])
    return float(1 / (1 + np.exp(-(whole @ row) - weights["bias"])))


def _climb(slope, size: int, rate: float = 0.05) -> Numbers:  # type: ignore[no-untyped-def]
    """Maximises by gradient ascent (Adam)."""
    weights = np.zeros(size, np.float32)
    speed, size_of = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        here = slope(weights)
        speed = 0.9 * speed + 0.1 * here
        size_of = 0.99 * size_of + 0.01 * here**2
        weights += rate * (speed / (1 - 0.9**step)) / (np.sqrt(size_of / (1 - 0.99**step)) + 1e-8)
    return weights


def weights_json(fitted: Mapping[str, Fitted]) -> str:
    """Returns the text of `bot/text/qa/weights.json`."""
    weights = {}
    for name, model in fitted.items():
        answering, least = model.answering
        features = {feature: weight for feature, weight in answering.items() if feature != "bias"}
        weights[name] = {
            "ranking": model.ranking,
            "answering": features,
            "bias": answering["bias"],
            "min_confidence": least,
        }
    return json.dumps(weights, indent=2)
