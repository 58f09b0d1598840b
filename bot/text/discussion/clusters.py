"""Groups of texts that say the same: word vectors beside stems, smoothed over neighbours, then Ward."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.word_vectors import Rows, Vectors, normalize_rows, sum_rows

Labels = NDArray[np.int64]

STEM_WEIGHT = 0.5
"""How much the stems count beside the vectors."""
STEM_DIMS = 50
NEIGHBOURS = 12
SMOOTHING = 0.9
ROUNDS = 5
"""Each text moves nine tenths of the way to its neighbours' mean, five times: a theme becomes a heap, and
what lies between two themes goes to the one that its neighbours go to."""
MAX_SAMPLE = 1_500
"""So many texts are clustered; more are then given to the groups of their neighbours in the sample."""
MAX_STEMS = 3_000
MAX_CLUSTERS = 12


class EmbeddingSpace:
    """A space in which texts that say the same lie close, fitted to the texts of one thread."""

    def __init__(
        self, texts: Sequence[Sequence[str]], stems: CommentStemmer, vectors: Vectors | None
    ) -> None:
        self._vectors = vectors
        found = Counter(word for text in texts for word in set(text))
        self._weights = {word: _idf(len(texts), count) for word, count in found.items()}
        self._new = _idf(len(texts), 0)
        of_word = {word: stem for word in found if (stem := stems.stem(word)) is not None}
        counts = Counter(
            stem for text in texts for stem in {of_word[word] for word in text if word in of_word}
        )
        usual = sorted((stem for stem in counts if counts[stem] > 1), key=lambda stem: (-counts[stem], stem))
        columns = {stem: n for n, stem in enumerate(usual[:MAX_STEMS])}
        self._columns = {word: columns[stem] for word, stem in of_word.items() if stem in columns}
        self._idf = np.array([_idf(len(texts), counts[stem]) for stem in columns], np.float32)
        matrix = self._matrix(texts)
        self._basis = _basis(matrix, STEM_DIMS)
        parts = [normalize_rows(matrix @ self._basis)]
        if vectors is not None:
            parts.append(self._meanings(texts, vectors))
        self._centres = [part.mean(axis=0) for part in parts]
        self.fitted = self._joined(parts)
        """The rows of the texts that the space was fitted to."""

    def rows(self, texts: Sequence[Sequence[str]]) -> Rows:
        """One unit row a text (given as its words)."""
        if not texts:
            return self.fitted[:0]
        pieces = [texts[at : at + MAX_SAMPLE] for at in range(0, len(texts), MAX_SAMPLE)]
        parts = [np.concatenate([normalize_rows(self._matrix(piece) @ self._basis) for piece in pieces])]
        if self._vectors is not None:
            parts.append(self._meanings(texts, self._vectors))
        return self._joined(parts)

    def _joined(self, parts: Sequence[Rows]) -> Rows:
        # What all texts of a thread share is its subject; what is left tells them apart.
        apart = [normalize_rows(part - centre) for part, centre in zip(parts, self._centres, strict=True)]
        return normalize_rows(np.hstack([STEM_WEIGHT * apart[0], *apart[1:]]).astype(np.float32))

    def _matrix(self, texts: Sequence[Sequence[str]]) -> Rows:
        used = [[self._columns[word] for word in text if word in self._columns] for text in texts]
        rows = np.repeat(np.arange(len(texts)), [len(columns) for columns in used])
        places = np.fromiter((column for columns in used for column in columns), np.int64, len(rows))
        matrix = np.zeros((len(texts), len(self._idf)), np.float32)
        np.add.at(matrix, (rows, places), 1)
        matrix[rows, places] = 1 + np.log(matrix[rows, places])
        matrix *= self._idf
        return normalize_rows(matrix)

    def _meanings(self, texts: Sequence[Sequence[str]], vectors: Vectors) -> Rows:
        seen: dict[str, int] = {}
        used = [[seen.setdefault(word, len(seen)) for word in text] for text in texts]
        weights = np.array([self._weights.get(word, self._new) for word in seen], np.float32)
        return normalize_rows(sum_rows(vectors.words(list(seen)) * weights[:, None], used))


def _idf(texts: int, count: int) -> float:
    return float(np.log((1 + texts) / (1 + count))) + 1


def _basis(matrix: Rows, dims: int) -> Rows:
    """The first right singular vectors as columns, by subspace iteration from a fixed start."""
    dims = min(dims, *matrix.shape)
    if dims == 0:
        return np.zeros((matrix.shape[1], 0), np.float32)
    start = np.random.default_rng(0).standard_normal((matrix.shape[1], min(dims + 10, *matrix.shape)))
    space = matrix @ start.astype(np.float32)
    for _ in range(4):
        space, _r = np.linalg.qr(space)
        space = matrix @ (matrix.T @ space)
    space, _r = np.linalg.qr(space)
    return np.linalg.svd(space.T @ matrix, full_matrices=False)[2][:dims].T.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Clustering:
    """Texts in groups: the number of each text's group, its row in `space`, and how near it is to the mean of
    the others of its group (a cosine; 0 for a text alone)."""

    space: EmbeddingSpace
    rows: Rows
    labels: Labels
    fit: Rows


def cluster(
    texts: Sequence[Sequence[str]], stems: CommentStemmer, vectors: Vectors | None, groups: int | None = None
) -> Clustering:
    """Group one or more texts, each given as its words (see `bot.text.language.comment_tokens`), into
    `groups`, or as many as their number suggests. Deterministic; the same order of texts gives the same
    groups."""
    if len(texts) <= MAX_SAMPLE:
        space = EmbeddingSpace(texts, stems, vectors)
        rows = space.fitted
        labels = ward_clusters(_smooth_by_neighbours(rows), groups or cluster_count(len(texts)))
        return Clustering(space, rows, labels, _fit(rows, labels))
    chosen = np.linspace(0, len(texts) - 1, MAX_SAMPLE).astype(np.int64)
    space = EmbeddingSpace([texts[n] for n in chosen], stems, vectors)
    rows = space.rows(texts)
    smoothed = _smooth_by_neighbours(rows[chosen])
    found = ward_clusters(smoothed, groups or cluster_count(len(texts)))
    means = normalize_rows(
        np.stack([smoothed[found == label].mean(axis=0) for label in range(int(found.max()) + 1)])
    )
    labels = np.empty(len(texts), np.int64)
    for at in range(0, len(texts), MAX_SAMPLE):
        near, weights = nearest_neighbours(rows[at : at + MAX_SAMPLE], rows[chosen], NEIGHBOURS, same=False)
        pulled = np.einsum("nk,nkd->nd", weights, smoothed[near])
        labels[at : at + MAX_SAMPLE] = np.argmax(pulled @ means.T, axis=1)
    labels[chosen] = found
    return Clustering(space, rows, labels, _fit(rows, labels))


def _fit(rows: Rows, labels: Labels) -> Rows:
    count = int(labels.max(initial=-1)) + 1
    totals = np.zeros((count, rows.shape[1]), np.float32)
    np.add.at(totals, labels, rows)
    others = normalize_rows(totals[labels] - rows)
    fit: Rows = (others * rows).sum(axis=1)
    return fit


def nearest_neighbours(rows: Rows, among: Rows, count: int, *, same: bool) -> tuple[Labels, Rows]:
    """For each row its `count` nearest in `among` and how near they are (not below 0); `same` says that
    `among` is `rows`, where nobody is his own neighbour."""
    near = rows @ among.T
    if same:
        np.fill_diagonal(near, -1)
    count = min(count, near.shape[1] - same)
    chosen = np.argpartition(-near, count - 1, axis=1)[:, :count].astype(np.int64)
    return chosen, np.maximum(np.take_along_axis(near, chosen, axis=1), 0)


def _smooth_by_neighbours(rows: Rows) -> Rows:
    """The rows moved towards their nearest neighbours, as unit rows."""
    if len(rows) < 3:
        return rows
    # In a small thread twelve neighbours would be everybody.
    chosen, near = nearest_neighbours(rows, rows, min(NEIGHBOURS, max(2, len(rows) // 4)), same=True)
    links = np.zeros((len(rows), len(rows)), np.float32)
    np.put_along_axis(links, chosen, near, axis=1)
    links = np.maximum(links, links.T)
    links /= links.sum(axis=1, keepdims=True) + 1e-9
    moved = rows
    for _ in range(ROUNDS):
        moved = (1 - SMOOTHING) * rows + SMOOTHING * (links @ moved)
    return normalize_rows(moved)


def cluster_count(texts: int) -> int:
    """How many groups to look for: the root of the number of texts, by 0.9, at most MOST_GROUPS."""
    return max(1, min(round(0.9 * math.sqrt(texts)), MAX_CLUSTERS))


def ward_clusters(rows: Rows, groups: int) -> Labels:
    """Ward's clustering cut into `groups`, by chains of nearest neighbours in time and space of n squared."""
    n = len(rows)
    merges = _merges(rows)
    merges.sort(key=lambda merge: merge[0])
    parent = list(range(n))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for _height, one, other in merges[: max(n - groups, 0)]:
        parent[root(other)] = root(one)
    numbers: dict[int, int] = {}
    return np.array([numbers.setdefault(root(at), len(numbers)) for at in range(n)], np.int64)


def _merges(rows: Rows) -> list[tuple[float, int, int]]:
    """Every merge as (height, a text of one side, a text of the other)."""
    n = len(rows)
    squares = (rows**2).sum(axis=1)
    apart = np.maximum(squares[:, None] + squares[None] - 2 * rows @ rows.T, 0).astype(np.float64)
    np.fill_diagonal(apart, np.inf)
    sizes = np.ones(n)
    merges: list[tuple[float, int, int]] = []
    chain: list[int] = []
    first = 0
    while len(merges) < n - 1:
        if not chain:
            while sizes[first] == 0:
                first += 1
            chain.append(first)
        at = chain[-1]
        nearest = int(np.argmin(apart[at]))
        if len(chain) > 1 and apart[at, chain[-2]] <= apart[at, nearest]:
            nearest = chain[-2]
        if len(chain) < 2 or nearest != chain[-2]:
            chain.append(nearest)
            continue
        del chain[-2:]
        merges.append((float(apart[at, nearest]), min(at, nearest), max(at, nearest)))
        _join(apart, sizes, min(at, nearest), max(at, nearest))
    return merges


def _join(apart: NDArray[np.float64], sizes: NDArray[np.float64], one: int, other: int) -> None:
    """Let `one` be both, by the formula of Lance and Williams on squared distances, and `other` nothing."""
    both = sizes[one] + sizes[other]
    between = apart[one, other]
    with np.errstate(invalid="ignore"):
        row = (
            (sizes[one] + sizes) * apart[one] + (sizes[other] + sizes) * apart[other] - sizes * between
        ) / (both + sizes)
    row[[one, other]] = np.inf
    row[sizes == 0] = np.inf
    apart[one], apart[:, one] = row, row
    apart[other], apart[:, other] = np.inf, np.inf
    sizes[one], sizes[other] = both, 0
