"""Fits the weights behind answers: a listwise ranker and a logistic model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.support.question_data import Asked

Numbers = NDArray[np.float32]

STEPS = 400
NEWTON, RIDGE = 25, 0.3
KEPT = 0.9
"""The share of answerable questions that are to be answered."""
SPARE = 0.015
"""So much more are answered of those that the threshold is made from."""


@dataclass(frozen=True)
class Example:
    """A question, the features of its sentences, which of them answer it, and its own features."""

    asked: Asked
    rows: Numbers
    right: list[bool]
    whole: Numbers

    def cut(self, rows: int, whole: Sequence[int]) -> Example:
        """With the first features of sentences only, and with those of the whole at these places."""
        return Example(self.asked, self.rows[:, :rows], self.right, self.whole[list(whole)])


@dataclass(frozen=True)
class Fitted:
    """Weights by the names of their features; of answering with its bias and threshold."""

    ranking: dict[str, float]
    answering: tuple[dict[str, float], float]


def fit_ranking(examples: Sequence[Example], names: Sequence[str]) -> dict[str, float]:
    """Makes the sentences that answer more likely than the others of their question."""
    usable = [one for one in examples if any(one.right)]
    scale = np.concatenate([one.rows for one in usable]).std(axis=0) + 1e-6
    most = max(len(one.right) for one in usable)
    rows = np.zeros((len(usable), most, len(names)), np.float32)
    right = np.zeros((len(usable), most), bool)
    there = np.zeros((len(usable), most), bool)
    for n, one in enumerate(usable):
        rows[n, : len(one.right)] = one.rows / scale
        right[n, : len(one.right)] = one.right
        there[n, : len(one.right)] = True

    def slope(weights: Numbers) -> Numbers:
        scores = np.where(there, rows @ weights, -1e9)
        chance = np.exp(scores - scores.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        wanted = chance * right
        wanted /= wanted.sum(axis=1, keepdims=True)
        found: Numbers = (np.einsum("nk,nkf->f", wanted - chance, rows) - 20 * weights) / len(usable)
        return found

    weights = _climb(slope, len(names)) / scale
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}


def shares(examples: Sequence[Example], ranking: Mapping[str, float], names: Sequence[str]) -> str:
    """The share of questions with an answer in the best sentence, and in the best two."""
    weights = np.array([ranking.get(name, 0.0) for name in names])
    first = second = 0
    for one in examples:
        order = np.argsort(-(one.rows @ weights), kind="stable")[:2]
        found = [one.right[n] for n in order]
        first += any(found[:1])
        second += any(found)
    return f"{first / len(examples):.3f} {second / len(examples):.3f}"


def left_out(examples: Sequence[Example], names: Sequence[str]) -> str:
    """The same for each article with weights that were fitted on the others."""
    found = []
    right = [0.0, 0.0]
    for about in sorted({one.asked.about for one in examples}):
        ranking = fit_ranking([one for one in examples if one.asked.about != about], names)
        own = [one for one in examples if one.asked.about == about]
        reached = shares(own, ranking, names)
        right = [sum_ + float(share) * len(own) for sum_, share in zip(right, reached.split(), strict=True)]
        found.append(f"{about} ({len(own)}) {reached}")
    return "; ".join([*found, f"all {right[0] / len(examples):.3f} {right[1] / len(examples):.3f}"])


def fit_answering(
    right: Mapping[str, Sequence[Example]],
    wrong: Mapping[str, Sequence[Example]],
    names: Sequence[str],
    setting: str,
) -> tuple[dict[str, float], float]:
    """The weights with their bias, and the chance from which on KEPT and SPARE of the answerable questions of
    one setting are answered."""
    rows = np.stack([one.whole for group in (right, wrong) for some in group.values() for one in some])
    truth = np.arange(len(rows)) < sum(map(len, right.values()))
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    scaled = np.hstack([(rows - mean) / scale, np.ones((len(rows), 1))])
    weights = _most_likely(scaled, truth)
    bias = float(weights[-1] - (weights[:-1] / scale) @ mean)
    found = {n: round(float(w), 3) for n, w in zip(names, weights[:-1] / scale, strict=True)}
    found["bias"] = round(bias, 3)
    chances = [_chance(one.whole, found, names) for one in right[setting]]
    return found, round(float(np.quantile(chances, 1 - KEPT - SPARE)), 4)


def _most_likely(rows: NDArray[np.float64], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """A logistic model's weights, by Newton's method; the last column is the bias."""
    weights = np.zeros(rows.shape[1])
    ridge = np.append(np.full(rows.shape[1] - 1, RIDGE), 1e-6)
    for _ in range(NEWTON):
        chance = 1 / (1 + np.exp(-(rows @ weights)))
        slope = rows.T @ (truth - chance) - ridge * weights
        weights += np.linalg.solve((rows.T * (chance * (1 - chance))) @ rows + np.diag(ridge), slope)
    return weights


def kept(
    examples: Sequence[Example], answering: tuple[Mapping[str, float], float], names: Sequence[str]
) -> str:
    """The share of questions that are answered."""
    weights, least = answering
    return f"{np.mean([_chance(one.whole, weights, names) >= least for one in examples]):.3f}"


def answered(right: Sequence[float], wrong: Sequence[float]) -> float:
    """The share of unanswerable questions above the confidence that KEPT of the answerable ones reach."""
    return float(np.mean(np.array(wrong) > np.quantile(np.array(right), 1 - KEPT)))


def _chance(whole: Numbers, weights: Mapping[str, float], names: Sequence[str]) -> float:
    row = np.array([weights[name] for name in names])
    return float(1 / (1 + np.exp(-(whole @ row) - weights["bias"])))


def _climb(slope, size: int, rate: float = 0.05) -> Numbers:  # type: ignore[no-untyped-def]
    """Adam: follows the slope uphill."""
    weights = np.zeros(size, np.float32)
    speed, size_of = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        here = slope(weights)
        speed = 0.9 * speed + 0.1 * here
        size_of = 0.99 * size_of + 0.01 * here**2
        weights += rate * (speed / (1 - 0.9**step)) / (np.sqrt(size_of / (1 - 0.99**step)) + 1e-8)
    return weights


def weights_json(fitted: Mapping[str, Fitted]) -> str:
    """The text of `bot/text/qa/weights.json`."""
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
