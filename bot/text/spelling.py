"""How near two spellings are."""

from __future__ import annotations

from collections.abc import Sequence


def nearest(word: str, among: Sequence[str]) -> list[str]:
    """Those of `among` that are `word` with one slip, or two where it is long: a letter left out, put in,
    changed, or two neighbours swapped. Nearest first, then those with the same first letter. Spellings with a
    digit are never offered: a number is not a slip of another."""
    allowed = 1 if len(word) < 6 else 2
    found = []
    for other in _alike(word, among, allowed):
        if any(char.isdigit() for char in other):
            continue
        slips = distance(word, other, allowed)
        if 0 < slips <= allowed:
            found.append((slips, other[:1] != word[:1], other))
    return [other for _, _, other in sorted(found)]


def _alike(word: str, among: Sequence[str], allowed: int) -> list[str]:
    """Those with nearly the same letters: a slip takes one away, brings one, or both. A look at sets of
    letters is a hundred times faster than counting slips."""
    if not among:
        return []
    import numpy as np

    sizes = np.fromiter(map(len, among), np.int64, len(among))
    sizes[sizes == 0] = 1
    codes = np.frombuffer(
        "".join(other or " " for other in among).encode("utf-32-le", "surrogatepass"), "<u4"
    )
    letters = np.bitwise_or.reduceat(np.left_shift(np.uint32(1), codes % 32), np.cumsum(sizes) - sizes)
    own = np.uint32(sum({1 << ord(letter) % 32 for letter in word}))
    near = np.bitwise_count(letters ^ own) <= 2 * allowed
    return [among[at] for at in np.flatnonzero(near).tolist()]


def distance(one: str, other: str, limit: int) -> int:
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
