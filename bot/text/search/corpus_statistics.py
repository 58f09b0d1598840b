"""Statistics of the corpus: document frequencies of stems, languages, and the mean vector."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from bot.text.language.stems import DEFAULT_LANGUAGE
from bot.text.search.term_vector import TERM_ID_BITS, term_id

_SIZE = 1 << TERM_ID_BITS


def serialize_vectors(rows: NDArray[np.float32]) -> list[bytes | None]:
    """Returns each row as signed bytes, scaled so that its greatest component is 127; None for a row of
    zeros."""
    greatest = np.abs(rows).max(axis=1, initial=0)
    small = np.rint(rows * (127 / np.maximum(greatest, 1e-9))[:, None]).astype(np.int8)
    return [row.tobytes() if most > 0 else None for row, most in zip(small, greatest.tolist(), strict=True)]


def deserialize_vectors(packed: Sequence[bytes | None]) -> NDArray[np.float32]:
    """Returns unit rows, zeros for None. At least one item must be a vector, and all must have the same
    length."""
    dims = next(len(vector) for vector in packed if vector is not None)
    nothing = bytes(dims)
    rows = np.frombuffer(b"".join(vector or nothing for vector in packed), np.int8)
    vectors = rows.reshape(len(packed), dims).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-9))
    return vectors


class _Head(msgspec.Struct):
    articles: int = 0
    comments: int = 0
    languages: dict[str, int] = {}
    vectors: str | None = None
    dims: int = 0


class CorpusStatistics:
    """The number of articles and comments with each stem, by term id. Stems can share an id, so counts may be
    too high: they are for weights, not for display."""

    def __init__(self, packed: bytes | None = None) -> None:
        """Loads the bytes of `serialized`, or begins empty."""
        head, rest = _Head(), b""
        self._in_articles = np.zeros(_SIZE, np.uint32)
        self._in_comments = np.zeros(_SIZE, np.uint32)
        self._sum = np.zeros(0, np.float64)
        if packed is not None:
            size = int.from_bytes(packed[:4], "little")
            head = msgspec.json.decode(packed[4 : 4 + size], type=_Head)
            rest = zlib.decompress(packed[4 + size :])
            counts = np.frombuffer(rest, np.uint32, 2 * _SIZE)
            self._in_articles, self._in_comments = counts[:_SIZE].copy(), counts[_SIZE:].copy()
            self._sum = np.frombuffer(rest, np.float64, head.dims, 8 * _SIZE).copy()
        self.articles = head.articles
        self.comments = head.comments
        self.languages = Counter(head.languages)
        """The number of articles in each language."""
        self.vectors = head.vectors
        """The name of the table that the articles' vectors are from."""

    def serialized(self) -> bytes:
        """Returns the statistics as bytes, for the constructor."""
        head = msgspec.json.encode(
            _Head(self.articles, self.comments, dict(self.languages), self.vectors, len(self._sum))
        )
        arrays = self._in_articles.tobytes() + self._in_comments.tobytes() + self._sum.tobytes()
        return len(head).to_bytes(4, "little") + head + zlib.compress(arrays, 1)

    def add_articles(self, articles: Sequence[tuple[bytes, str | None, bytes | None]]) -> None:
        """Counts articles, each once for each of its stems: (term vector, language, item of
        `serialize_vectors`)."""
        stems = b"".join(terms[4 : 4 + 4 * int.from_bytes(terms[:4], "little")] for terms, _, _ in articles)
        stem_ids, counts = np.unique(np.frombuffer(stems, "<u4"), return_counts=True)
        self._in_articles[stem_ids] += counts.astype(np.uint32)  # in a tenth of the time of `np.add.at`
        self.articles += len(articles)
        self.languages.update(language or DEFAULT_LANGUAGE for _, language, _ in articles)
        vectors = [vector for _, _, vector in articles if vector is not None]
        if vectors:
            rows = deserialize_vectors(vectors).sum(axis=0, dtype=np.float64)
            self._sum = self._sum + rows if len(self._sum) else rows

    def add_comments(self, comments: int, stems: Mapping[str, int]) -> None:
        """Counts `comments` comments; `stems` maps each stem to the number of them that have it."""
        self.comments += comments
        numbers = np.fromiter(map(term_id, stems), np.intp, len(stems))
        np.add.at(self._in_comments, numbers, np.fromiter(stems.values(), np.uint32, len(stems)))

    def reset_articles(self, vectors: str | None) -> None:
        """Removes all articles; those added afterwards must have vectors of this table."""
        self._in_articles[:] = 0
        self._sum = np.zeros(0, np.float64)
        self.articles = 0
        self.languages.clear()
        self.vectors = vectors

    def reset_comments(self) -> None:
        """Removes all comments."""
        self._in_comments[:] = 0
        self.comments = 0

    def main_languages(self, also: Iterable[str] = ()) -> tuple[str, ...]:
        """Returns the languages of at least one article in fifty, most common first, followed by `also`."""
        min_articles = max(1, self.articles // 50)
        languages = [language for language, count in self.languages.most_common() if count >= min_articles]
        return tuple(dict.fromkeys([*languages, *also]))

    def weights(self) -> NDArray[np.float32]:
        """Returns the weight of each term id by its rarity (BM25's idf, at least 0)."""
        total = self.articles + self.comments
        holding = np.minimum(self._in_articles + self._in_comments, total).astype(np.float32)
        weights: NDArray[np.float32] = np.log1p((total - holding + 0.5) / (holding + 0.5))
        return weights

    def rows(self) -> NDArray[np.uint32]:
        """Returns, for each term id, the number of articles (first row) and of comments (second row) with its
        stem."""
        return np.stack([self._in_articles, self._in_comments])

    def mean_sizes(self, no_content: Iterable[int]) -> tuple[float, float]:
        """Returns the mean number of different stems in an article and in a comment; 0 if unknown. Unlike
        articles, comments are counted with their stop words, which have the term ids `no_content`."""
        stop_words = self._in_comments[list(no_content)].sum(dtype=np.int64)
        in_comments = self._in_comments.sum(dtype=np.int64) - stop_words
        in_articles = self._in_articles.sum(dtype=np.int64)
        return float(in_articles / max(1, self.articles)), float(in_comments / max(1, self.comments))

    def mean(self) -> NDArray[np.float32] | None:
        """Returns the mean of the articles' vectors."""
        return (self._sum / max(1, self.articles)).astype(np.float32) if len(self._sum) else None
