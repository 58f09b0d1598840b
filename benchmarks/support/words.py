"""Generates words with the frequencies of natural text, reproducible by seed."""

from __future__ import annotations

import math
import random
from itertools import accumulate

SYLLABLES = [c + v for c in "bcdfghjklmnprstvwz" for v in "aeiou"] + ["an", "er", "in", "on", "st", "th"]


def vocabulary(rng: random.Random, size: int, growth: float, syllables: list[str] = SYLLABLES) -> list[str]:
    """Returns distinct pronounceable words, the frequent ones short: one syllable more for each `growth`
    powers of ten."""
    seen: dict[str, None] = {}
    while len(seen) < size:
        length = 1 + min(5, int(math.log10(1 + len(seen)) / growth) + rng.choice((0, 0, 1)))
        seen["".join(rng.choices(syllables, k=length))] = None
    return list(seen)


def zipf(size: int) -> list[float]:
    """Returns the cumulative weights of `size` words, from the most frequent to the rarest."""
    return list(accumulate(1 / (rank + 2.7) for rank in range(size)))
