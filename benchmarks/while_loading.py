"""Effect of a big load on members: event loop lag, searches and state writes, without and with it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.support.measure import (
    FOLDER,
    Option,
    event_loop_lag,
    parse_options,
    percentile,
    table,
    workspace,
)
from benchmarks.support.measure import load as load_dumps
from benchmarks.support.reddit_dump import VOCABULARY, dump, submissions_of, words
from bot.domain.articles import Scope
from bot.domain.loads import Person, Receipt
from bot.loading import protocol
from bot.loading.process import LoadProcesses
from bot.services import open_services
from bot.services.container import Services

SHARED = Scope()
OTHER = 1
"""The load goes into a server's own archive, so that the searched archive keeps its size."""
SEARCH_EVERY = 0.1
WRITE_EVERY = 0.05
COMMON = 300
"""The most frequent words, for which nobody searches."""


@dataclass
class Felt:
    """The seconds of each kind of operation."""

    lag: list[float]
    searches: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)


def main() -> None:
    given = parse_options(
        __doc__,
        archive=Option(100_000, 1_000, "comments in the archive before the load"),
        comments=Option(1_000_000, 1_000, "comments to load"),
        rest=Option(30.0, 1.0, "seconds to measure without a load, plus a tenth to warm up"),
        after=Option(5.0, 0.5, "seconds to measure after the receipt, while search statistics are updated"),
        folder=FOLDER,
    )
    with workspace(given.folder) as folder, workspace() as scratch:
        there, coming = dump(folder, given.archive), dump(folder, given.comments)
        asyncio.run(measure(scratch / "data", there, coming, given.rest, given.after))


async def measure(data: Path, there: Path, coming: Path, rest: float, after: float) -> None:
    """Loads `there`, measures, loads `coming` while measuring, and prints both results."""
    loaders = LoadProcesses()
    await asyncio.to_thread(load_dumps, data, submissions_of(there), there)
    rng = random.Random(1)
    vocabulary = words(rng, VOCABULARY)[COMMON : COMMON + 20_000]
    queries = [" ".join(rng.choices(vocabulary, k=rng.randint(1, 3))) for _ in range(500)]
    async with open_services(data, rng=rng) as services:
        await felt(services, queries, asyncio.sleep(rest / 10))  # warms the caches
        before = await felt(services, queries, asyncio.sleep(rest))
        receipts: list[Receipt] = []

        async def meanwhile() -> None:
            receipts.append(await load(loaders, data, OTHER, (submissions_of(coming), coming)))
            await asyncio.sleep(after)

        during = await felt(services, queries, meanwhile())
        await loaders.close()
    same = min(len(before.searches), len(during.searches))  # both begin with the same queries
    del before.searches[same:], during.searches[same:]
    [receipt] = receipts
    assert receipt.state == "done", receipt.problem
    print(f"{receipt.comments.new:,} comments loaded in {receipt.seconds:.0f} s")
    table(
        [
            ("event loop's lag, p99", compared(before.lag, during.lag)),
            ("search, p99", compared(before.searches, during.searches)),
            ("search, p50", compared(before.searches, during.searches, 0.5)),
            ("state write, p99", compared(before.writes, during.writes)),
        ]
    )


def compared(before: list[float], during: list[float], share: float = 0.99) -> str:
    """Formats a percentile at rest and while loading."""
    rest, load = percentile(before, share) * 1000, percentile(during, share) * 1000
    return (
        f"{rest:6.1f} ms at rest, {load:6.1f} ms while loading, {load / rest:.2f} times; {len(during)} timed"
    )


async def load(loaders: LoadProcesses, data: Path, guild: int | None, paths: tuple[Path, ...]) -> Receipt:
    """Loads in a separate process, as the bot does."""
    job = protocol.LoadJob(
        data=data, guild=guild, by=Person(None, "benchmark"), paths=paths, name="dump", load_max_mb=100
    )
    [receipt] = [event async for event in loaders.run(job) if isinstance(event, Receipt)]
    return receipt


async def felt(services: Services, queries: list[str], during: Awaitable[None]) -> Felt:
    """Uses the services as a bot does, until `during` has finished."""
    async with event_loop_lag(tick=0.005) as lag:
        felt = Felt(lag)
        users = [
            asyncio.create_task(search(services, queries, felt)),
            asyncio.create_task(write(services, felt)),
        ]
        await during
        for user in users:
            user.cancel()
            with suppress(asyncio.CancelledError):
                await user
    return felt


async def search(services: Services, queries: list[str], felt: Felt) -> None:
    """Searches one query after the other, with pauses."""
    while True:
        for query in queries:
            begun = time.perf_counter()
            await services.archive.search(SHARED, query)
            felt.searches.append(time.perf_counter() - begun)
            await asyncio.sleep(SEARCH_EVERY)


async def write(services: Services, felt: Felt) -> None:
    """Writes the bot's own state, with pauses."""
    number = 0
    while True:
        number += 1
        begun = time.perf_counter()
        await services.key_value.set("benchmark", str(number))
        felt.writes.append(time.perf_counter() - begun)
        await asyncio.sleep(WRITE_EVERY)


if __name__ == "__main__":
    main()
