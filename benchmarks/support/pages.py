"""Generates synthetic article pages of realistic length and vocabulary, reproducible by seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.support.measure import load
from benchmarks.support.words import vocabulary, zipf
from bot.store.sqlite.connection import CORPUS

VOCABULARY = 60_000
START = datetime(2017, 1, 1, tzinfo=UTC)
GROWTH = 1.3
GRAMMAR = 150
"""The number of most frequent words left out of queries: they represent function words."""


class Writer:
    """Generates sentences of Zipf-distributed words, reproducible by seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.vocabulary = vocabulary(self.rng, VOCABULARY, GROWTH)
        self._weights = zipf(VOCABULARY)
        self._pool: list[str] = []

    def words(self, count: int) -> list[str]:
        """Returns the next words of an endless text."""
        if len(self._pool) < count:
            self._pool = self.rng.choices(self.vocabulary, cum_weights=self._weights, k=100_000 + count)
        taken = self._pool[-count:]
        del self._pool[-count:]
        return taken

    def asked(self, count: int) -> list[str]:
        """Returns the next words for queries: those of an endless text without the most frequent ones."""
        grammar = set(self.vocabulary[:GRAMMAR])
        return [word for word in self.words(count) if word not in grammar]

    def sentence(self) -> str:
        """Returns a sentence of 4 to 40 words."""
        return (
            " ".join(self.words(min(40, max(4, int(self.rng.lognormvariate(2.8, 0.5)))))).capitalize() + "."
        )

    def sentences(self, most: int) -> str:
        """Returns a paragraph."""
        return " ".join(self.sentence() for _ in range(self.rng.randint(1, most)))


def pages(count: int, comments: int = 20, seed: int = 1, paragraphs: int = 16) -> Iterator[str]:
    """Yields `count` pages with a body of a fourth of `paragraphs` paragraphs to all of them, and on average
    `comments` comments, newest first."""
    writer = Writer(seed)
    rng = writer.rng
    people = [f"user_{number:x}" for number in range(max(50, count // 4))]
    sites = [f"{word}.example" for word in writer.words(max(5, count // 50))]
    for number in range(count):
        title = " ".join(writer.words(rng.randint(6, 14))).capitalize()
        lines = [title, "", f"Authored by {rng.choice(sites)} and submitted by {rng.choice(people)}"]
        lines += [f"image for {title}", ""]
        for _ in range(rng.randint(paragraphs // 4, paragraphs)):
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
    """Draws a number around the mean, skewed as thread sizes are: many small, few large."""
    return min(5000, int(rng.expovariate(1 / mean))) if mean else 0


def write(folder: Path, count: int, comments: int = 20, seed: int = 1, paragraphs: int = 16) -> int:
    """Writes the pages as files; returns their size in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for number, page in enumerate(pages(count, comments, seed, paragraphs)):
        size += (folder / f"{number:06}.txt").write_bytes(page.encode())
    return size


def loaded_archive(folder: Path, count: int, comments: int = 20) -> Path:
    """Returns the data folder below `folder`, after loading `count` pages unless an archive exists."""
    data = folder / "data"
    if not (data / CORPUS.file).exists():
        write(folder / "pages", count, comments)
        load(data, folder / "pages")
    return data
