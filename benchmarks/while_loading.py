"""What members notice of a big load: the event loop's lag, searches and state writes, at rest and while it
runs."""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from measure import child, percentile, table
from reddit_dump import of_submissions, words

from bot.domain.articles import Scope
from bot.domain.loads import Person, Receipt
from bot.loading import protocol
from bot.loading.process import Loaders
from bot.services import open_services
from bot.services.container import Services

SHARED = Scope()
OTHER = 1
"""The load goes into a server's own archive, so that what is searched stays as large as it was."""
TICK = 0.005
SEARCH_EVERY = 0.1
WRITE_EVERY = 0.05
AFTERWARDS = 5.0
"""Seconds of what comes after a receipt: search learns."""
COMMON = 300
"""The commonest words, which nobody searches for."""


@dataclass
class Felt:
    """Seconds of each kind."""

    lag: list[float] = field(default_factory=list)
    searches: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)


def main() -> None:
    """`while_loading.py --archive N --comments N`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=int, default=100_000, help="comments that are there before")
    parser.add_argument("--comments", type=int, default=1_000_000, help="comments that are loaded meanwhile")
    parser.add_argument("--rest", type=float, default=30.0, help="seconds to measure at rest")
    parser.add_argument("--folder", type=Path, help="where dumps are kept (else nothing is kept)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsdesk-while-") as name:
        folder = given.folder or Path(name)
        there, coming = dump(folder, given.archive), dump(folder, given.comments)
        asyncio.run(measure(Path(name) / "data", there, coming, given.rest))


def dump(folder: Path, count: int) -> Path:
    """A dump of so many comments, with its submissions beside it."""
    path = folder / f"comments-{count}.zst"
    if not path.exists():
        program = str(Path(__file__).with_name("reddit_dump.py"))
        subprocess.run([sys.executable, program, path, "--comments", str(count)], check=True)
    return path


async def measure(data: Path, there: Path, coming: Path, rest: float) -> None:
    """Loads the one, measures, loads the other while measuring, and prints both."""
    loaders = Loaders()
    dumps = [str(of_submissions(there)), str(there)]
    await asyncio.to_thread(child, "-m", "bot", "load", *dumps, "--data", str(data), "--json")
    rng = random.Random(1)
    vocabulary = words(rng)[COMMON : COMMON + 20_000]
    queries = [" ".join(rng.choices(vocabulary, k=rng.randint(1, 3))) for _ in range(500)]
    async with open_services(data, rng=rng) as services:
        await felt(services, queries, lambda: asyncio.sleep(3))  # caches are warm when the clock starts
        before = await felt(services, queries, lambda: asyncio.sleep(rest))
        receipts: list[Receipt] = []

        async def meanwhile() -> None:
            receipts.append(await load(loaders, data, OTHER, (of_submissions(coming), coming)))
            await asyncio.sleep(AFTERWARDS)

        during = await felt(services, queries, meanwhile)
        await loaders.close()
    same = min(len(before.searches), len(during.searches))  # each time they begin with the same queries
    del before.searches[same:], during.searches[same:]
    [receipt] = receipts
    assert receipt.state == "done", receipt.problem
    print(f"{receipt.comments.new:,} comments loaded in {receipt.seconds:.0f} s")
    table(
        [
            ("event loop's lag, p99", told(before.lag, during.lag)),
            ("search, p99", told(before.searches, during.searches)),
            ("search, p50", told(before.searches, during.searches, 0.5)),
            ("state write, p99", told(before.writes, during.writes)),
        ]
    )


def told(before: list[float], during: list[float], share: float = 0.99) -> str:
    """A percentile at rest and while loading."""
    rest, load = percentile(before, share) * 1000, percentile(during, share) * 1000
    return (
        f"{rest:6.1f} ms at rest, {load:6.1f} ms while loading, {load / rest:.2f} times; {len(during)} timed"
    )


async def load(loaders: Loaders, data: Path, guild: int | None, paths: tuple[Path, ...]) -> Receipt:
    """Loads in a process of its own, as the bot does."""
    job = protocol.LoadJob(
        data=data, guild=guild, by=Person(None, "benchmark"), paths=paths, name="dump", load_max_mb=100
    )
    found = [told async for told in loaders.run(job) if isinstance(told, Receipt)]
    return found[0]


async def felt(services: Services, queries: list[str], during: Callable[[], Awaitable[None]]) -> Felt:
    """Uses the services as a bot does, until `during` is over."""
    found = Felt()
    users = [
        asyncio.create_task(tick(found)),
        asyncio.create_task(search(services, queries, found)),
        asyncio.create_task(write(services, found)),
    ]
    await during()
    for user in users:
        user.cancel()
        with suppress(asyncio.CancelledError):
            await user
    return found


async def tick(found: Felt) -> None:
    """How late the event loop is."""
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(TICK)
        found.lag.append(time.perf_counter() - begun - TICK)


async def search(services: Services, queries: list[str], found: Felt) -> None:
    """Searches one after the other, with pauses."""
    while True:
        for query in queries:
            begun = time.perf_counter()
            await services.archive.search(SHARED, query)
            found.searches.append(time.perf_counter() - begun)
            await asyncio.sleep(SEARCH_EVERY)


async def write(services: Services, found: Felt) -> None:
    """Writes of the bot's own state, with pauses."""
    number = 0
    while True:
        number += 1
        begun = time.perf_counter()
        await services.key_value.set("benchmark", str(number))
        found.writes.append(time.perf_counter() - begun)
        await asyncio.sleep(WRITE_EVERY)


if __name__ == "__main__":
    main()
