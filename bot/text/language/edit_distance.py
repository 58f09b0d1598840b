"""How near two spellings are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIN_LONG_WORD = 6
"""From so many letters on a word may have two slips."""


def nearest_words(word: str, dictionary: Mapping[int, str]) -> list[str]:
    """Those words that are `word` with one slip, or two where it is long: a letter left out, put in, changed,
    or two neighbours swapped. Nearest first, then those with the same first letter, then as they come.
    `shelves` has for each length all its words, one after the other. Spellings with a digit are never
    offered: a number is not a slip of another."""
    allowed = 1 if len(word) < MIN_LONG_WORD else 2
    found = []
    for size in range(max(1, len(word) - allowed), len(word) + allowed + 1):
        shelf = dictionary.get(size, "")
        for place in _alike(word, shelf, size, allowed):
            other = shelf[place * size : (place + 1) * size]
            slips = edit_distance(word, other, allowed)
            if 0 < slips <= allowed and not any(char.isdigit() for char in other):
                found.append((slips, other[0] != word[0], place, other))
    return [other for *_, other in sorted(found)]


def _alike(word: str, shelf: str, size: int, allowed: int) -> list[int]:
    """Where on the shelf words stand that may be so near: first those with nearly the same letters (a slip
    takes one away, brings one, or both), then those of them whose slips are few enough."""
    import numpy as np

    if not shelf or not word:
        return []
    codes = np.frombuffer(shelf.encode("utf-32-le", "surrogatepass"), "<u4").reshape(-1, size)
    letters = np.zeros(len(codes), np.uint32)
    for column in codes.T:
        letters |= np.left_shift(np.uint32(1), column & np.uint32(31))
    own = np.uint32(sum({1 << (ord(letter) & 31) for letter in word}))
    places = np.flatnonzero(np.bitwise_count(letters ^ own) <= 2 * allowed)
    few = _slips([ord(letter) for letter in word], codes[places]) <= allowed
    found: list[int] = places[few].tolist()
    return found


def _slips(word: list[int], others: NDArray[Any]) -> NDArray[Any]:
    """Slips between the word and each of the others (rows of letters), as `distance` counts them."""
    import numpy as np

    count, size = others.shape
    columns = np.ascontiguousarray(others.T)
    before = last = [np.full(count, n, np.int8) for n in range(size + 1)]
    for i, letter in enumerate(word, 1):
        row = [np.full(count, i, np.int8)]
        for j, column in enumerate(columns, 1):
            cost = np.minimum(np.minimum(last[j], row[j - 1]) + np.int8(1), last[j - 1] + (column != letter))
            if i > 1 and j > 1:
                swapped = (columns[j - 2] == letter) & (column == word[i - 2])
                cost = np.where(swapped, np.minimum(cost, before[j - 2] + np.int8(1)), cost)
            row.append(cost)
        before, last = last, row
    return last[-1]


def edit_distance(one: str, other: str, limit: int) -> int:
    """Slips between two spellings (optimal string alignment); any number above `limit` if it is exceeded."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]
