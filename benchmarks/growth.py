"""A simulation of many servers and processes: which resource is the first limit, and at what load.

It measures on this machine what a search and a digest cost, then simulates a bot's processes with these
costs: events in order, from one seed, so that the same costs give the same figures. All digests of a minute
are due at its beginning. Each process does one thing at a time, as on a core of its own, and the state is
written by one process at a time, as with SQLite. The use of a resource is what is asked of it in the minutes
simulated, as a share of what it can do: at over 100 % it falls behind."""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from pathlib import Path
from statistics import fmean

from benchmarks.claims import fill
from benchmarks.support.claim_worker import DECISIONS, LEASE, START, engine_at
from benchmarks.support.measure import FOLDER, Option, Rows, parse_options, percentile, table, workspace
from benchmarks.support.pages import Writer, loaded_archive
from bot.domain.articles import Scope
from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.services import open_services
from bot.store.state.schedules import ScheduleStore

MINUTE = 60.0
MAX_WAIT_SECONDS = 3.0
"""Discord takes no answer to a command after this."""
POSTS, STATE, PROCESSES, CONNECTIONS = (
    "requests to Discord",
    "state writes",
    "processes",
    "database connections",
)
WORDS = 3
"""The most words of a search."""


def main() -> None:
    given = parse_options(
        __doc__,
        servers=Option(100_000, 1_000, "servers at a load of 1"),
        processes=Option(16, 2, "processes"),
        digests=Option(1_000, 10, "digests a minute at a load of 1, all due at once"),
        searches=Option(3_000, 30, "searches a minute at a load of 1"),
        messages=Option(5.0, 5.0, "gateway messages a server and minute"),
        gateway=Option(48.0, 48.0, "microseconds of a process for a gateway message"),
        pace=Option(45.0, 45.0, "requests a second of a bot"),
        requests=Option(1.0, 1.0, "requests for a digest"),
        connections=Option(26, 26, "database connections of a process"),
        max_connections=Option(500, 500, "database connections of the server"),
        loads=Option([0.25, 0.5, 1.0, 2.0, 4.0], [1.0, 4.0], "loads, as multiples"),
        minutes=Option(10, 1, "minutes of each load"),
        threads=Option(3_000, 40, "threads in the archive on which the costs are measured"),
        queries=Option(300, 10, "searches and digests that are measured"),
        folder=FOLDER,
    )
    with workspace(given.folder) as folder:
        costs = asyncio.run(measure(folder, given))
    rows: Rows = [
        ("a search", f"{fmean(costs.searches) * 1000:.1f} ms of a process"),
        ("a digest", f"{fmean(costs.digests) * 1000:.1f} ms of a process to choose its articles"),
        ("its state", f"{costs.state * 1000:.2f} ms to claim, store and mark it as posted"),
        ("a gateway message", f"{given.gateway:.0f} µs of a process"),
    ]
    for load in given.loads:
        rows += simulate(load, costs, given).rows()
    table([*rows, *first_limit(costs, given)])


@dataclass(frozen=True)
class Costs:
    """Seconds of processor time: of each search and digest that was measured, and of the state for one
    digest."""

    searches: Sequence[float]
    digests: Sequence[float]
    state: float


async def measure(folder: Path, given: argparse.Namespace) -> Costs:
    """Measures one after the other, with SQLite."""
    data = loaded_archive(folder, given.threads, 20)
    rng = random.Random(1)
    words = Writer(1).asked(20 * given.queries)  # most are too frequent to search for
    searches, digests = [], []
    async with open_services(data, rng=rng, vectors="off") as services:
        for _ in range(given.queries):
            text = " ".join(words.pop() for _ in range(rng.randint(1, WORDS)))
            began = time.process_time()
            await services.archive.search(Scope(), text)
            searches.append(time.process_time() - began)
        for number in range(given.queries):
            plan = DigestConfig(number + 1, number + 1, Timing("daily"), ContentSource("newest"))
            began = time.process_time()
            await services.digests.preview(plan, START, adult=False)
            digests.append(time.process_time() - began)
    state = await measure_state(str(folder / "state"), given.queries)
    return Costs(searches, digests, state)


async def measure_state(place: str, digests: int) -> float:
    """The processor time for the state of a digest."""
    await fill(place, digests)
    store = ScheduleStore.open(engine_at(place))
    began = time.process_time()
    posted = 0
    while posted < digests:
        for delivery in await store.claim("worker", START, START + LEASE, 8):
            await store.begin_sending(delivery, "worker", DECISIONS, {}, START + LEASE)
            posted += await store.mark_posted(delivery, "worker", delivery.id, START)
    seconds = time.process_time() - began
    await store.close()
    return seconds / digests


@dataclass
class Resource:
    """Something that does one job at a time, in the order in which they come."""

    free_at: float = 0.0
    asked: float = 0.0
    """The seconds of all jobs so far."""

    def take(self, now: float, seconds: float) -> float:
        """Does a job once it is free; when it is done."""
        self.asked += seconds
        self.free_at = max(self.free_at, now) + seconds
        return self.free_at


@dataclass
class Outcome:
    """What became of one load; times in seconds."""

    title: str
    used: Mapping[str, float]
    """The use of each resource, of the busiest process."""
    posted: list[float] = field(default_factory=list)
    """The time after which each digest was posted."""
    searched: list[float] = field(default_factory=list)

    def limit(self) -> str:
        """The resource that is used most."""
        return max(self.used, key=lambda name: self.used[name])

    def rows(self) -> Rows:
        used = ", ".join(f"{name} {share:.0%}" for name, share in self.used.items())
        waits = (
            f"posted after p50 {percentile(self.posted, 0.5):.1f} s, at most {max(self.posted):.1f} s; "
            f"searches p99 {percentile(self.searched, 0.99):.2f} s"
        )
        late = sum(wait > MAX_WAIT_SECONDS for wait in self.searched)
        return [
            (self.title, used),
            ("", f"{waits}, {late / len(self.searched):.1%} after {MAX_WAIT_SECONDS:.0f} s"),
        ]


@dataclass(order=True)
class Event:
    """A step of a job: 0 to 2 of a digest, or 3 of a search."""

    at: float
    number: int
    step: int
    process: int
    began: float


def events(load: float, given: argparse.Namespace, rng: random.Random) -> Iterator[Event]:
    """What comes in from members and the clock."""
    number = 0
    for minute in range(given.minutes):
        for step, count in ((0, given.digests), (3, given.searches)):
            for _ in range(max(1, round(count * load))):
                number += 1
                at = minute * MINUTE + (0.0 if step == 0 else rng.uniform(0, MINUTE))
                yield Event(at, number, step, rng.randrange(given.processes), at)


def simulate(load: float, costs: Costs, given: argparse.Namespace) -> Outcome:
    """One load, from an idle bot on until all is done."""
    rng = random.Random(1)
    # A process is as much slower as its gateway takes of it: messages come evenly.
    servers = given.servers * load
    gateway = servers * given.messages / MINUTE / given.processes * given.gateway / 1e6
    slower = 1 / max(1e-3, 1 - gateway)
    processes = [Resource() for _ in range(given.processes)]
    state, posts = Resource(), Resource()
    coming = [*events(load, given, rng)]
    heapify(coming)
    posted, searched = [], []
    while coming:
        event = heappop(coming)
        process = processes[event.process]
        if event.step == 0:  # claimed and stored
            done = state.take(event.at, costs.state)
        elif event.step == 1:  # composed
            done = process.take(event.at, rng.choice(costs.digests) * slower)
        elif event.step == 2:  # sent
            posted.append(posts.take(event.at, given.requests / given.pace) - event.began)
            continue
        else:
            searched.append(process.take(event.at, rng.choice(costs.searches) * slower) - event.began)
            continue
        heappush(coming, Event(done, event.number, event.step + 1, event.process, event.began))
    seconds = given.minutes * MINUTE
    busiest = max(process.asked / slower for process in processes) / seconds
    used = {
        POSTS: posts.asked / seconds,
        PROCESSES: busiest + gateway,
        STATE: state.asked / seconds,
        CONNECTIONS: given.processes * given.connections / given.max_connections,
    }
    figures = (round(servers), round(given.digests * load), round(given.searches * load))
    title = "{:,} servers, {:,} digests and {:,} searches a minute".format(*figures)
    return Outcome(title, used, posted, searched)


def first_limit(costs: Costs, given: argparse.Namespace) -> Rows:
    """The load at which each resource that depends on it is used in full, the first limit first."""
    used = simulate(1.0, costs, given).used
    loads = sorted((1 / share, name) for name, share in used.items() if name != CONNECTIONS)
    rows = []
    for number, (load, name) in enumerate(loads):
        title = f"{'first limit' if not number else 'then'}: {name}"
        figures = (given.servers * load, given.digests * load, given.searches * load)
        rows.append(
            (title, "at {:,.0f} servers, {:,.0f} digests and {:,.0f} searches a minute".format(*figures))
        )
    return [
        *rows,
        ("processes that the database has connections for", f"{given.max_connections // given.connections}"),
    ]


if __name__ == "__main__":
    main()
