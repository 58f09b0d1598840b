"""Kills the bot at moments drawn by lot while it posts, and accounts for every slot."""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from bot.domain.digests import ContentSource, Delivery, DeliveryTarget, DigestConfig, Timing
from bot.domain.loads import Person
from bot.domain.post_options import PostOptions
from bot.domain.recurrence import next_slot
from bot.services import Services, open_services
from bot.store.sqlite.connection import STATE
from tests.support.loopback.process import Process, running
from tests.support.loopback.records import FORUM, TEXT, Channel, Guild
from tests.support.loopback.server import Loopback
from tests.support.loopback.trouble import DEATHS, MISHAPS, Death, Mishap
from tests.support.world import load, thread

CRON = "*/30 * * * *"
BY = Person(1002, "moderator")
MESSAGES = re.compile(r"/channels/\d+/(messages|threads)|/guilds/\d+/threads")
STARTING = re.compile("/users/@me|/oauth2|/applications")
MARK = re.compile(r"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])")
LONGEST_LIFE = 3.0
"""Real seconds after which a bot that listens and met no chosen moment is killed."""
PARTS = 2
"""The posts of a slot that has one for each article."""
Post = tuple[int, datetime, int]
"""A schedule, a slot of it, and the place of a post in the slot."""
MARGIN = timedelta(minutes=1)
"""No slot comes in so much time after all are found to be posted."""
Moment = Literal["a message", "the start", "the gateway", "any time"]
MOMENTS: tuple[Moment, ...] = ("a message", "the start", "the gateway", "any time")
WEIGHTS = (6, 1, 1, 2)


def servers(guilds: int, channels: int, forums: int = 0) -> list[Guild]:
    """So many servers with so many channels each, the last ones of which are forums."""
    kinds = [TEXT] * (channels - forums) + [FORUM] * forums
    return [
        Guild(number, [Channel(number + at, number, kind=kind) for at, kind in enumerate(kinds, 1)])
        for number in (one << 22 for one in range(1, guilds + 1))
    ]


async def schedule(services: Services, guilds: list[Guild], start: datetime) -> None:
    """A schedule for each channel, with a slot every half hour from `start` on. In every third text channel a
    thread is opened on each post; in the next one, and in forums, a slot is several posts."""
    for guild in guilds:
        for number, channel in enumerate(guild.channels):
            target: DeliveryTarget = (
                "forum" if channel.kind == FORUM else "channel" if number % 3 else "thread"
            )
            each = channel.kind == FORUM or number % 3 == 1
            plan = DigestConfig(
                guild.id,
                channel.id,
                Timing("cron", cron=CRON),
                ContentSource("random", count=PARTS if each else 1),
                late=24,
                skip_empty=False,
                target=target,
                posts=PostOptions(each=each),
            )
            await services.digests.create(plan, BY, start, f"draft {channel.id}")


def articles(data: Path, count: int = 240) -> None:
    """Puts so many articles into the archive that all servers see."""
    load(data, None, [thread(f"Ferry day {number}", "It sails at noon.") for number in range(count)])


@dataclass
class Account:
    """What became of the posts of all slots: how often each was made, and at which moments the bot was
    killed."""

    slots: int
    once: int
    never: list[Post]
    doubled: list[Post]
    strays: int
    """Messages that belong to no slot."""
    crowded: list[int]
    """Channels with another number of messages than is due, counted without the bot's own books."""
    threadless: list[int]
    """Messages that should have a thread and have none."""
    deaths: Counter[str] = field(default_factory=Counter)
    mishaps: Counter[str] = field(default_factory=Counter)
    drops: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        return self.once == self.slots and not (
            self.doubled or self.strays or self.crowded or self.threadless
        )


class Killer:
    """Lets one bot after the other post, and kills each but the last."""

    def __init__(self, discord: Loopback, data: Path, rng: random.Random, log: Path | None = None) -> None:
        self._discord = discord
        self._data = data
        self._rng = rng
        self._log = log
        self._death: tuple[Death, re.Pattern[str], int] | None = None
        self._gateway: tuple[str, int] | None = None
        self.deaths: Counter[str] = Counter()
        self.mishaps: Counter[str] = Counter()
        self.drops: Counter[str] = Counter()
        discord.trouble_for = self._trouble
        discord.gateway.arriving = self._arriving

    async def kill(self, times: int) -> None:
        """So many lives, each ended by kill -9."""
        for _ in range(times):
            await self._live(self._rng.choices(MOMENTS, WEIGHTS)[0])

    async def _live(self, moment: Moment) -> None:
        longest = LONGEST_LIFE
        name: str = moment
        match moment:
            case "a message":
                death = self._rng.choice(DEATHS)
                self._death = (death, MESSAGES, self._rng.randint(1, 20))
                name = f"{moment}: {death}"
            case "the start":
                self._death = (
                    "arriving",
                    re.compile("/users/@me|/oauth2|/applications"),
                    self._rng.randint(1, 3),
                )
            case "the gateway":
                self._gateway = (self._rng.choice(("identify", "guilds", "resume")), 1)
            case "any time":
                longest = self._rng.uniform(0.1, LONGEST_LIFE)
        async with running(self._discord, self._data, self._log) as process, self._disturbed():
            if moment != "any time":
                await self._connected(process)
            if not await process.ended(longest) and moment != "any time":
                name = "any time"
        self.deaths[name] += 1
        self._death = self._gateway = None

    async def _connected(self, process: Process) -> None:
        """Waits until this bot is there, or is not any more; a busy machine takes its time to start it."""
        before = self._discord.gateway.identified
        while process.running and self._discord.gateway.identified == before:
            await process.ended(0.05)

    async def settle(self, settled: Callable[[datetime], Awaitable[bool]], within: float) -> datetime:
        """A last bot that nobody kills, until everything is done; the time of that."""
        async with running(self._discord, self._data, self._log), self._disturbed(), asyncio.timeout(within):
            while True:
                await asyncio.sleep(0.3)
                now = self._discord.pace.now()
                if await settled(now):
                    return now

    def _trouble(self, method: str, path: str) -> Death | Mishap | None:
        if self._death is not None:
            death, where, count = self._death
            if where.match(path):
                self._death = None if count == 1 else (death, where, count - 1)
                if count == 1:
                    return death
        if MESSAGES.match(path) and self._rng.random() < 0.15:
            mishap = self._rng.choice(MISHAPS)
            self.mishaps[mishap] += 1
            return mishap
        return None

    def _arriving(self, what: str) -> None:
        if self._gateway is not None and self._gateway[0] == what:
            self._gateway = None
            self._discord.trouble.kill()

    @asynccontextmanager
    async def _disturbed(self) -> AsyncGenerator[None]:
        """Cuts the gateway's connection now and then."""

        async def disturb() -> None:
            gateway = self._discord.gateway
            while True:
                await asyncio.sleep(self._rng.uniform(0.5, 2.5))
                if not gateway.connected:
                    continue
                what = self._rng.choice(("drop", "reconnect", "invalid, resumable", "invalid", "forgotten"))
                self.drops[what] += 1
                match what:
                    case "drop":
                        gateway.drop()
                    case "reconnect":
                        gateway.reconnect()
                    case "forgotten":
                        gateway.forget()
                        gateway.drop()
                    case _:
                        gateway.invalidate(resumable=what != "invalid")

        task = asyncio.create_task(disturb())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def account(self, services: Services, start: datetime, end: datetime) -> Account:
        """Compares the server's messages with the slots of all schedules from `start` to `end`."""
        with closing(sqlite3.connect(self._data / STATE.file)) as db:
            rows = db.execute("SELECT mark, schedule, due_at, part FROM delivery").fetchall()
        deliveries = {mark: (of, datetime.fromtimestamp(at, UTC), part) for mark, of, at, part in rows}
        schedules = await services.digests.schedules(None)
        targets: dict[int, str] = defaultdict(str, {of.plan.channel: of.plan.target for of in schedules})
        expected: set[Post] = set()
        channels: Counter[int] = Counter()
        for of in schedules:
            after = start
            while (slot := next_slot(after, of.plan.timing.rule(), of.plan.timing.zone_info())) is not None:
                after = slot.at
                if after > end:
                    break
                for part in range(of.plan.choice.count):
                    expected.add((of.id, after, part))
                    channels[of.plan.channel] += 1
        found: Counter[Post] = Counter()
        strays = 0
        for message in self._discord.posts:
            # By what is left when Discord has forgotten the nonce.
            marks = MARK.findall(str(message.body["components"]))
            one = next((deliveries[mark] for mark in marks if mark in deliveries), None)
            if one is None:
                strays += 1
            else:
                found[one] += 1
        homes = (self._discord.channel(message.channel) for message in self._discord.posts)
        posted = Counter(home.parent or home.id for home in homes)
        return Account(
            slots=len(expected),
            once=sum(found[slot] == 1 for slot in expected),
            never=sorted(slot for slot in expected if not found[slot]),
            doubled=sorted(slot for slot, count in found.items() if count > 1),
            strays=strays + sum(slot not in expected for slot in found),
            crowded=[number for number in channels if channels[number] != posted[number]],
            threadless=[
                one.id
                for one in self._discord.posts
                if targets[one.channel] == "thread" and one.id not in self._discord.threads
            ],
            deaths=self.deaths,
            mishaps=self.mishaps,
            drops=self.drops,
        )


async def _deliveries(services: Services) -> tuple[Delivery, ...]:
    return await services.digests.history(None, None, 1_000_000)


def slots_done(services: Services, margin: timedelta) -> Callable[[datetime], Awaitable[bool]]:
    """Tells whether all that is due is done, and nothing comes due in the next moment."""

    async def settled(now: datetime) -> bool:
        schedules = await services.digests.schedules(None)
        if any(of.next_at is not None and of.next_at <= now + margin for of in schedules):
            return False
        return not any(
            state in ("claimed", "sending")
            for one in await _deliveries(services)
            for state in (one.state, *(part.state for part in one.parts))
        )

    return settled


@asynccontextmanager
async def prepared(data: Path, discord: Loopback, start: datetime) -> AsyncGenerator[Services]:
    """The services with articles and a schedule for every channel of this Discord."""
    async with open_services(data, vectors="off") as services:
        articles(data)
        await schedule(services, list(discord.guilds.values()), start)
        yield services
