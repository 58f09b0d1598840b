"""Sums the word vectors of many texts in plain letters at once, for a fraction of the time of one by one."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.text.language.index_tokens import ASCII_WORDS
from bot.text.language.word_arrays import WordArrays, WordTable, split_words
from bot.text.language.word_pieces import WordPieces

_TABLE_BITS = 18
_MAX_WORDS = 1 << _TABLE_BITS
"""Words whose pieces are kept, some 30 bytes for each."""
_MAX_SUMMED_WORDS = 1 << 12
"""Words whose rows are kept, 1 kB for each: those that were read first, which most of the common ones are
among."""
_LOWER_WORDS = ASCII_WORDS.lower()


def sum_runs(
    rows: NDArray[np.floating[Any]], numbers: NDArray[Any], lengths: NDArray[Any]
) -> NDArray[np.float32]:
    """Returns the sums of runs of rows: `numbers` are those of the rows of all runs, and `lengths` says how
    many each run has."""
    # Longest first, with one addition for all first members, one for all second members, and so on: 5
    # times faster than `np.add.reduceat`, and without a matrix of counts.
    order = np.argsort(-lengths, kind="stable")
    starts = (np.cumsum(lengths) - lengths)[order]
    falling = -lengths[order]
    sums = np.zeros((len(lengths), rows.shape[1]), np.float32)
    for place in range(int(lengths.max(initial=0))):
        still = int(np.searchsorted(falling, -place))
        sums[:still] += rows[numbers[starts[:still] + place]]
    out = np.empty_like(sums)
    out[order] = sums
    return out


class PlainWordRows:
    """The rows of words in plain letters: each is the sum of the rows of its pieces."""

    def __init__(self, rows: NDArray[np.float16], pieces: WordPieces, max_characters: int) -> None:
        """`rows` are those of the pieces, into which words of at most `max_characters` are split."""
        self._rows = rows
        self._cutter = pieces
        self._max_characters = max_characters
        self._lock = threading.Lock()
        self._reset()

    def sum_texts(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], list[int]]:
        """Returns for each text (see `split_words`) the sum of the rows of its words, and the numbers of the
        texts with a longer word, whose sums are of no use."""
        words = split_words(texts, _LOWER_WORDS)
        long = np.unique(words.owners[words.ends - words.starts > self._max_characters])
        with self._lock:
            if len(self._ends) > _MAX_WORDS:
                self._reset()
            rows, numbers = self._word_rows(words)
        lengths = np.bincount(words.owners, minlength=len(texts))
        return sum_runs(rows, numbers, lengths), long.tolist()

    def _reset(self) -> None:
        self._table = WordTable(_TABLE_BITS, self._add_words)
        self._pieces = array("i")
        self._ends = array("i", [0])
        self._summed = 0
        self._sums = np.zeros((_MAX_SUMMED_WORDS, self._rows.shape[1]), np.float32)

    def _add_words(self, words: Sequence[str]) -> Sequence[int]:
        """Returns the numbers of new words."""
        first = len(self._ends) - 1
        for pieces in self._cutter.split_plain([word[: self._max_characters] for word in words]):
            self._pieces.extend(pieces)
            self._ends.append(len(self._pieces))
        last = min(len(self._ends) - 1, _MAX_SUMMED_WORDS)
        if self._summed < last:
            self._sums[self._summed : last] = self._sum_pieces(np.arange(self._summed, last))
            self._summed = last
        return range(first, len(self._ends) - 1)

    def _word_rows(self, words: WordArrays) -> tuple[NDArray[np.float32], NDArray[Any]]:
        """The rows of the different words, and for each word the number of its row."""
        different, numbers = np.unique(self._table.look_up(words), return_inverse=True)
        summed = int(np.searchsorted(different, self._summed))
        rows = np.concatenate([self._sums[different[:summed]], self._sum_pieces(different[summed:])])
        return rows, numbers

    def _sum_pieces(self, words: NDArray[Any]) -> NDArray[np.float32]:
        ends = np.frombuffer(self._ends, np.intc)
        starts, lengths = ends[words], ends[words + 1] - ends[words]
        first = np.cumsum(lengths) - lengths
        places = np.repeat(starts - first, lengths) + np.arange(int(lengths.sum()))
        # Numbers in half precision are converted once, which takes longer than an addition.
        different, numbers = np.unique(np.frombuffer(self._pieces, np.intc)[places], return_inverse=True)
        return sum_runs(self._rows[different].astype(np.float32), numbers, lengths)
