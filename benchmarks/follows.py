"""Cost of follows after a load: matching each follow against its articles, and the event loop lag
meanwhile."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

from benchmarks.support.measure import (
    FOLDER,
    Option,
    Rows,
    event_loop_lag,
    parse_options,
    percentile,
    spread,
    table,
    workspace,
)
from benchmarks.support.pages import Writer, loaded_archive
from bot.domain.articles import Scope
from bot.domain.follows import MAX_COUNTED, FollowTarget
from bot.services import open_services
from bot.store.engines import engine_of
from bot.store.search.load_matches import FollowQuery, LoadMatches
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query


def main() -> None:
    given = parse_options(
        __doc__,
        threads=Option(5_000, 40, "threads in the load"),
        comments=Option(20, 3, "average comments per thread"),
        follows=Option(500, 10, "follows to match with the load"),
        folder=FOLDER,
    )
    with workspace(given.folder) as folder:
        data = loaded_archive(folder, given.threads, given.comments)
        table(asyncio.run(looks(data, given.follows)))


async def looks(data: Path, count: int) -> Rows:
    """Times the matching of each of `count` follows against the one load."""
    words = Writer(1).asked(10 * count)  # words of the pages by frequency
    rng = random.Random(1)
    async with open_services(data) as services:
        stats = await services.archive.stats(Scope())
        (load,) = await services.loads.recent(None)
        arrivals = LoadMatches.open(engine_of(data), Analyzer())
        taken, matched = [], 0
        async with event_loop_lag() as lags:
            for _ in range(count):
                text = " ".join(words.pop() for _ in range(rng.randint(1, 3)))
                query = FollowQuery(FollowTarget(text), parse_query(text), frozenset(), adult=False)
                start = time.perf_counter()
                matches = await arrivals.find(Scope(), load.load, query, MAX_COUNTED, 10.0)
                taken.append(time.perf_counter() - start)
                matched += bool(matches.articles)
        await arrivals.close()
    return [
        ("one load", f"{stats.articles:,} threads, {stats.comments:,} comments"),
        ("follows looked for, with matches", f"{count:,}, {matched:,}"),
        ("the look of one follow", spread(taken)),
        ("event loop late by, p99", f"{percentile(lags, 0.99) * 1000:.1f} ms"),
    ]


if __name__ == "__main__":
    main()
