"""What follows cost when a load has ended: the look through what it brought, and the event loop meanwhile."""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path

from generate import Writer, write
from interactive import EMPTY, spread
from measure import child, percentile, table

from bot.domain.articles import Scope
from bot.domain.follows import MAX_COUNTED, FollowTarget
from bot.services import open_services
from bot.store.search.load_matches import LoadMatches, WatchQuery
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query

TICK = 0.002


def main() -> None:
    """`follows.py --threads N --follows N`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=5_000)
    parser.add_argument("--comments", type=int, default=20, help="on average a thread")
    parser.add_argument("--follows", type=int, default=500)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsdesk-follows-") as name:
        data = Path(name) / "data"
        write(Path(name) / "pages", given.threads, given.comments)
        child("-m", "bot", "load", str(Path(name) / "pages"), "--data", str(data), "--json")
        table(asyncio.run(looks(data, given.follows)))


async def looks(data: Path, count: int) -> list[tuple[str, str]]:
    """Times the look of each of so many follows through the one load."""
    writer = Writer(1)  # the words of the pages, frequent ones often
    empty = set(writer.vocabulary[:EMPTY])
    words = [word for word in writer.words(10 * count) if word not in empty]
    rng = random.Random(1)
    async with open_services(data) as services:
        stats = await services.archive.stats(Scope())
        (load,) = await services.loads.recent(None)
        arrivals = LoadMatches.open(data, Analyzer())
        lags: list[float] = []
        ticking = asyncio.create_task(lag(lags))
        taken, found = [], 0
        for _ in range(count):
            text = " ".join(words.pop() for _ in range(rng.randint(1, 3)))
            wanted = WatchQuery(FollowTarget(text), parse_query(text), frozenset(), adult=False)
            start = time.perf_counter()
            brought = await arrivals.find(Scope(), load.load, wanted, MAX_COUNTED, 10.0)
            taken.append(time.perf_counter() - start)
            found += bool(brought.articles)
        ticking.cancel()
        await arrivals.close()
    return [
        ("one load", f"{stats.articles:,} threads, {stats.comments:,} comments"),
        ("follows looked for, with matches", f"{count:,}, {found:,}"),
        ("the look of one follow", spread(taken)),
        ("event loop late by, p99", f"{percentile(lags, 0.99) * 1000:.1f} ms"),
    ]


async def lag(late: list[float]) -> None:
    """Notes by how much the event loop is late."""
    while True:
        start = time.perf_counter()
        await asyncio.sleep(TICK)
        late.append(time.perf_counter() - start - TICK)


if __name__ == "__main__":
    main()
