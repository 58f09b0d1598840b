"""Write synthetic article pages of realistic length and vocabulary, the same for the same seed."""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

VOCABULARY = 60_000
START = datetime(2017, 1, 1, tzinfo=UTC)
SYLLABLES = [c + v for c in "bcdfghjklmnprstvwz" for v in "aeiou"] + ["an", "er", "in", "on", "st", "th"]


def vocabulary(rng: random.Random) -> list[str]:
    """Different pronounceable words, the frequent ones short, as in natural text."""
    seen: dict[str, None] = {}
    while len(seen) < VOCABULARY:
        length = 1 + min(5, int(math.log10(1 + len(seen)) / 1.3) + rng.choice((0, 0, 1)))
        seen["".join(rng.choices(SYLLABLES, k=length))] = None
    return list(seen)


class Writer:
    """Writes sentences of Zipf-distributed words."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.vocabulary = vocabulary(self.rng)
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))
        self._pool: list[str] = []

    def words(self, count: int) -> list[str]:
        """The next words of an endless text."""
        if len(self._pool) < count:
            self._pool = self.rng.choices(self.vocabulary, cum_weights=self._weights, k=100_000 + count)
        taken = self._pool[-count:]
        del self._pool[-count:]
        return taken

    def sentence(self) -> str:
        """One sentence of 4 to 40 words."""
        return (
            " ".join(self.words(min(40, max(4, int(self.rng.lognormvariate(2.8, 0.5)))))).capitalize() + "."
        )

    def sentences(self, most: int) -> str:
        """A paragraph."""
        return " ".join(self.sentence() for _ in range(self.rng.randint(1, most)))


def pages(count: int, comments: int = 20, seed: int = 1) -> Iterator[str]:
    """`count` pages with a body of 4 to 16 paragraphs and on average `comments` comments, newest first."""
    writer = Writer(seed)
    rng = writer.rng
    people = [f"user_{number:x}" for number in range(max(50, count // 4))]
    sites = [f"{word}.example" for word in writer.words(max(5, count // 50))]
    for number in range(count):
        title = " ".join(writer.words(rng.randint(6, 14))).capitalize()
        lines = [title, "", f"Authored by {rng.choice(sites)} and submitted by {rng.choice(people)}"]
        lines += [f"image for {title}", ""]
        for _ in range(rng.randint(4, 16)):
            lines += [writer.sentences(4), ""]
        when = START + timedelta(hours=number * 7)
        times = sorted(
            (when + timedelta(minutes=int(rng.expovariate(1 / 600))) for _ in range(poisson(rng, comments))),
            reverse=True,
        )
        for time in times:
            lines += [f"{rng.choice(people)} on {time:%B} {time.day}th, {time:%Y at %H:%M} UTC »", ""]
            lines += [writer.sentences(5), ""]
        yield "\n".join(lines)


def poisson(rng: random.Random, mean: float) -> int:
    """Around the mean, skewed as threads are: many small ones, few large."""
    return min(5000, int(rng.expovariate(1 / mean))) if mean else 0


def write(folder: Path, count: int, comments: int = 20, seed: int = 1) -> int:
    """Writes the pages as files; returns their size in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for number, page in enumerate(pages(count, comments, seed)):
        size += (folder / f"{number:06}.txt").write_bytes(page.encode())
    return size


def main() -> None:
    """`generate.py FOLDER --count N`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--comments", type=int, default=20, help="on average a page")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    size = write(given.folder, given.count, given.comments, given.seed)
    sys.stderr.write(f"{given.count:,} pages, {size / 1e6:,.1f} MB\n")


if __name__ == "__main__":
    main()
