"""How many digests several processes claim, compose and mark as posted each second, with each engine of the
state, and whether each is posted once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

from benchmarks.support.claim_worker import DAY, PLACES, START, engine_at
from benchmarks.support.database import durable_server
from benchmarks.support.measure import Option, Rows, environment, parse_options, table, workspace
from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.domain.loads import Person
from bot.store.state.schedules import ScheduleStore, SlotClaim

BY = Person(1, "mod")
AT_ONCE = 200
"""Schedules that are stored at the same time."""


def main() -> None:
    given = parse_options(
        __doc__,
        digests=Option(1_500, 8, "digests that are due"),
        processes=Option([1, 2, 4], [2], "processes"),
        turns=Option(1, 1, "runs of each"),
    )
    rows: Rows = []
    with workspace() as folder, durable_server(rows) as server:
        for turn in range(given.turns):
            for number in given.processes:
                rows.append(measure("SQLite", str(folder / f"{turn}-{number}"), given.digests, number))
                if server is not None:
                    url = server.url(server.new_database())
                    rows.append(measure("PostgreSQL", url, given.digests, number))
    table(rows)


def measure(engine: str, place: str, digests: int, processes: int) -> tuple[str, str]:
    """The rate of so many processes, as a row."""
    asyncio.run(fill(place, digests))
    command = [sys.executable, "-m", "benchmarks.support.claim_worker", place]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": environment_of_workers()}
    workers = [
        subprocess.Popen([*command, f"worker {number}"], text=True, **pipes)  # type: ignore[call-overload]
        for number in range(processes)
    ]
    for worker in workers:
        worker.stdout.readline()  # it is ready
    start = time.perf_counter()
    for worker in workers:
        worker.stdin.write("\n")
        worker.stdin.flush()
    posted = [number for worker in workers for number in worker.communicate()[0].split()]
    seconds = time.perf_counter() - start
    once = len(posted) == len(set(posted)) == digests
    outcome = "each posted once" if once else f"{len(posted)} posts of {len(set(posted))} of {digests}"
    return f"{engine}, processes: {processes}", f"{digests / seconds:.0f} a second, {outcome}"


def environment_of_workers() -> dict[str, str]:
    """Their modules are found where this process finds them."""
    return environment() | {"PYTHONPATH": ":".join(filter(None, sys.path))}


async def fill(place: str, digests: int) -> None:
    """Stores the schedules, and opens the delivery of each."""
    store = ScheduleStore.open(engine_at(place))

    async def add(number: int) -> None:
        plan = DigestConfig(number, PLACES + number, Timing("daily"), ContentSource("newest"))
        schedule = await store.schedule(await store.add(plan, BY, START, START, f"draft {number}"))
        if schedule is None:
            raise LookupError(number)
        await store.claim_slots([SlotClaim(schedule, START + DAY, f"nonce {number}")], START)

    for first in range(0, digests, AT_ONCE):
        await asyncio.gather(*(add(number) for number in range(first, min(digests, first + AT_ONCE))))
    await store.close()


if __name__ == "__main__":
    main()
