"""Orders texts by how well they answer a query: BM25, what the best hits say besides, word vectors,
neighbours.

1. BM25 over stems; words of titles, and words that the query repeats, count more.
2. Vectors: the cosine of averaged word vectors around their mean is added to the top-normalised score.
3. Feedback: the stems and the vector of the best hits join the query, and it is asked again.
4. Neighbours: what resembles good hits is a good hit. A score becomes half its own and half the mean of its
   nearest neighbours', which helps more than everything else.

What each brings is measured by `benchmarks/search_quality.py` on three research collections.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.text.search.term_vector import TERM_ID_BITS

Numbers = NDArray[np.floating[Any]]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RankingParameters:
    """How much each part counts."""

    k1: float = 1.6
    b: float = 0.6
    title: float = 2.0
    repeated: float = 0.9
    """A word said n times in the query weighs as much as n to this power words said once."""
    vector_first: float = 0.4
    vector_last: float = 0.9
    feedback_texts: int = 8
    feedback_stems: int = 40
    feedback: float = 0.6
    feedback_vector: float = 1.0
    trust: float = 2.0
    """The best hits count in feedback by their scores to this power."""
    neighbours: int = 8
    neighbourhood: float = 0.5
    near_by_vector: float = 0.6
    among: int = 300
    """Only so many of the best are neighbours."""
    few: int = 40
    """With fewer texts neither feedback nor neighbours are evidence: most would be of any text."""


_HASHED = 1024
"""Stems share so many columns when texts are compared with each other."""
_LITTLE = 1e-9


class Documents:
    """The texts to be ranked: their signatures, of which kind each is (kinds have their own average length),
    and their vectors: a row for each, zeros where none is known, or None."""

    def __init__(
        self, signatures: Sequence[bytes], kinds: Sequence[int], vectors: Numbers | None = None
    ) -> None:
        numbers, titles, bodies = [], [], []
        for signature in signatures:
            count = int.from_bytes(signature[:4], "little")
            said = np.frombuffer(signature, np.uint8, 2 * count, 4 + 4 * count)
            # A leading entry that counts nothing: sums over stretches need each to be of some length.
            numbers += [_NOTHING, np.frombuffer(signature, "<u4", count, 4)]
            titles += [_NONE, said[:count]]
            bodies += [_NONE, said[count:]]
        self.sizes = np.array([len(stems) + 1 for stems in numbers[1::2]], np.int64)
        self.starts = np.cumsum(self.sizes) - self.sizes
        self.numbers = np.concatenate(numbers).astype(np.int64)
        self.title = np.concatenate(titles).astype(np.float32)
        self.body = np.concatenate(bodies).astype(np.float32)
        self.kinds = np.array(kinds)
        self.vectors = vectors

    def __len__(self) -> int:
        return len(self.sizes)


_rooms = threading.local()
"""For each thread the weight of every stem in its query, all 0 but while texts are asked: to make room for a
million costs more than asking."""
_NOTHING = np.zeros(1, np.uint32)
_NONE = np.zeros(1, np.uint8)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is worked out once for all texts: BM25's share of each entry, the same weighed and at length 1 for
    each text, and the texts' unit vectors."""

    said: Numbers
    weighed: Numbers
    vectors: Numbers


class Ranker:
    """Ranks by given word weights and mean vector, see `bot.text.search.corpus_statistics`."""

    def __init__(
        self,
        weights: Numbers,
        mean: Numbers | None = None,
        settings: RankingParameters = RankingParameters(),
    ) -> None:
        self._weights = weights
        self.mean = mean
        self._settings = settings

    def scores(
        self,
        wanted: Mapping[int, float],
        texts: Documents,
        vector: Numbers | None = None,
        *,
        literal: bool = False,
    ) -> Numbers:
        """A score from 0 to 1 for each of at least one text. `wanted` maps stem numbers to how often they are
        asked for; `vector` is the query's. `literal` leaves out feedback and neighbours: who asks for one
        word means just that."""
        of = self._settings
        parts = self._parts(texts)
        meant = self._centred(vector[None])[0] if vector is not None else parts.vectors[0] * 0
        query = {n: count**of.repeated * float(self._weights[n]) for n, count in wanted.items()}
        scores = _top(self._ask(query, parts, texts)) + of.vector_first * _near(parts.vectors, meant)
        if literal or len(texts) < of.few:
            return _top(scores)
        best = np.argsort(-scores, kind="stable")[: of.feedback_texts]
        trust = (scores[best] / max(float(scores[best[0]]), _LITTLE)) ** np.float32(of.trust)
        query = self._told(query, parts, texts, best, trust)
        meant = _unit((meant + of.feedback_vector * _unit((trust @ parts.vectors[best])[None]))[0:1])[0]
        scores = _top(self._ask(query, parts, texts)) + of.vector_last * _near(parts.vectors, meant)
        return self._neighbourly(_top(scores), parts, texts)

    def _parts(self, texts: Documents) -> _Parts:
        of = self._settings
        counts = texts.body + of.title * texts.title
        lengths = np.add.reduceat(counts, texts.starts)
        usual = np.ones_like(lengths)
        for kind in np.unique(texts.kinds):
            same = texts.kinds == kind
            usual[same] = max(float(lengths[same].mean()), 1.0)
        flat = of.k1 * (1 - of.b + of.b * lengths / usual)
        said = counts * (of.k1 + 1) / (counts + np.repeat(flat, texts.sizes))
        weighed = said * self._weights[texts.numbers]
        norms = np.sqrt(np.add.reduceat(weighed * weighed, texts.starts))
        weighed /= np.repeat(np.maximum(norms, _LITTLE), texts.sizes)
        vectors = np.zeros((len(texts), 1), np.float32) if texts.vectors is None else texts.vectors
        return _Parts(said, weighed, self._centred(vectors))

    def _centred(self, vectors: Numbers) -> Numbers:
        if self.mean is None:
            return _unit(vectors)
        known = np.any(vectors, axis=1, keepdims=True)
        return _unit(np.where(known, vectors - self.mean, np.float32(0)))

    def _ask(self, query: Mapping[int, float], parts: _Parts, texts: Documents) -> Numbers:
        numbers = np.fromiter(query, np.int64, len(query))
        asked: Numbers | None = getattr(_rooms, "asked", None)
        if asked is None:
            asked = _rooms.asked = np.zeros(1 << TERM_ID_BITS, np.float32)
        asked[numbers] = np.fromiter(query.values(), np.float32, len(query))
        found: Numbers = np.add.reduceat(parts.said * asked[texts.numbers], texts.starts)
        asked[numbers] = 0
        return found

    def _told(
        self, query: Mapping[int, float], parts: _Parts, texts: Documents, best: Places, trust: Numbers
    ) -> dict[int, float]:
        """The query and the stems that weigh most in the best texts."""
        of = self._settings
        pieces = [slice(texts.starts[n], texts.starts[n] + texts.sizes[n]) for n in best]
        numbers, places = np.unique(
            np.concatenate([texts.numbers[piece] for piece in pieces]), return_inverse=True
        )
        weighed = [parts.weighed[piece] * much for piece, much in zip(pieces, trust, strict=True)]
        sums = np.bincount(places, np.concatenate(weighed))
        most = np.argsort(-sums, kind="stable")[: of.feedback_stems]
        size = max(float(np.sqrt(sum(weight**2 for weight in query.values()))), _LITTLE)
        told = {n: weight / size for n, weight in query.items()}
        told_more = of.feedback * sums[most] / max(float(np.linalg.norm(sums[most])), _LITTLE)
        for n, weight in zip(numbers[most].tolist(), told_more.tolist(), strict=True):
            told[n] = told.get(n, 0.0) + weight
        return told

    def _neighbourly(self, scores: Numbers, parts: _Parts, texts: Documents) -> Numbers:
        of = self._settings
        order = np.argsort(-scores, kind="stable")
        top = order[: of.among]
        alike = _alike(parts, texts, top)
        if texts.vectors is not None:
            near = np.maximum(parts.vectors[top] @ parts.vectors[top].T, 0)
            alike = of.near_by_vector * near + (1 - of.near_by_vector) * alike
        np.fill_diagonal(alike, 0)
        most = min(of.neighbours, len(top) - 1)
        alike[alike < np.partition(alike, -most, axis=1)[:, -most, None]] = 0
        theirs = alike @ scores[top] / np.maximum(alike.sum(axis=1), _LITTLE)
        # What is not among the best stays behind them.
        ordered = scores * (1 - of.neighbourhood)
        ordered[top] += of.neighbourhood * theirs
        rest = order[of.among :]
        ordered[rest] *= min(
            1.0, float(ordered[top].min()) / max(float(ordered[rest].max(initial=0)), _LITTLE)
        )
        return _top(ordered)


def _alike(parts: _Parts, texts: Documents, top: Places) -> Numbers:
    """Cosines between texts by their weighed stems, hashed into some columns with signs that cancel out."""
    sizes = texts.sizes[top]
    starts = np.repeat(texts.starts[top] - (np.cumsum(sizes) - sizes), sizes)
    at = starts + np.arange(sizes.sum())
    numbers = texts.numbers[at]
    row = np.repeat(np.arange(len(top)), sizes)
    signs = np.where(numbers & _HASHED, np.float32(1), np.float32(-1))
    sums = np.bincount(
        row * _HASHED + numbers % _HASHED, signs * parts.weighed[at], minlength=len(top) * _HASHED
    )
    rows = _unit(sums.reshape(len(top), _HASHED).astype(np.float32))
    alike: Numbers = np.maximum(rows @ rows.T, 0)
    return alike


def _near(rows: Numbers, vector: Numbers) -> Numbers:
    near: Numbers = np.maximum(rows @ vector, 0)
    return near


def _unit(rows: Numbers) -> Numbers:
    found: Numbers = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(_LITTLE))
    return found


def _top(scores: Numbers) -> Numbers:
    return scores / max(float(scores.max(initial=0)), _LITTLE)
