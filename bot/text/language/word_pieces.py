"""Splits words into the pieces of a table by byte-pair merging, as the table's tokenizer does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

START = "▁"
"""Stands before the first character of a word."""
_MIN_TOGETHER = 256
"""Fewer words are split one by one."""
_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789"


class _Joints(NamedTuple):
    """The pieces that are made of two others, by the numbers of these."""

    codes: NDArray[Any]
    """Ascending: the number of the first part times that of all pieces, and the number of the second."""
    joined: NDArray[Any]

    def look_up(self, first: Any, second: Any, unknown: int) -> NDArray[Any]:
        codes = first * unknown + second
        places = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        joined: NDArray[Any] = np.where(self.codes[places] == codes, self.joined[places], unknown)
        return joined


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

    def split_plain(self, words: Sequence[str]) -> list[Sequence[int]]:
        """Returns `split` of each word of small letters and digits: of many for a fraction of the time."""
        known = self._numbers
        if len(words) < _MIN_TOGETHER or not all(map(known.__contains__, (START, *_PLAIN))):
            return [self.split(word) for word in words]
        split: list[Sequence[int]] = [()] * len(words)
        places_by_length: dict[int, list[int]] = {}
        for place, word in enumerate(words):
            whole = known.get(START + word)
            if whole is None:
                places_by_length.setdefault(len(word), []).append(place)
            else:
                split[place] = (whole,)
        for places in places_by_length.values():
            for number, pieces in self._split_together([words[place] for place in places]):
                split[places[number]] = pieces
        return split

    def _split_together(self, words: Sequence[str]) -> list[tuple[int, Sequence[int]]]:
        """The pieces of words of one length, each with the index of its word. Every round merges two parts of
        each word, so that all have as many as before it; words without a joint are done."""
        if self._joints is None:
            self._joints = self._find_joints()
        unknown = len(self._numbers)
        letters = np.zeros(128, np.int64)
        for letter in _PLAIN:
            letters[ord(letter)] = self._numbers[letter]
        parts = np.empty((len(words), len(words[0]) + 1), np.int64)
        parts[:, 0] = self._numbers[START]
        parts[:, 1:] = letters[np.frombuffer("".join(words).encode(), np.uint8)].reshape(len(words), -1)
        joined = self._joints.look_up(parts[:, :-1], parts[:, 1:], unknown)
        owners = np.arange(len(words))
        done: list[tuple[int, Sequence[int]]] = []
        while len(owners):
            rows = np.arange(len(owners))
            places = joined.argmin(axis=1) if joined.shape[1] else np.zeros(len(owners), np.int64)
            best = joined[rows, places] if joined.shape[1] else np.full(len(owners), unknown)
            over = best == unknown
            if over.any():
                done += zip(owners[over].tolist(), parts[over].tolist(), strict=True)
                left = ~over
                parts, joined, owners = parts[left], joined[left], owners[left]
                places, best, rows = places[left], best[left], rows[: len(owners)]
            if len(owners):
                parts, joined = self._merge(parts, joined, places, best, unknown)
        return done

    def _merge(
        self,
        parts: NDArray[Any],
        joined: NDArray[Any],
        places: NDArray[Any],
        best: NDArray[Any],
        unknown: int,
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Merges in each row the parts at its place and after it, into `best`."""
        assert self._joints is not None  # noqa: S101 - the caller has them
        rows = np.arange(len(parts))
        columns = np.arange(parts.shape[1] - 1)
        parts = np.take_along_axis(parts, columns + (columns > places[:, None]), axis=1)
        parts[rows, places] = best
        columns = columns[:-1]
        joined = np.take_along_axis(joined, columns + (columns >= places[:, None]), axis=1)
        for distance in (-1, 0):
            inside = np.flatnonzero((places + distance >= 0) & (places + distance < joined.shape[1]))
            first = places[inside] + distance
            joined[inside, first] = self._joints.look_up(
                parts[inside, first], parts[inside, first + 1], unknown
            )
        return parts, joined

    def _find_joints(self) -> _Joints:
        known = self._numbers
        total = len(known)
        joints = sorted(
            (first * total + second, number)
            for piece, number in known.items()
            for end in range(1, len(piece))
            if (first := known.get(piece[:end], -1)) >= 0 and (second := known.get(piece[end:], -1)) >= 0
        )
        codes, joined = zip(*joints, strict=True) if joints else ((-1,), (total,))
        return _Joints(np.array(codes, np.int64), np.array(joined, np.int64))
