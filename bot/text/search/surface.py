"""Compares texts with a query as they are written: by runs of four letters, and by words that stand close
together.

Runs of letters match what stemming misses (compounds, endings, names in other cases); words that are
neighbours in the query and in the text are rarely so by chance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.text.language.index_tokens import fold, raw_words
from bot.text.search.term_vector import term_ids

MAX_CHARACTERS = 6_000
"""The number of characters that are compared: news begins with its subject."""
TITLE_WEIGHT = 2
RUN_WEIGHT, NEIGHBOUR_WEIGHT = 0.5, 0.3
"""The weights of both comparisons, relative to whole words."""
MAX_DISTANCE = 3
"""The greatest distance of two neighbours, in content words."""
_K1, _B = 1.2, 0.75
_BITS = 16
_LETTERS = 4
_BETWEEN = re.compile(r"[\W_]+")
_BLANK = ord(" ")
_MULTIPLIERS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)

Numbers = NDArray[np.float64]


class RunStatistics:
    """How many of a sample of texts have each run of letters, by its hash."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = np.zeros(1 << _BITS)
        length = 0
        for text in texts:
            runs = _runs(text[:MAX_CHARACTERS])
            counts[np.unique(runs)] += 1
            length += len(runs)
        self.weights: Numbers = np.log1p((len(texts) - counts + 0.5) / (counts + 0.5))
        self.mean_length = max(1.0, length / max(1, len(texts)))


def run_scores(words: Sequence[str], texts: Sequence[tuple[str, str]], known: RunStatistics) -> Numbers:
    """Returns BM25 over runs of letters for each text (title, body), at most 1."""
    runs, counts = np.unique(_runs(" ".join(words)), return_counts=True)
    weights = counts * known.weights[runs]
    number_of = np.full(1 << _BITS, len(runs))
    number_of[runs] = np.arange(len(runs))
    scores = np.zeros(len(texts))
    for place, (title, body) in enumerate(texts):
        own = _runs(f"{f'{title} ' * TITLE_WEIGHT}{body}"[:MAX_CHARACTERS])
        occurrences = np.bincount(number_of[own], minlength=len(runs) + 1)[:-1]
        saturation = _K1 * (1 - _B + _B * len(own) / known.mean_length)
        scores[place] = weights @ (occurrences * (_K1 + 1) / (occurrences + saturation))
    return scores / max(float(scores.max(initial=0)), 1e-9)


def neighbour_scores(
    words: Sequence[str], texts: Sequence[tuple[str, str]], languages: Sequence[str]
) -> Numbers:
    """Returns for each text the share of the pairs of neighbours in the query's words that are close together
    in it, the more often the higher."""
    scores = np.zeros(len(texts))
    for place, ((title, body), language) in enumerate(zip(texts, languages, strict=True)):
        id_of = term_ids(language)
        query = [term for word in words if (term := id_of[word])]
        pairs = {(a, b) for a, b in pairwise(query) if a != b}
        content = raw_words(f"{title}\n{body}"[:MAX_CHARACTERS])
        own = np.fromiter(filter(None, map(id_of.__getitem__, content)), np.int64)
        for a, b in pairs:
            first, second = own == a, own == b
            if not (first.any() and second.any()):
                continue
            close = sum(
                int((first[:-gap] & second[gap:]).sum() + (second[:-gap] & first[gap:]).sum())
                for gap in range(1, MAX_DISTANCE + 1)
            )
            scores[place] += close / (close + _K1) / len(pairs)
    return scores


def _runs(text: str) -> NDArray[np.uint32]:
    """Returns the hash of each run of letters within a word, whose ends count as letters."""
    spaced = f" {_BETWEEN.sub(' ', fold(text))} "
    codes = np.frombuffer(spaced.encode("utf-32-le", "surrogatepass"), "<u4")
    if len(codes) < _LETTERS:
        return np.zeros(0, np.uint32)
    size = len(codes) - _LETTERS + 1
    columns = [codes[first : first + size] for first in range(_LETTERS)]
    inside = (columns[1] != _BLANK) & (columns[2] != _BLANK)
    hashes = np.zeros(size, np.uint32)
    for column, multiplier in zip(columns, _MULTIPLIERS, strict=True):
        hashes = (hashes ^ column) * np.uint32(multiplier)
    runs: NDArray[np.uint32] = hashes[inside] >> np.uint32(32 - _BITS)
    return runs
