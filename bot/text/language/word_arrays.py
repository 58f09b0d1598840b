"""Splits many plain texts at once into words, as arrays of hashes: for a fraction of the time of strings."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from numpy.typing import NDArray

T = TypeVar("T")
MAX_CHARACTERS = 1 << 18
"""Of texts that are split together, which bounds the memory."""
_FACTOR = 0x9E3779B97F4A7C15
_MIXER = 0xD6E8FEB86659FD93
"""Odd numbers of 64 bits."""


@dataclass(frozen=True, slots=True)
class WordArrays:
    """The words of some texts in their order. `owners` are the indexes of their texts."""

    data: bytes
    starts: NDArray[Any]
    ends: NDArray[Any]
    owners: NDArray[Any]
    hashes: NDArray[Any]
    """64 bits of each word: of two that differ the same only by chance."""

    def words(self, places: NDArray[Any]) -> list[str]:
        """The words with these indexes."""
        starts, ends = self.starts[places].tolist(), self.ends[places].tolist()
        return [self.data[start:end].decode() for start, end in zip(starts, ends, strict=True)]

    def select(self, places: NDArray[Any], owners: NDArray[Any]) -> WordArrays:
        """Only the words with these indexes, which now belong to `owners`."""
        return WordArrays(self.data, self.starts[places], self.ends[places], owners, self.hashes[places])


@cache
def _powers() -> tuple[NDArray[Any], NDArray[Any]]:
    """The powers of _FACTOR and of its inverse, which make the hash of a word the same at any place."""
    import numpy as np

    factors = (_FACTOR, pow(_FACTOR, -1, 1 << 64))
    up, down = (np.cumprod(np.full(MAX_CHARACTERS, factor, np.uint64)) for factor in factors)
    return up, down


def split_words(texts: Sequence[str], separators: bytes) -> WordArrays:
    """Splits ASCII texts that have, with a space for each, less than MAX_CHARACTERS. `separators` is a table
    for `bytes.translate` that makes a space of every character between words."""
    import numpy as np

    data = " ".join(["", *texts, ""]).encode().translate(separators)
    letters = np.frombuffer(data, np.uint8)
    up, down = _powers()
    inside = letters != 32
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    sums = letters.astype(np.uint64)
    sums *= up[: len(sums)]
    np.cumsum(sums, out=sums)
    hashes = (sums[ends - 1] - sums[starts - 1]) * down[starts]
    hashes ^= hashes >> np.uint64(32)
    hashes *= np.uint64(_MIXER)
    sizes = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    owners = np.searchsorted(np.cumsum(sizes), starts, side="left")
    return WordArrays(data, starts, ends, owners, hashes)


def distinct(numbers: NDArray[Any]) -> NDArray[Any]:
    """The different ones of some numbers, ascending. `np.unique` imports `numpy.ma` for this, which takes
    longer than a search."""
    import numpy as np

    ordered = np.sort(numbers)
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def batches(items: Sequence[T], characters: Sequence[int]) -> Iterator[Sequence[T]]:
    """Divides items into parts for `split_words`. `characters` are those of the texts of each, with a space
    for each text: less than MAX_CHARACTERS."""
    start = size = 0
    for place, added in enumerate(characters):
        if size + added >= MAX_CHARACTERS:
            yield items[start:place]
            start, size = place, 0
        size += added
    yield items[start:]


class WordTable:
    """The numbers of words by their hashes. A word that has the place of another takes it."""

    def __init__(self, bits: int, numbers_of: Callable[[list[str]], Sequence[int]]) -> None:
        """`numbers_of` returns the numbers of words that are not in the table."""
        import numpy as np

        self._shift = np.uint64(64 - bits)
        self._hashes = np.zeros(1 << bits, np.uint64)
        self._numbers = np.zeros(1 << bits, np.int32)
        self._numbers_of = numbers_of
        self._lock = threading.Lock()

    def look_up(self, words: WordArrays) -> NDArray[Any]:
        """Returns the number of each word."""
        import numpy as np

        places = words.hashes >> self._shift
        with self._lock:
            numbers: NDArray[Any] = self._numbers[places]
            missing = np.flatnonzero(self._hashes[places] != words.hashes)
            if len(missing):
                hashes, first, owners = np.unique(
                    words.hashes[missing], return_index=True, return_inverse=True
                )
                learnt = np.array(self._numbers_of(words.words(missing[first])), np.int32)
                numbers[missing] = learnt[owners]
                self._hashes[hashes >> self._shift] = hashes
                self._numbers[hashes >> self._shift] = learnt
        return numbers
