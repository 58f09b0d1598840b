"""Finds the words that are nearest to a word in meaning, among those that a table of word vectors has."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.text.language.stems import DEFAULT_LANGUAGE, stem
from bot.text.language.word_vectors import Vectors, normalize_rows

MIN_WHOLE, MIN_PIECES = 0.45, 0.5
"""The least cosine of a near word, for a word of one piece, and of two. No misspelt word has one piece; of
those with two, a tenth have a near word. If the archive has their right spelling, that comes first."""
MAX_PIECES = 2
"""Words of more pieces are names and misspelt words, whose vectors say nothing."""
MAX_NEAR_WORDS = 12
MIN_LETTERS = 3


class NearWords:
    """Searches one table; its words are read on first use, which takes a tenth of a second and 5 MB."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    @cached_property
    def _table(self) -> tuple[list[str], NDArray[np.float16]]:
        words = [
            word
            for word in self._vectors.vocabulary()
            if len(word) >= MIN_LETTERS and word.isalpha() and word.isascii()
        ]
        return words, normalize_rows(self._vectors.words(words)).astype(np.float16)

    def find(self, word: str) -> list[str]:
        """Returns the nearest words, best first, without forms and beginnings of the word itself; none for a
        word that the table does not know well."""
        near: dict[str, float] = {}
        for form in {word, word.removesuffix("s")}:
            for other, cosine in self._nearest(form):
                near[other] = max(cosine, near.get(other, 0))
        own = stem(word, DEFAULT_LANGUAGE)
        others = [
            other
            for other in sorted(near, key=lambda other: (-near[other], other))
            if not word.startswith(other) and stem(other, DEFAULT_LANGUAGE) != own
        ]
        return others[:MAX_NEAR_WORDS]

    def _nearest(self, word: str) -> list[tuple[str, float]]:
        pieces = self._vectors.pieces(word)
        if not 0 < pieces <= MAX_PIECES:
            return []
        words, rows = self._table
        [vector] = normalize_rows(self._vectors.words([word]))
        cosines = rows.astype(np.float32) @ vector
        best = np.argsort(-cosines, kind="stable")[: 2 * MAX_NEAR_WORDS]
        least = MIN_WHOLE if pieces == 1 else MIN_PIECES
        return [(words[place], float(cosines[place])) for place in best if cosines[place] >= least]
