"""Ranks documents for a query by its words and, if it is about many of them, by what the best have in common.

1. BM25 over stems; words in titles, and words repeated in the query, have a higher weight.
2. The texts of the best are compared with the query once more, see `bot.text.search.surface`.
3. Topics: if many documents are nearly as good as the best, the cosine of averaged word vectors is added, the
   stems and the vector of the best hits join the query (feedback), and half of each score is replaced by the
   mean of its nearest neighbours'. If few are, these steps would only bring in others.

`benchmarks/search_quality.py` measures this on collections of both kinds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.text.search.term_vector import TERM_ID_BITS

Numbers = NDArray[np.floating[Any]]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RankingParameters:
    """The weights of the ranking, fitted on the research collections."""

    k1: float = 1.2
    b: float = 0.75
    title: float = 2.0
    repetition_power: float = 0.9
    """The exponent of a word's frequency in the query."""
    vector_first: float = 0.5
    vector_last: float = 0.9
    feedback_texts: int = 8
    feedback_stems: int = 40
    feedback: float = 0.6
    feedback_vector: float = 1.0
    trust_power: float = 2.0
    """The exponent of the scores by which the best hits are weighted in feedback."""
    neighbours: int = 8
    neighbour_share: float = 0.5
    near_by_vector: float = 0.6
    neighbour_pool: int = 300
    """The number of best documents among which neighbours are sought."""
    ngrams: float = 0.5
    phrases: float = 0.4
    passages: float = 1.2
    """The weights of character n-grams, of neighbours close together, and of the best passage, relative to
    whole words."""
    reread_documents: int = 40
    """The number of best documents by words whose texts are compared with the query once more."""
    few: float = 0.3
    many: float = 0.6
    """The scores by words of the fifth document, relative to the first, from which on a query has more than
    one document, and has many."""
    topical_share: float = 0.8
    """The share of feedback, vectors and neighbours in the scores of a query that has many."""
    question_share: float = 0.8
    """The part of this share that is left for a question: it asks for one text that answers it."""
    best_stays: float = 0.4
    """What is added to the score of the best by words."""
    min_feedback_documents: int = 40
    """With fewer documents feedback and neighbours are skipped: most documents would be among them."""


RARE = 1.2
"""A word is rare if its weight is at most this much below that of a word in no text: in one text."""
MIN_RARE_WEIGHT = 4.0
"""In a small archive no word is rare."""
_HASH_COLUMNS = 1024
"""The number of columns into which stems are hashed to compare documents."""
_EPSILON = 1e-9


class Documents:
    """The documents to rank: their term vectors, their kinds (each kind has its own average length), and
    their word vectors: a row for each document, zeros if unknown, or None."""

    def __init__(
        self, term_vectors: Sequence[bytes], kinds: Sequence[int], vectors: Numbers | None = None
    ) -> None:
        numbers, titles, bodies = [], [], []
        for term_vector in term_vectors:
            size = int.from_bytes(term_vector[:4], "little")
            counts = np.frombuffer(term_vector, np.uint8, 2 * size, 4 + 4 * size)
            # A leading entry with the count 0: `reduceat` needs at least one entry for each document.
            numbers += [_NO_TERM, np.frombuffer(term_vector, "<u4", size, 4)]
            titles += [_NO_COUNT, counts[:size]]
            bodies += [_NO_COUNT, counts[size:]]
        self.sizes = np.array([len(stems) + 1 for stems in numbers[1::2]], np.int64)
        self.starts = np.cumsum(self.sizes) - self.sizes
        self.numbers = np.concatenate(numbers).astype(np.int64)
        self.title = np.concatenate(titles).astype(np.float32)
        self.body = np.concatenate(bodies).astype(np.float32)
        self.kinds = np.array(kinds)
        self.vectors = vectors

    def __len__(self) -> int:
        return len(self.sizes)


_buffers = threading.local()
"""For each thread an array with the query's weight of every term, all 0 between queries: allocating a million
numbers costs more than scoring."""
_NO_TERM = np.zeros(1, np.uint32)
_NO_COUNT = np.zeros(1, np.uint8)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Values calculated once for all documents: BM25's factor of each entry without the term's weight, the
    same weighted and normalised for each document, and the unit word vectors."""

    bm25: Numbers
    weighted: Numbers
    vectors: Numbers


class Ranker:
    """Ranks by given term weights and a mean vector, see `bot.text.search.corpus_statistics`."""

    def __init__(
        self,
        weights: Numbers,
        mean: Numbers | None = None,
        parameters: RankingParameters = RankingParameters(),
        mean_sizes: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """`mean_sizes` are the mean numbers of different terms in texts of each kind; with 0 the mean of the
        documents to rank takes their place."""
        self._mean_sizes = mean_sizes
        self._weights = weights
        self.mean = mean
        self._parameters = parameters
        self._rare_weight = max(MIN_RARE_WEIGHT, float(weights.max(initial=0)) - RARE)

    def scores(
        self,
        term_counts: Mapping[int, float],
        documents: Documents,
        vector: Numbers | None = None,
        *,
        literal: bool = False,
        question: bool = False,
        reread: Callable[[Places], Numbers] | None = None,
    ) -> Numbers:
        """Returns a score from 0 to 1 for each document; there must be at least one. `term_counts` maps the
        query's term ids to their frequency in it; `vector` is the query's. `literal` skips feedback and
        neighbours: a query of one word means exactly that word; they count less for a `question`. `reread`
        returns what the texts of some documents add to their scores by words, which are from 0 to 1; of more
        for a `literal` query, which has less to compare."""
        p = self._parameters
        prepared = self._prepare(documents)
        query = {n: count**p.repetition_power * float(self._weights[n]) for n, count in term_counts.items()}
        by_words = _top_normalized(self._bm25_scores(query, prepared, documents))
        lexical = by_words
        if reread is not None:
            most = p.reread_documents * (5 if literal else 1)
            best = np.argsort(-by_words, kind="stable")[:most]
            lexical = lexical.copy()
            lexical[best] += reread(best)
            lexical = _top_normalized(lexical)
        meaning = self._centred(vector[None])[0] if vector is not None else prepared.vectors[0] * 0
        if literal or len(documents) < p.min_feedback_documents:
            return _top_normalized(lexical + p.vector_first * _cosines(prepared.vectors, meaning))
        share = self._topical_share(by_words) * (p.question_share if question else 1.0)
        if share == 0:
            return lexical
        topical = self._topical_scores(query, prepared, documents, lexical, meaning)
        scores = (1 - share) * lexical + share * topical
        scores[lexical == lexical.max()] += p.best_stays
        return _top_normalized(self._protect_rare(scores, lexical, term_counts, documents))

    def _topical_share(self, by_words: Numbers) -> float:
        """How much the query is about many documents: 0 if a few stand out by its words. Only among many do
        feedback, vectors and neighbours know better than the words."""
        p = self._parameters
        fifth = float(np.partition(by_words, -5)[-5])
        return p.topical_share * min(1.0, max(0.0, (fifth - p.few) / (p.many - p.few)))

    def _protect_rare(
        self, scores: Numbers, lexical: Numbers, term_counts: Mapping[int, float], documents: Documents
    ) -> Numbers:
        """Returns the scores with each document that has a rare word of the query above all that it is above
        by words."""
        rare = [n for n in term_counts if self._weights[n] >= self._rare_weight]
        if not rare:
            return scores
        having = np.logical_or.reduceat(np.isin(documents.numbers, rare), documents.starts)
        scores = scores.copy()
        for document in np.flatnonzero(having)[np.argsort(lexical[having])]:
            below = scores[lexical < lexical[document]]
            scores[document] = max(float(scores[document]), float(below.max(initial=0)) + _EPSILON)
        return scores

    def _topical_scores(
        self,
        query: Mapping[int, float],
        prepared: _Prepared,
        documents: Documents,
        lexical: Numbers,
        meaning: Numbers,
    ) -> Numbers:
        """The scores by words, vectors, feedback and neighbours."""
        p = self._parameters
        scores = lexical + p.vector_first * _cosines(prepared.vectors, meaning)
        best = np.argsort(-scores, kind="stable")[: p.feedback_texts]
        trust = (scores[best] / max(float(scores[best[0]]), _EPSILON)) ** np.float32(p.trust_power)
        query = self._expanded_query(query, prepared, documents, best, trust)
        feedback = _normalize_rows((trust @ prepared.vectors[best])[None])
        meaning = _normalize_rows((meaning + p.feedback_vector * feedback)[0:1])[0]
        scores = _top_normalized(self._bm25_scores(query, prepared, documents))
        scores = scores + p.vector_last * _cosines(prepared.vectors, meaning)
        return self._smooth_by_neighbours(_top_normalized(scores), prepared, documents)

    def _prepare(self, documents: Documents) -> _Prepared:
        p = self._parameters
        counts = documents.body + p.title * documents.title
        lengths = np.add.reduceat(counts, documents.starts)
        mean_lengths = np.ones_like(lengths)
        for kind in set(documents.kinds.tolist()):
            same = documents.kinds == kind
            mean_lengths[same] = max(self._mean_length(kind, lengths[same], documents.sizes[same]), 1.0)
        saturation = p.k1 * (1 - p.b + p.b * lengths / mean_lengths)
        bm25 = counts * (p.k1 + 1) / (counts + np.repeat(saturation, documents.sizes))
        weighted = bm25 * self._weights[documents.numbers]
        norms = np.sqrt(np.add.reduceat(weighted * weighted, documents.starts))
        weighted /= np.repeat(np.maximum(norms, _EPSILON), documents.sizes)
        vectors = (
            np.zeros((len(documents), 1), np.float32) if documents.vectors is None else documents.vectors
        )
        return _Prepared(bm25, weighted, self._centred(vectors))

    def _mean_length(self, kind: int, lengths: Numbers, sizes: Places) -> float:
        """The mean length of all texts of a kind, given the lengths and sizes of some. By the mean of those
        alone, the order of the best would depend on how many others a search has found within its bounds."""
        repetition = float(lengths.sum()) / max(1, int((sizes - 1).sum()))
        return self._mean_sizes[kind] * repetition or float(lengths.mean())

    def _centred(self, vectors: Numbers) -> Numbers:
        if self.mean is None:
            return _normalize_rows(vectors)
        known = np.any(vectors, axis=1, keepdims=True)
        return _normalize_rows(np.where(known, vectors - self.mean, np.float32(0)))

    def _bm25_scores(self, query: Mapping[int, float], prepared: _Prepared, documents: Documents) -> Numbers:
        numbers = np.fromiter(query, np.int64, len(query))
        weights: Numbers | None = getattr(_buffers, "weights", None)
        if weights is None:
            weights = _buffers.weights = np.zeros(1 << TERM_ID_BITS, np.float32)
        weights[numbers] = np.fromiter(query.values(), np.float32, len(query))
        scores: Numbers = np.add.reduceat(prepared.bm25 * weights[documents.numbers], documents.starts)
        weights[numbers] = 0
        return scores

    def _expanded_query(
        self,
        query: Mapping[int, float],
        prepared: _Prepared,
        documents: Documents,
        best: Places,
        trust: Numbers,
    ) -> dict[int, float]:
        """Returns the query with the terms that have the highest weight in the best documents."""
        p = self._parameters
        slices = [slice(documents.starts[n], documents.starts[n] + documents.sizes[n]) for n in best]
        numbers, places = np.unique(
            np.concatenate([documents.numbers[piece] for piece in slices]), return_inverse=True
        )
        weighted = [prepared.weighted[piece] * weight for piece, weight in zip(slices, trust, strict=True)]
        sums = np.bincount(places, np.concatenate(weighted))
        most = np.argsort(-sums, kind="stable")[: p.feedback_stems]
        length = max(float(np.sqrt(sum(weight**2 for weight in query.values()))), _EPSILON)
        expanded = {n: weight / length for n, weight in query.items()}
        feedback = p.feedback * sums[most] / max(float(np.linalg.norm(sums[most])), _EPSILON)
        for n, weight in zip(numbers[most].tolist(), feedback.tolist(), strict=True):
            expanded[n] = expanded.get(n, 0.0) + weight
        return expanded

    def _smooth_by_neighbours(self, scores: Numbers, prepared: _Prepared, documents: Documents) -> Numbers:
        p = self._parameters
        order = np.argsort(-scores, kind="stable")
        top = order[: p.neighbour_pool]
        alike = _similarities(prepared, documents, top)
        if documents.vectors is not None:
            near = np.maximum(prepared.vectors[top] @ prepared.vectors[top].T, 0)
            alike = p.near_by_vector * near + (1 - p.near_by_vector) * alike
        np.fill_diagonal(alike, 0)
        most = min(p.neighbours, len(top) - 1)
        alike[alike < np.partition(alike, -most, axis=1)[:, -most, None]] = 0
        neighbours = alike @ scores[top] / np.maximum(alike.sum(axis=1), _EPSILON)
        # All other documents rank below the best.
        ordered = scores * (1 - p.neighbour_share)
        ordered[top] += p.neighbour_share * neighbours
        rest = order[p.neighbour_pool :]
        ordered[rest] *= min(
            1.0, float(ordered[top].min()) / max(float(ordered[rest].max(initial=0)), _EPSILON)
        )
        return _top_normalized(ordered)


def _similarities(prepared: _Prepared, documents: Documents, top: Places) -> Numbers:
    """Returns the cosines between documents by their weighted terms, hashed into columns with signs that
    cancel out collisions."""
    sizes = documents.sizes[top]
    starts = np.repeat(documents.starts[top] - (np.cumsum(sizes) - sizes), sizes)
    entries = starts + np.arange(sizes.sum())
    numbers = documents.numbers[entries]
    row = np.repeat(np.arange(len(top)), sizes)
    signs = np.where(numbers & _HASH_COLUMNS, np.float32(1), np.float32(-1))
    sums = np.bincount(
        row * _HASH_COLUMNS + numbers % _HASH_COLUMNS,
        signs * prepared.weighted[entries],
        minlength=len(top) * _HASH_COLUMNS,
    )
    rows = _normalize_rows(sums.reshape(len(top), _HASH_COLUMNS).astype(np.float32))
    alike: Numbers = np.maximum(rows @ rows.T, 0)
    return alike


def _cosines(rows: Numbers, vector: Numbers) -> Numbers:
    cosines: Numbers = np.maximum(rows @ vector, 0)
    return cosines


def _normalize_rows(rows: Numbers) -> Numbers:
    unit: Numbers = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(_EPSILON))
    return unit


def _top_normalized(scores: Numbers) -> Numbers:
    return scores / max(float(scores.max(initial=0)), _EPSILON)
