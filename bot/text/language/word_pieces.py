"""Splits words into the pieces of a table by byte-pair merging, as the table's tokenizer does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

START = "▁"
"""Stands before the first character of a word."""
_MIN_TOGETHER = 100
"""Fewer words that are no pieces are split one by one."""
_MIN_FOR_JOINTS = 5_000
"""With so many words at once the joints are sought, which takes as long: loads have them, and no search has
to wait for it."""
_JOINT_BITS = 18
"""Tables of joints have 4 times as many places as the shipped pieces have joints."""
_FACTORS = (0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F)
"""Odd numbers of 64 bits."""
_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789"


class _Joints:
    """The pieces that are made of two others, by the numbers of these."""

    def __init__(self, joined: Mapping[tuple[int, int], int], unknown: int) -> None:
        """`joined` is the piece for the first part and the second; `unknown` stands for no piece."""
        self._unknown = unknown
        pairs = np.array([*joined] or [(unknown, unknown)], np.int64)
        codes = pairs[:, 0] * unknown + pairs[:, 1]
        numbers = np.array([*joined.values()] or [unknown], np.int64)
        # A code that has the place of another in a table is in the next one: a third of the time of searching
        # them in order.
        self._tables: list[tuple[NDArray[Any], NDArray[Any]]] = []
        while len(codes):
            table = np.full(1 << _JOINT_BITS, -1, np.int64)
            values = np.full(1 << _JOINT_BITS, unknown, np.int32)
            places = _places(codes, len(self._tables))
            table[places] = codes
            there = table[places] == codes
            values[places[there]] = numbers[there]
            self._tables.append((table, values))
            codes, numbers = codes[~there], numbers[~there]

    def look_up(self, first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
        """The piece of each first part and second part."""
        codes = first * self._unknown + second
        joined: NDArray[Any] = np.full(len(codes), self._unknown, np.int64)
        for number, (table, values) in enumerate(self._tables):
            places = _places(codes, number)
            there = np.flatnonzero(table[places] == codes)
            joined[there] = values[places[there]]
        return joined


def _places(codes: NDArray[Any], table: int) -> NDArray[Any]:
    """Where codes are in a table of joints."""
    mixed = codes.astype(np.uint64) * np.uint64(_FACTORS[table % len(_FACTORS)])
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(_FACTORS[(table + 1) % len(_FACTORS)])
    places: NDArray[Any] = mixed >> np.uint64(64 - _JOINT_BITS)
    return places


class WordPieces:
    """Splits words: of all neighbours whose concatenation is a piece, the one with the lowest number is
    merged first."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        """`numbers` are those of the pieces, from 0 on, with one for each byte."""
        self._numbers = numbers
        self._joints: _Joints | None = None

    def split(self, word: str) -> tuple[int, ...]:
        """Returns the numbers of the pieces of a word."""
        known = self._numbers.get
        unknown = len(self._numbers)
        if (whole := known(START + word)) is not None:  # merging would end there as well
            return (whole,)
        parts = [START, *word]
        numbers = [known(a + b, unknown) for a, b in pairwise(parts)]
        while numbers:
            number = min(numbers)
            if number == unknown:
                break
            index = numbers.index(number)
            parts[index : index + 2] = [parts[index] + parts[index + 1]]
            del numbers[index]
            if index:
                numbers[index - 1] = known(parts[index - 1] + parts[index], unknown)
            if index < len(numbers):
                numbers[index] = known(parts[index] + parts[index + 1], unknown)
        ids: list[int] = []
        for part in parts:
            number = known(part, -1)
            ids.extend(
                [number] if number >= 0 else [self._numbers[f"<0x{byte:02X}>"] for byte in part.encode()]
            )
        return tuple(ids)

    def split_plain(self, words: Sequence[str]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Returns `split` of words of small letters and digits: the numbers of the pieces of all, and where
        those of each word end. Of many words for a fraction of the time."""
        known = self._numbers
        wholes = np.fromiter((known.get(START + word, -1) for word in words), np.int32, len(words))
        others = np.flatnonzero(wholes < 0)
        if not self._is_worth_joints(len(others)):
            split = list(map(self.split, words))
            numbers = np.fromiter(chain.from_iterable(split), np.int32)
            return numbers, np.cumsum(np.fromiter(map(len, split), np.int64, len(split)))
        pieces, sizes = self._split_together([words[place] for place in others.tolist()])
        lengths = np.ones(len(words), np.int64)
        lengths[others] = sizes
        ends = np.cumsum(lengths)
        numbers = np.empty(int(lengths.sum()), np.int32)
        is_other = np.repeat(wholes < 0, lengths)
        numbers[is_other] = pieces
        numbers[~is_other] = wholes[wholes >= 0]
        return numbers, ends

    def _is_worth_joints(self, words: int) -> bool:
        """Whether so many words that are no pieces are to be split together."""
        if self._joints is None:
            if words < _MIN_FOR_JOINTS:
                return False
            if not all(map(self._numbers.__contains__, (START, *_PLAIN))):
                return False
            self._joints = self._find_joints()
        return words >= _MIN_TOGETHER

    def _split_together(self, words: Sequence[str]) -> tuple[NDArray[Any], NDArray[Any]]:
        """The pieces of all words, and how many each has. Every round merges two parts of each word that has
        a joint left."""
        unknown = len(self._numbers)
        letters = np.zeros(128, np.int64)
        letters[ord(" ")] = self._numbers[START]
        for letter in _PLAIN:
            letters[ord(letter)] = self._numbers[letter]
        parts = letters[np.frombuffer("".join([f" {word}" for word in words]).encode(), np.uint8)]
        sizes = np.fromiter(map(len, words), np.int64, len(words)) + 1
        # What is done is put back where it was, as what is not moves together.
        done = np.full(len(parts), -1, np.int64)
        origins = np.cumsum(sizes) - sizes
        owners = np.arange(len(words))
        joined = self._joined(parts, sizes, unknown)
        while len(owners):
            starts = np.cumsum(sizes) - sizes
            best = np.minimum.reduceat(joined, starts)
            over = best == unknown
            if over.any():
                lost = np.repeat(over, sizes)
                inside = np.arange(len(parts)) - np.repeat(starts, sizes)
                done[(np.repeat(origins[owners], sizes) + inside)[lost]] = parts[lost]
                parts, joined = parts[~lost], joined[~lost]
                owners, sizes, best = owners[~over], sizes[~over], best[~over]
            if len(owners):
                parts, joined = self._merge(parts, joined, sizes, best)
                sizes = sizes - 1
        kept = done >= 0
        return done[kept], np.add.reduceat(kept, origins, dtype=np.int64) if len(words) else sizes

    def _joined(self, parts: NDArray[Any], sizes: NDArray[Any], unknown: int) -> NDArray[Any]:
        """For each part the number of the piece that it and the next are joined to; no piece for the last of
        a word."""
        assert self._joints is not None  # noqa: S101 - the caller has them
        joined = np.full(len(parts), unknown, np.int64)
        if len(parts):
            joined[:-1] = self._joints.look_up(parts[:-1], parts[1:])
            joined[np.cumsum(sizes) - 1] = unknown
        return joined

    def _merge(
        self,
        parts: NDArray[Any],
        joined: NDArray[Any],
        sizes: NDArray[Any],
        best: NDArray[Any],
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Merges in each word the first two parts that are joined to its best piece."""
        assert self._joints is not None  # noqa: S101 - the caller has them
        hits = np.flatnonzero(joined == np.repeat(best, sizes))
        starts = np.cumsum(sizes) - sizes
        places = hits[np.searchsorted(hits, starts)]
        parts[places] = best
        keep = np.ones(len(parts), np.bool_)
        keep[places + 1] = False
        # The last part of each word has no joint, nor has one that is merged with it.
        joined[places] = joined[places + 1]
        parts, joined = parts[keep], joined[keep]
        places = places - np.arange(len(places))
        starts = starts - np.arange(len(starts))
        before = places[places > starts] - 1
        after = places[places < starts + sizes - 2]
        changed = np.concatenate([before, after])
        joined[changed] = self._joints.look_up(parts[changed], parts[changed + 1])
        return parts, joined

    def _find_joints(self) -> _Joints:
        known = self._numbers
        joined = {
            (first, second): number
            for piece, number in known.items()
            for end in range(1, len(piece))
            if (first := known.get(piece[:end], -1)) >= 0 and (second := known.get(piece[end:], -1)) >= 0
        }
        return _Joints(joined, len(known))
