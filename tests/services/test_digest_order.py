"""What is due at once: one message at a time in a channel, in the order of their slots, and none composed
twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.digests import Decision, Delivery, DigestPost, Schedule, Timing
from bot.services.outbox_worker import OutboxWorker
from bot.store.state.old_deliveries import MAX_FULL_DELIVERIES
from tests.support.digest_bench import Bench, Discord

DUE = datetime(2024, 3, 13, 8, 0, tzinfo=UTC)


class Slow(Discord):
    """Lets messages into the first channel only when it is told to."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(lambda: bench.now)
        self.open = asyncio.Event()

    async def send(self, one: Delivery, post: DigestPost) -> int:
        if one.channel == 22:
            await self.open.wait()
        return await super().send(one, post)


async def until_posted(discord: Discord, count: int) -> None:
    async with asyncio.timeout(60):
        while len(discord.posts) < count:  # noqa: ASYNC110 - the runner's tasks post
            await asyncio.sleep(0.01)


async def test_a_slow_channel_holds_up_no_other_and_keeps_its_order(bench: Bench) -> None:
    slow = Slow(bench)
    made = [await bench.plan() for _ in range(3)]
    other = await bench.plan(channel=23)
    bench.now = DUE
    step = asyncio.create_task(bench.services.workers.digests(slow, clock=lambda: bench.now).run_once())
    await until_posted(slow, 1)
    assert [one.schedule for _, one, _ in slow.posts] == [other.id]
    waiting = await bench.digests.history(11, None)
    assert sorted(one.attempts for one in waiting) == [0, 0, 1, 1], "of the slow channel only one is begun"
    slow.open.set()
    await step
    assert [one.schedule for _, one, _ in slow.posts[1:]] == [of.id for of in made]


async def test_late_slots_of_one_schedule_go_out_in_turn_and_show_different_articles(bench: Bench) -> None:
    await bench.plan(Timing("cron", cron="0 * * * *"), late=12)
    bench.now += timedelta(hours=5, minutes=30)
    await bench.runner().run_once()
    dues = bench.dues()
    assert len(dues) == 5
    assert dues == sorted(dues)
    shown = [article for _, one, _ in bench.discord.posts for article in one.articles]
    assert len(shown) == len(set(shown))


@pytest.mark.slow
async def test_composing_may_outlast_a_lease(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    of = await bench.plan()
    compose = bench.digests.compose
    begun = 0

    async def long(
        of: Schedule, one: Delivery, *, adult: bool
    ) -> tuple[tuple[Decision, ...], Mapping[int, int]]:
        nonlocal begun
        begun += 1
        await asyncio.sleep(5.2)
        return await compose(of, one, adult=adult)

    monkeypatch.setattr(bench.digests, "compose", long)
    begun_at = time.monotonic()

    def clock() -> datetime:
        """Real seconds, from a time of day at which no slot of the plan is due."""
        return bench.now + timedelta(seconds=time.monotonic() - begun_at)

    await bench.digests.run_now(11, of.id, clock())

    def runner() -> OutboxWorker[Delivery, Schedule]:
        return bench.services.workers.digests(bench.discord, clock=clock, lease=timedelta(seconds=4))

    step = asyncio.create_task(runner().run_once())
    while not step.done():
        await asyncio.sleep(0.2)
        await runner().run_once()
    assert (begun, len(bench.discord.posts)) == (1, 1)


async def test_of_old_deliveries_only_what_was_picked_is_kept(bench: Bench) -> None:
    await bench.plan(Timing("cron", cron="0 * * * *"))
    await bench.until(bench.now + timedelta(hours=MAX_FULL_DELIVERIES + 3, minutes=30), timedelta())
    kept: list[Any] = [one.decisions for one in await bench.digests.history(11, None, 100)]
    picked = [[part for part in parts if part.picked] for parts in kept]
    assert [parts == whole for parts, whole in zip(picked, map(list, kept), strict=True)][-3:] == [True] * 3
    assert kept[-1], "what was posted is still told"
    assert any(not part.picked for part in kept[0])
