"""A library with a clock that tests set, and a channel that keeps what is posted to it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.digests import ContentSource, Delivery, DigestConfig, DigestPost, Schedule, Timing
from bot.domain.loads import Person
from bot.services import Services, open_services
from bot.services.digests.digests import DigestService
from bot.services.digests.publisher import DigestSender
from bot.services.outbox_worker import OutboxWorker
from tests.support.world import load, thread

GUILD = 11


BY = Person(7, "mod")


START = datetime(2024, 3, 12, 9, 0, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here: nothing after it is done, not even what catches exceptions."""


@dataclass
class Discord(DigestSender):
    """A channel that keeps Discord's promise about nonces, for some minutes; `before` and `after` a message
    is stored anything may happen."""

    clock: Callable[[], datetime]
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    looking: Callable[[], None] = lambda: None
    posts: list[tuple[datetime, Delivery, DigestPost]] = field(default_factory=list)
    told: list[tuple[int, str]] = field(default_factory=list)

    async def is_age_restricted(self, one: Delivery) -> bool:
        return False

    async def send(self, one: Delivery, post: DigestPost) -> int:
        self.before()
        now = self.clock()
        for number, (at, of, _) in enumerate(self.posts):
            if of.nonce == one.nonce and now - at < timedelta(minutes=3):
                return number + 1
        self.posts.append((now, one, post))
        self.after()
        return len(self.posts)

    async def find_sent(self, one: Delivery) -> int | None:
        self.looking()
        return next((n + 1 for n, (_, of, _) in enumerate(self.posts) if of.nonce == one.nonce), None)

    async def announce_pause(self, of: Schedule, reason: str) -> None:
        self.told.append((of.id, reason))


class Bench:
    """Services with some articles, a clock that tests set, and the channel."""

    def __init__(self, data: Path, services: Services) -> None:
        self.data = data
        self.services = services
        self.now = START
        self.discord = Discord(lambda: self.now)

    @property
    def digests(self) -> DigestService:
        return self.services.digests

    def runner(self) -> OutboxWorker[Delivery, Schedule]:
        return self.services.workers.digests(self.discord, clock=lambda: self.now)

    async def plan(self, timing: Timing | None = None, **more: Any) -> Schedule:
        plan = DigestConfig(
            GUILD,
            more.pop("channel", 22),
            timing or Timing("daily", 8 * 60),
            ContentSource("random", count=1),
            skip_empty=False,
            **more,
        )
        return await self.digests.create(plan, BY, self.now, f"draft {random.random()}")

    async def until(self, end: datetime, step: timedelta = timedelta(minutes=10)) -> None:
        """Lets a runner work while time passes; with a step of zero it wakes when it has asked to."""
        runner = self.runner()
        while self.now < end:
            wake = await self.digests._store.next_wake() if not step else None
            self.now = min(end, wake) if wake else self.now + step
            await runner.run_once()

    async def states(self) -> list[tuple[datetime, str]]:
        past = await self.digests.history(GUILD, None, 1000)
        return [(one.due_at, one.state) for one in reversed(past)]

    def dues(self) -> list[datetime]:
        return [one.due_at for _, one, _ in self.discord.posts]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    data = tmp_path / "data"
    async with open_services(data, rng=random.Random(3)) as services:
        load(data, GUILD, [thread(f"Ferry day {n}", "It sails.") for n in range(6)])
        yield Bench(data, services)


def killed() -> None:
    raise Killed


def nothing() -> None:
    return None


def answers(*what: BaseException | None) -> Callable[[], None]:
    """Raises these in turn, then nothing any more."""
    rest = list(what)

    def now() -> None:
        error = rest.pop(0) if rest else None
        if error is not None:
            raise error

    return now
