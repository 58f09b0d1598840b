"""Interactive latency: search and completion in 10,000 threads, start-up, memory when idle."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from benchmarks.support.measure import FOLDER, Option, Rows, child, parse_options, spread, table, workspace
from benchmarks.support.pages import Writer, loaded_archive
from bot.domain.articles import Scope
from bot.services import open_services

SHARED = Scope()
PROGRAM = ("-m", "benchmarks.support.start")


def main() -> None:
    given = parse_options(
        __doc__,
        threads=Option(10_000, 40, "threads in the archive"),
        comments=Option(20, 3, "average comments per thread"),
        queries=Option(1_000, 20, "number of searches, and of completions"),
        starts=Option(7, 1, "number of starts of the bot and the command line"),
        folder=FOLDER,
    )
    with workspace(given.folder) as folder:
        data = loaded_archive(folder, given.threads, given.comments)
        table([*asyncio.run(queries(data, given.queries)), *starts(data, given.starts)])


async def queries(data: Path, count: int) -> Rows:
    """Times searches and completions, one after the other."""
    rng = random.Random(1)
    writer = Writer(1)  # words of the pages by frequency
    words = writer.asked(20 * count)
    async with open_services(data, rng=rng) as services:
        stats = await services.archive.stats(SHARED)
        queries = []
        for _ in range(count):
            terms = [words.pop() for _ in range(rng.randint(1, 3))]
            queries.append(rng.choice((" ".join(terms), f'"{terms[0]}"', f"{terms[0]}*", " OR ".join(terms))))
        prefixes = []
        for _ in range(count):
            title = (await services.archive.random(SHARED)).title
            prefixes.append(title[: rng.randint(0, min(20, len(title)))])
        slips = [word[:2] + word[3:] for word in rng.choices(writer.vocabulary[2000:20_000], k=count // 10)]

        async def search(text: str) -> None:
            await services.archive.search(SHARED, text)

        async def complete(text: str) -> None:
            await services.archive.complete(SHARED, text)

        return [
            ("archive", f"{stats.articles:,} threads, {stats.comments:,} comments"),
            ("search", spread(await times(search, queries))),
            ("search, misspelt", spread(await times(search, slips))),
            ("completion", spread(await times(complete, prefixes))),
        ]


async def times(use: Callable[[str], Awaitable[None]], texts: Sequence[str]) -> list[float]:
    """Returns the seconds of each use."""
    seconds = []
    for text in texts:
        start = time.perf_counter()
        await use(text)
        seconds.append(time.perf_counter() - start)
    return seconds


def starts(data: Path, count: int) -> Rows:
    """Starts the bot without Discord, and the command line, several times each."""
    child(*PROGRAM, data)  # writes the bytecode
    figures = [[float(figure) for figure in child(*PROGRAM, data).out.split()] for _ in range(count)]
    ready, megabytes = zip(*figures, strict=True)
    command = [child("-m", "bot", "--data", data, "stats", "--json").seconds for _ in range(count)]
    return [
        ("start-up to ready", f"{statistics.median(ready):.2f} s, slowest of {count}: {max(ready):.2f} s"),
        ("memory at rest", f"{max(megabytes):.0f} MB"),
        ("newsdesk stats --json", f"{statistics.median(command):.2f} s"),
    ]


if __name__ == "__main__":
    main()
