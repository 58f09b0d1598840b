"""Sums the word vectors of many texts in plain letters at once, for a fraction of the time of one by one."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.domain.index_words import ASCII_WORDS
from bot.text.language.word_arrays import WordArrays, WordTable, distinct, split_words
from bot.text.language.word_pieces import WordPieces

_TABLE_BITS = 19
_MAX_WORDS = 1 << _TABLE_BITS
"""Words whose pieces are kept, some 30 bytes for each."""
_RUNS_AT_ONCE = 256
"""Runs that are summed together, whose sums stay in the processor's cache."""
_MIN_RUNS = 8
"""Fewer runs are summed one by one: those of a few long texts."""
_LOWER_WORDS = ASCII_WORDS.lower()


def sum_runs(
    rows: NDArray[np.floating[Any]], numbers: NDArray[Any], lengths: NDArray[Any]
) -> NDArray[np.float32]:
    """Returns the sums of runs of rows: `numbers` are those of the rows of all runs, and `lengths` says how
    many each run has."""
    # Longest first, with one addition for all first members, one for all second members, and so on: 5
    # times faster than `np.add.reduceat`, and without a matrix of counts.
    order = np.argsort(-lengths, kind="stable")
    first = np.cumsum(lengths) - lengths
    out = np.zeros((len(lengths), rows.shape[1]), np.float32)
    for start in range(0, len(order), _RUNS_AT_ONCE):
        chosen = order[start : start + _RUNS_AT_ONCE]
        out[chosen] = _sum_together(rows, numbers, first[chosen], lengths[chosen])
    return out


def _sum_together(
    rows: NDArray[np.floating[Any]], numbers: NDArray[Any], starts: NDArray[Any], lengths: NDArray[Any]
) -> NDArray[np.float32]:
    """The sums of runs that begin at `starts`, the longest first."""
    sums = np.zeros((len(lengths), rows.shape[1]), np.float32)
    falling = -lengths
    place = 0
    while still := int(np.searchsorted(falling, -place)):
        if still < _MIN_RUNS:
            for run in range(still):
                rest = numbers[starts[run] + place : starts[run] + lengths[run]]
                np.concatenate([sums[run : run + 1], rows[rest]]).sum(axis=0, out=sums[run])
            break
        sums[:still] += rows.take(numbers[starts[:still] + place], axis=0)
        place += 1
    return sums


class PlainWordRows:
    """The rows of words in plain letters: each is the sum of the rows of its pieces."""

    def __init__(self, rows: NDArray[np.float16], pieces: WordPieces, max_characters: int) -> None:
        """`rows` are those of the pieces, into which words of at most `max_characters` are split."""
        self._rows = rows
        self._cutter = pieces
        self._max_characters = max_characters
        self._lock = threading.Lock()
        # Rows in half precision are converted once, which takes longer than an addition. What is not used of
        # this takes no memory.
        self._used = np.empty(rows.shape, np.float32)
        self._used_count = 0
        self._place_of = np.full(len(rows), -1, np.int32)
        self._reset()

    def sum_texts(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], list[int]]:
        """Returns for each text (see `split_words`) the sum of the rows of its words, and the numbers of the
        texts with a longer word, whose sums are of no use."""
        return self.sum_words(split_words(texts, _LOWER_WORDS), len(texts))

    def sum_words(self, words: WordArrays, texts: int) -> tuple[NDArray[np.float32], list[int]]:
        """The same for the words of so many texts, in small letters."""
        long = distinct(words.owners[words.ends - words.starts > self._max_characters])
        with self._lock:
            if len(self._ends) > _MAX_WORDS:
                self._reset()
            numbers = self._table.look_up(words)
            ends = np.frombuffer(self._ends, np.intc)
            starts, lengths = ends[numbers], ends[numbers + 1] - ends[numbers]
            first = np.cumsum(lengths) - lengths
            places = np.repeat(starts - first, lengths) + np.arange(int(lengths.sum()))
            pieces = np.frombuffer(self._pieces, np.intc)[places]
            sizes = np.bincount(words.owners, lengths, texts).astype(np.int64)
            return sum_runs(self._used, pieces, sizes), long.tolist()

    def _reset(self) -> None:
        self._table = WordTable(_TABLE_BITS, self._add_words)
        self._pieces = array("i")
        """The places of the rows of the pieces of all words, one after another."""
        self._ends = array("i", [0])

    def _add_words(self, words: Sequence[str]) -> Sequence[int]:
        """Returns the numbers of new words."""
        first = len(self._ends) - 1
        pieces, ends = self._cutter.split_plain([word[: self._max_characters] for word in words])
        new = distinct(pieces[self._place_of[pieces] < 0])
        self._place_of[new] = np.arange(self._used_count, self._used_count + len(new))
        self._used[self._used_count : self._used_count + len(new)] = self._rows[new]
        self._used_count += len(new)
        ends = ends + len(self._pieces)
        self._pieces.frombytes(self._place_of[pieces].tobytes())
        self._ends.frombytes(ends.astype(np.intc).tobytes())
        return range(first, len(self._ends) - 1)
