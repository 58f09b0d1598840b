"""Every slot is posted once: over clock changes, jumps, deaths at any moment, and a Discord that fails."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.domain.digests import Delivery, Schedule, Timing
from bot.errors import Busy
from bot.services import open_services
from bot.services.outbox_worker import LEASE, PermanentDeliveryError, TransientDeliveryError
from tests.support.digest_bench import GUILD, START, Bench, Killed, answers, killed, nothing

pytestmark = pytest.mark.slow


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "UTC")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("start", [noon(2024, 3, 8), noon(2024, 10, 4), noon(2024, 12, 29)])
async def test_every_local_day_is_posted_once_over_clock_changes(
    bench: Bench, zone: str, start: datetime
) -> None:
    bench.now = start
    await bench.plan(Timing("daily", 2 * 60 + 30, zone=zone))
    await bench.until(start + timedelta(days=32), timedelta())
    dues = bench.dues()
    days = [due.astimezone(ZoneInfo(zone)).date() for due in dues]
    assert len(days) == 32
    assert {b - a for a, b in pairwise(days)} == {timedelta(days=1)}
    assert {state for _, state in await bench.states()} == {"posted"}


async def test_month_ends_and_the_leap_day(bench: Bench) -> None:
    bench.now = noon(2024, 1, 5)
    await bench.plan(Timing("monthly", 9 * 60, day=31))
    await bench.until(noon(2024, 5, 2), timedelta())
    assert [(due.month, due.day) for due in bench.dues()] == [(1, 31), (2, 29), (3, 31), (4, 30)]


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1)])
async def test_a_clock_that_jumps_doubles_and_loses_nothing(bench: Bench, jump: timedelta) -> None:
    await bench.plan(Timing("cron", cron="*/30 * * * *"))
    await bench.until(START + timedelta(hours=3, minutes=10))
    bench.now += jump
    await bench.until(START + timedelta(hours=6, minutes=10))
    assert bench.dues() == [START + timedelta(minutes=30 * n) for n in range(1, 13)]


async def test_a_clock_put_back_does_not_hold_what_is_open(bench: Bench) -> None:
    await bench.plan(late=4)
    bench.now = datetime(2024, 3, 13, 8, 0, tzinfo=UTC)
    bench.discord.before = killed
    with pytest.raises(Killed):
        await bench.runner().run_once()
    bench.discord.before = nothing
    bench.now -= timedelta(hours=2)
    await bench.runner().run_once()
    assert len(bench.discord.posts) == 1


@pytest.mark.parametrize("moment", ["claimed", "composed", "before", "after"])
async def test_killed_at_any_moment_it_is_posted_once(
    bench: Bench, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = await bench.plan()
    bench.now = datetime(2024, 3, 13, 8, 0, tzinfo=UTC)
    with monkeypatch.context() as patch:
        if moment == "claimed":
            patch.setattr(bench.digests, "compose", died)
        elif moment == "composed":
            patch.setattr(bench.digests, "post", died)
        elif moment == "before":
            bench.discord.before = killed
        else:
            bench.discord.after = killed
        with pytest.raises(Killed):
            await bench.runner().run_once()
    bench.discord.before = bench.discord.after = nothing
    sent = len(bench.discord.posts)
    await bench.runner().run_once()
    assert len(bench.discord.posts) == sent, "another runner waits until the first cannot be at work any more"
    bench.now += LEASE + timedelta(minutes=5)  # Discord has forgotten the nonce by then
    await bench.runner().run_once()
    await bench.runner().run_once()
    assert bench.dues() == [bench.now.replace(hour=8, minute=0, second=0)]
    (one,) = await bench.digests.history(GUILD, of.id)
    assert (one.state, one.message) == ("posted", 1)


async def died(*_: object, **__: object) -> None:
    raise Killed


async def test_many_deaths_in_a_row_double_nothing(bench: Bench) -> None:
    """Each slot meets a process that dies at a moment drawn by lot, some several times."""
    rng = random.Random(5)

    def maybe() -> None:
        if rng.random() < 0.4:
            raise Killed

    await bench.plan(Timing("cron", cron="*/30 * * * *"), late=2)
    bench.discord.before = bench.discord.after = bench.discord.looking = maybe
    end = START + timedelta(days=2)
    while bench.now < end:
        bench.now += timedelta(minutes=2)
        try:
            await bench.runner().run_once()
        except Killed:
            continue
    bench.discord.before = bench.discord.after = bench.discord.looking = nothing
    bench.now += timedelta(minutes=2)
    await bench.runner().run_once()
    assert sorted(bench.dues()) == [START + timedelta(minutes=30 * n) for n in range(1, 97)]
    assert {state for _, state in await bench.states()} == {"posted"}


async def test_runners_of_several_processes_share_the_work(bench: Bench) -> None:
    for _ in range(12):
        await bench.plan()
    bench.now = datetime(2024, 3, 13, 8, 0, tzinfo=UTC)
    async with open_services(bench.data) as other:
        second = other.workers.digests(bench.discord, clock=lambda: bench.now)
        await asyncio.gather(bench.runner().run_once(), second.run_once(), bench.runner().run_once())
    assert len(bench.discord.posts) == 12
    assert len({one.nonce for _, one, _ in bench.discord.posts}) == 12


async def test_what_discord_could_not_take_is_tried_again_in_time(bench: Bench) -> None:
    await bench.plan()
    bench.discord.before = answers(
        TransientDeliveryError("503"), TransientDeliveryError("reset"), TimeoutError()
    )
    bench.discord.looking = answers(TransientDeliveryError("503"))
    await bench.until(datetime(2024, 3, 13, 9, 0, tzinfo=UTC), timedelta(seconds=30))
    assert len(bench.discord.posts) == 1


async def test_a_lost_answer_is_found_in_the_channel(bench: Bench) -> None:
    await bench.plan()
    bench.discord.after = answers(TransientDeliveryError("the answer was lost"))
    await bench.until(datetime(2024, 3, 13, 9, 0, tzinfo=UTC))
    assert len(bench.discord.posts) == 1
    assert [state for _, state in await bench.states()] == ["posted"]


async def test_a_discord_that_stays_away_is_given_up_when_it_is_too_late(bench: Bench) -> None:
    of = await bench.plan(late=1)
    away = [TransientDeliveryError("503")] * 1000
    bench.discord.before = answers(*away)
    await bench.until(datetime(2024, 3, 13, 10, 0, tzinfo=UTC), timedelta(minutes=1))
    assert bench.discord.posts == []
    (one,) = await bench.digests.history(GUILD, of.id)
    assert (one.state, one.reason) == ("failed", "too-late")
    assert await bench.digests._store.posted_threads(of.id) == {}


@pytest.mark.parametrize(("late", "expected"), [(0, ["missed"]), (6, ["missed", "posted"])])
async def test_missed_slots_are_posted_late_or_left_out(bench: Bench, late: int, expected: list[str]) -> None:
    """The bot was away from Tuesday noon to Saturday 13:00."""
    await bench.plan(late=late)
    bench.now = datetime(2024, 3, 16, 13, 0, tzinfo=UTC)
    await bench.runner().run_once()
    assert [state for _, state in await bench.states()] == expected
    (of,) = await bench.digests.schedules(GUILD)
    assert of.next_at == datetime(2024, 3, 17, 8, 0, tzinfo=UTC)


async def test_what_is_refused_pauses_the_schedule_and_is_told_once(bench: Bench) -> None:
    of = await bench.plan(Timing("cron", cron="0 * * * *"))
    bench.discord.before = answers(*[PermanentDeliveryError("may-not-post")] * 9)
    await bench.until(START + timedelta(hours=3))
    found = await bench.digests.schedule(GUILD, of.id)
    assert (found.state, found.reason) == ("paused", "may-not-post")
    assert bench.discord.told == [(of.id, "may-not-post")]
    bench.discord.before = nothing
    await bench.digests.resume(GUILD, of.id, bench.now)
    await bench.until(START + timedelta(hours=5, minutes=30))
    assert [due.hour for due in bench.dues()] == [13, 14]


async def test_a_fault_in_one_digest_does_not_stop_another(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await bench.plan(), await bench.plan()
    compose = bench.digests.compose

    async def faulty(of: Schedule, one: Delivery, *, adult: bool) -> object:
        if of.id == first.id:
            raise ZeroDivisionError
        return await compose(of, one, adult=adult)

    monkeypatch.setattr(bench.digests, "compose", faulty)
    await bench.until(datetime(2024, 3, 13, 12, 0, tzinfo=UTC))
    assert [one.schedule for _, one, _ in bench.discord.posts] == [second.id]
    (failed,) = await bench.digests.history(GUILD, first.id)
    assert failed.state in ("missed", "failed")


async def test_paused_and_deleted_schedules_post_nothing(bench: Bench) -> None:
    paused, deleted = await bench.plan(), await bench.plan()
    await bench.digests.pause(GUILD, paused.id)
    await bench.digests.delete(GUILD, deleted.id)
    await bench.until(datetime(2024, 3, 14, 12, 0, tzinfo=UTC), timedelta(hours=1))
    assert bench.discord.posts == []
    await bench.digests.run_now(GUILD, paused.id, bench.now)
    await bench.runner().run_once()
    assert [one.manual for _, one, _ in bench.discord.posts] == [True]


class Timers:
    """Timers that tests let fire."""

    def __init__(self) -> None:
        self.set: list[tuple[float, Callable[[], None]]] = []
        self._more = asyncio.Event()

    def __call__(self, seconds: float, wake: Callable[[], None]) -> asyncio.TimerHandle:
        self.set.append((seconds, wake))
        self._more.set()
        return asyncio.get_running_loop().call_later(3600, wake)

    async def count(self, number: int) -> None:
        """Waits until so many were set."""
        async with asyncio.timeout(10):
            while len(self.set) < number:
                self._more.clear()
                await self._more.wait()


async def test_the_runner_sleeps_until_the_next_slot_and_wakes_for_changes(bench: Bench) -> None:
    await bench.plan()
    bench.now = datetime(2024, 3, 13, 7, 59, 30, tzinfo=UTC)
    timers = Timers()
    runner = bench.services.workers.digests(bench.discord, clock=lambda: bench.now, later=timers)
    runner.start()
    await timers.count(1)
    assert timers.set[0][0] == 30.0
    bench.now += timedelta(seconds=30)
    timers.set[0][1]()
    await timers.count(2)
    assert len(bench.discord.posts) == 1
    assert timers.set[1][0] == 60.0, "a clock that is put forward is noticed"
    await bench.digests.run_now(GUILD, 1, bench.now)
    await timers.count(3)
    assert len(bench.discord.posts) == 2
    await runner.end()
    await bench.digests.run_now(GUILD, 1, bench.now + timedelta(seconds=1))
    assert len(bench.discord.posts) == 2


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (ZeroDivisionError(), "goes on"),
        (Busy("took-too-long"), "goes on"),
        (Busy("archive-unavailable"), "waits: archive-unavailable"),
    ],
)
async def test_the_runner_outlives_any_exception(
    error: Exception,
    logged: str,
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(*_: object) -> None:
        raise error

    await bench.plan()
    bench.now += timedelta(days=1)
    timers = Timers()
    runner = bench.services.workers.digests(bench.discord, clock=lambda: bench.now, later=timers)
    with monkeypatch.context() as patch:
        patch.setattr(bench.digests._store, "due", broken)
        runner.start()
        await timers.count(1)
    assert logged in caplog.text
    timers.set[0][1]()
    await timers.count(2)
    assert len(bench.discord.posts) == 1
    await runner.end()
