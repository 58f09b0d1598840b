"""Groups texts that say the same thing, by word vectors and stems, neighbours and Ward's method."""

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
"""The weight of the stems relative to the vectors."""
STEM_DIMS = 50
NEIGHBOURS = 12
SMOOTHING = 0.9
SMOOTHING_ROUNDS = 5
"""Each text moves nine tenths of the way to the mean of its neighbours, five times. This tightens themes and
pulls a text between two themes to the one that most of its neighbours belong to."""
MAX_SAMPLE = 1_500
"""At most this many texts are clustered; each other text joins the cluster of its nearest neighbours in this
sample."""
MAX_STEMS = 3_000
MAX_CLUSTERS = 12


class EmbeddingSpace:
    """A space fitted to the texts of one thread, in which texts that say the same lie close together."""

    def __init__(
        self, texts: Sequence[Sequence[str]], stemmer: CommentStemmer, vectors: Vectors | None
    ) -> None:
        self._vectors = vectors
        self.has_vectors = vectors is not None
        word_counts = Counter(word for text in texts for word in set(text))
        self._weights = {word: _idf(len(texts), count) for word, count in word_counts.items()}
        self._unknown_weight = _idf(len(texts), 0)
        stems = {word: stem for word in word_counts if (stem := stemmer.stem(word)) is not None}
        counts = Counter(stem for text in texts for stem in {stems[word] for word in text if word in stems})
        common = sorted((stem for stem in counts if counts[stem] > 1), key=lambda stem: (-counts[stem], stem))
        columns = {stem: n for n, stem in enumerate(common[:MAX_STEMS])}
        self._columns = {word: columns[stem] for word, stem in stems.items() if stem in columns}
        self._idf = np.array([_idf(len(texts), counts[stem]) for stem in columns], np.float32)
        matrix = self._stem_matrix(texts)
        self._basis = _basis(matrix, STEM_DIMS)
        parts = [normalize_rows(matrix @ self._basis)]
        if vectors is not None:
            parts.append(self._vector_rows(texts, vectors))
        self._centres = [part.mean(axis=0) for part in parts]
        self.fitted = self._join(parts)
        """The rows of the texts to which the space was fitted."""

    def rows(self, texts: Sequence[Sequence[str]]) -> Rows:
        """One unit row for each text, given as its words."""
        if not texts:
            return self.fitted[:0]
        batches = [texts[start : start + MAX_SAMPLE] for start in range(0, len(texts), MAX_SAMPLE)]
        stem_rows = [normalize_rows(self._stem_matrix(batch) @ self._basis) for batch in batches]
        parts = [np.concatenate(stem_rows)]
        if self._vectors is not None:
            parts.append(self._vector_rows(texts, self._vectors))
        return self._join(parts)

    def _join(self, parts: Sequence[Rows]) -> Rows:
        # Subtract the mean: it is the subject that all texts of a thread share, and says nothing about a
        # single text.
        centred = [normalize_rows(part - centre) for part, centre in zip(parts, self._centres, strict=True)]
        return normalize_rows(np.hstack([STEM_WEIGHT * centred[0], *centred[1:]]).astype(np.float32))

    def _stem_matrix(self, texts: Sequence[Sequence[str]]) -> Rows:
        used = [[self._columns[word] for word in text if word in self._columns] for text in texts]
        rows = np.repeat(np.arange(len(texts)), [len(columns) for columns in used])
        columns = np.fromiter((column for columns in used for column in columns), np.int64, len(rows))
        matrix = np.zeros((len(texts), len(self._idf)), np.float32)
        np.add.at(matrix, (rows, columns), 1)
        matrix[rows, columns] = 1 + np.log(matrix[rows, columns])
        matrix *= self._idf
        return normalize_rows(matrix)

    def _vector_rows(self, texts: Sequence[Sequence[str]], vectors: Vectors) -> Rows:
        indexes: dict[str, int] = {}
        used = [[indexes.setdefault(word, len(indexes)) for word in text] for text in texts]
        weights = np.array([self._weights.get(word, self._unknown_weight) for word in indexes], np.float32)
        return normalize_rows(sum_rows(vectors.words(list(indexes)) * weights[:, None], used))


def _idf(texts: int, count: int) -> float:
    return float(np.log((1 + texts) / (1 + count))) + 1


def _basis(matrix: Rows, dims: int) -> Rows:
    """Returns the first right singular vectors as columns, by subspace iteration from a fixed start."""
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
    """The cluster number of each text, its row in `space`, the row moved towards its neighbours, and its
    cosine to the mean of the other texts of its cluster (0 for a text alone in its cluster)."""

    space: EmbeddingSpace
    rows: Rows
    smoothed: Rows
    labels: Labels
    fit: Rows
    sample: Labels
    """The texts that were clustered; each other text is in the cluster of its neighbours among them."""

    def smooth(self, rows: Rows) -> Rows:
        """Returns other rows of the space, moved to their neighbours among the texts."""
        return _smooth_among(rows, self.rows[self.sample], self.smoothed[self.sample])


def cluster(
    texts: Sequence[Sequence[str]],
    stemmer: CommentStemmer,
    vectors: Vectors | None,
    clusters: int | None = None,
) -> Clustering:
    """Clusters one or more texts, each given as its words (see `bot.text.language.comment_tokens`). Without
    `clusters`, their number follows from the number of texts (see `cluster_count`). Deterministic for a given
    order of texts."""
    clusters = clusters or cluster_count(len(texts))
    sample = np.linspace(0, len(texts) - 1, min(len(texts), MAX_SAMPLE)).astype(np.int64)
    space = EmbeddingSpace([texts[n] for n in sample], stemmer, vectors)
    smoothed = _smooth_by_neighbours(space.fitted)
    labels = ward_clusters(smoothed, clusters)
    if len(texts) <= MAX_SAMPLE:
        return Clustering(space, space.fitted, smoothed, labels, _fit(space.fitted, labels), sample)
    rows = space.rows(texts)
    means = [smoothed[labels == label].mean(axis=0) for label in range(int(labels.max()) + 1)]
    pulled = _smooth_among(rows, space.fitted, smoothed)
    every: Labels = np.argmax(pulled @ normalize_rows(np.stack(means)).T, axis=1)
    pulled[sample], every[sample] = smoothed, labels
    return Clustering(space, rows, pulled, every, _fit(rows, every), sample)


def _smooth_among(rows: Rows, among: Rows, smoothed: Rows) -> Rows:
    """Returns for each row the mean of the smoothed rows of its neighbours in `among`."""
    moved = np.empty_like(rows)
    for start in range(0, len(rows), MAX_SAMPLE):
        batch = slice(start, start + MAX_SAMPLE)
        near, weights = nearest_neighbours(rows[batch], among, neighbour_count(len(among)), same=False)
        moved[batch] = np.einsum("nk,nkd->nd", weights, smoothed[near])
    return normalize_rows(moved)


def _fit(rows: Rows, labels: Labels) -> Rows:
    count = int(labels.max(initial=-1)) + 1
    totals = np.zeros((count, rows.shape[1]), np.float32)
    np.add.at(totals, labels, rows)
    others = normalize_rows(totals[labels] - rows)
    fit: Rows = (others * rows).sum(axis=1)
    return fit


def nearest_neighbours(rows: Rows, among: Rows, count: int, *, same: bool) -> tuple[Labels, Rows]:
    """Returns, for each row, the indexes of its `count` nearest rows in `among` and their cosines (at least
    0). `same` says that `among` is `rows`; no row is then its own neighbour."""
    near = rows @ among.T
    if same:
        np.fill_diagonal(near, -1)
    count = min(count, near.shape[1] - same)
    chosen = np.argpartition(-near, count - 1, axis=1)[:, :count].astype(np.int64)
    return chosen, np.maximum(np.take_along_axis(near, chosen, axis=1), 0)


def neighbour_count(texts: int) -> int:
    """The number of neighbours that are looked at: in a small thread twelve would be all other texts."""
    return min(NEIGHBOURS, max(2, texts // 4))


def _smooth_by_neighbours(rows: Rows) -> Rows:
    """Returns the rows, moved towards their nearest neighbours, as unit rows."""
    if len(rows) < 3:
        return rows
    chosen, near = nearest_neighbours(rows, rows, neighbour_count(len(rows)), same=True)
    links = np.zeros((len(rows), len(rows)), np.float32)
    np.put_along_axis(links, chosen, near, axis=1)
    links = np.maximum(links, links.T)
    links /= links.sum(axis=1, keepdims=True) + 1e-9
    moved = rows
    for _ in range(SMOOTHING_ROUNDS):
        moved = (1 - SMOOTHING) * rows + SMOOTHING * (links @ moved)
    return normalize_rows(moved)


def cluster_count(texts: int) -> int:
    """The number of clusters to look for: 0.9 times the square root of the number of texts, at most
    MAX_CLUSTERS."""
    return max(1, min(round(0.9 * math.sqrt(texts)), MAX_CLUSTERS))


def ward_clusters(rows: Rows, clusters: int) -> Labels:
    """Cuts Ward's clustering into `clusters`, by nearest-neighbour chains, in O(n²) time and space."""
    n = len(rows)
    merges = sorted(_merges(rows), key=lambda merge: merge[0])
    parent = list(range(n))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for _height, first, second in merges[: max(n - clusters, 0)]:
        parent[root(second)] = root(first)
    numbers: dict[int, int] = {}
    return np.array([numbers.setdefault(root(row), len(numbers)) for row in range(n)], np.int64)


def _merges(rows: Rows) -> list[tuple[float, int, int]]:
    """Returns every merge as (height, index of a text on one side, index of a text on the other)."""
    n = len(rows)
    distances = _squared_distances(rows)
    sizes = np.ones(n)
    merges: list[tuple[float, int, int]] = []
    chain: list[int] = []
    while len(merges) < n - 1:
        if not chain:
            chain.append(int(np.argmax(sizes > 0)))
        last = chain[-1]
        nearest = int(np.argmin(distances[last]))
        if len(chain) > 1 and distances[last, chain[-2]] <= distances[last, nearest]:
            nearest = chain[-2]
        if len(chain) < 2 or nearest != chain[-2]:
            chain.append(nearest)
            continue
        del chain[-2:]
        first, second = sorted((last, nearest))
        merges.append((float(distances[last, nearest]), first, second))
        _join(distances, sizes, first, second)
    return merges


def _squared_distances(rows: Rows) -> NDArray[np.float64]:
    """Returns the squared distances, infinite on the diagonal. They are symmetric to the last bit, which a
    matrix product is not on every processor: a chain of neighbours ends only if two rows agree on how far
    apart they are."""
    squares = (rows**2).sum(axis=1)
    products = rows @ rows.T
    distances: NDArray[np.float64] = np.maximum(squares[:, None] + squares[None] - 2 * products, 0)
    distances = np.minimum(distances, distances.T).astype(np.float64)
    np.fill_diagonal(distances, np.inf)
    return distances


def _join(distances: NDArray[np.float64], sizes: NDArray[np.float64], first: int, second: int) -> None:
    """Merges `second` into `first`, by the Lance-Williams formula on squared distances, and empties
    `second`."""
    # Neighbours of each other come no nearer to any other row by being merged. Rounding must not change that:
    # a row that is already in the chain would enter it again.
    nearest = np.minimum(distances[first], distances[second])
    both = sizes[first] + sizes[second]
    between = distances[first, second]
    with np.errstate(invalid="ignore"):
        row = (
            (sizes[first] + sizes) * distances[first]
            + (sizes[second] + sizes) * distances[second]
            - sizes * between
        ) / (both + sizes)
    row = np.maximum(row, nearest)
    row[[first, second]] = np.inf
    row[sizes == 0] = np.inf
    distances[first], distances[:, first] = row, row
    distances[second], distances[:, second] = np.inf, np.inf
    sizes[first], sizes[second] = both, 0
