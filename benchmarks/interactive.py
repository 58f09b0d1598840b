"""What people wait for: search and completion at 10,000 threads, start-up, memory at rest."""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from generate import Writer, write
from measure import child, percentile, table

from bot.domain.articles import Scope
from bot.services import open_services

SHARED = Scope()
STARTS = 7
EMPTY = 150
"""The most frequent words stand for those that a language has for its grammar; people search for others."""


def main() -> None:
    """`interactive.py --threads N`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=10_000)
    parser.add_argument("--comments", type=int, default=20, help="on average a thread")
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument("--data", type=Path, help="measure this archive instead of a synthetic one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsdesk-interactive-") as name:
        data = given.data or Path(name) / "data"
        if given.data is None:
            write(Path(name) / "pages", given.threads, given.comments)
            child("-m", "bot", "load", str(Path(name) / "pages"), "--data", str(data), "--json")
        table([*asyncio.run(questions(data, given.queries)), *starts(data)])


async def questions(data: Path, count: int) -> list[tuple[str, str]]:
    """Times searches and completions one after the other, as people ask them."""
    rng = random.Random(1)
    writer = Writer(1)  # the words of the pages, frequent ones often
    empty = set(writer.vocabulary[:EMPTY])
    words = [word for word in writer.words(20 * count) if word not in empty]
    async with open_services(data, rng=rng) as services:
        stats = await services.archive.stats(SHARED)
        queries = []
        for _ in range(count):
            said = [words.pop() for _ in range(rng.randint(1, 3))]
            queries.append(rng.choice((" ".join(said), f'"{said[0]}"', f"{said[0]}*", " OR ".join(said))))
        typed = []
        for _ in range(count):
            title = (await services.archive.random(SHARED)).title
            typed.append(title[: rng.randint(0, min(20, len(title)))])
        searches = await times([lambda text=text: services.archive.search(SHARED, text) for text in queries])
        misspelt = [
            word[:2] + word[3:] for word in rng.choices(writer.vocabulary[2000:20_000], k=count // 10)
        ]
        slips = await times([lambda text=text: services.archive.search(SHARED, text) for text in misspelt])
        completions = await times(
            [lambda text=text: services.archive.complete(SHARED, text) for text in typed]
        )
    return [
        ("archive", f"{stats.articles:,} threads, {stats.comments:,} comments"),
        ("search", spread(searches)),
        ("search, misspelt", spread(slips)),
        ("completion", spread(completions)),
    ]


async def times(asked: list[Callable[[], Awaitable[object]]]) -> list[float]:
    """Seconds of each."""
    taken = []
    for ask in asked:
        start = time.perf_counter()
        await ask()
        taken.append(time.perf_counter() - start)
    return taken


def spread(taken: list[float]) -> str:
    """Half of them and nearly all of them in milliseconds."""
    return f"p50 {percentile(taken, 0.5) * 1000:.1f} ms, p99 {percentile(taken, 0.99) * 1000:.1f} ms"


def starts(data: Path) -> list[tuple[str, str]]:
    """Starts the bot without Discord's part, and the command line, some times each."""
    program = str(Path(__file__).with_name("start.py"))
    child(program, str(data))  # leaves the bytecode
    ready, megabytes = zip(
        *((float(one) for one in child(program, str(data)).out.split()) for _ in range(STARTS)), strict=True
    )
    command = [child("-m", "bot", "--data", str(data), "stats", "--json").seconds for _ in range(STARTS)]
    return [
        ("start-up to ready", f"{statistics.median(ready):.2f} s, slowest of {STARTS}: {max(ready):.2f} s"),
        ("memory at rest", f"{max(megabytes):.0f} MB"),
        ("newsdesk stats --json", f"{statistics.median(command):.2f} s"),
    ]


if __name__ == "__main__":
    main()
