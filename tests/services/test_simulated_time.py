"""A year's odd moments, lived through by the runner: every slot is posted once, none twice, none in quiet
hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.digests import Timing
from bot.services.outbox_worker import PermanentDeliveryError, TransientDeliveryError
from tests.support.digest_bench import Bench, Killed, answers

pytestmark = pytest.mark.slow


ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",  # moves by half an hour
        "America/Santiago",  # has no midnight on the day it moves forward
        "Africa/Casablanca",  # moves back for Ramadan
    )
]
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def changes(zone: ZoneInfo, year: int = 2024) -> list[date]:
    """The days of a year on which the clocks change."""
    first = datetime(year, 1, 1, tzinfo=UTC)
    noons = [(first + n * DAY).replace(hour=12) for n in range(366)]
    offsets = [noon.astimezone(zone).utcoffset() for noon in noons]
    pairs = zip(noons[1:], offsets, offsets[1:], strict=False)
    return [noon.astimezone(zone).date() for noon, before, after in pairs if before != after]


def every_minute(start: datetime, end: datetime) -> list[datetime]:
    count = int((end - start) / MINUTE)
    return [start + n * MINUTE for n in range(1, count + 1)]


def first_showing(minutes: list[datetime], zone: ZoneInfo, wall: time) -> list[datetime]:
    """The first minute of each local day at which the clocks show this, or would without their jump."""
    found: dict[date, datetime] = {}
    before: datetime | None = None
    for at in minutes:
        local = at.astimezone(zone).replace(tzinfo=None)
        if local.time() == wall:
            found.setdefault(local.date(), at)
        if before is not None and local - before > MINUTE:
            skipped = datetime.combine(local.date(), wall)
            if before < skipped < local:
                found.setdefault(local.date(), at + (skipped - before - MINUTE))
        before = local
    return sorted(found.values())


CHANGES = [(zone, day) for zone in ZONES for day in changes(zone)]


def test_all_five_zones_change_twice() -> None:
    assert [zone for zone, _ in CHANGES] == [zone for zone in ZONES for _ in range(2)]


@pytest.mark.parametrize(("zone", "day"), CHANGES, ids=lambda value: str(value))
async def test_days_of_a_clock_change(bench: Bench, zone: ZoneInfo, day: date) -> None:
    start = datetime.combine(day - 2 * DAY, time(12), zone).astimezone(UTC)
    end = start + 4 * DAY
    bench.now = start
    walls = {}
    for wall in (time(0, 0), time(0, 30), time(2, 0), time(2, 30), time(3, 0), time(23, 59)):
        of = await bench.plan(Timing("daily", wall.hour * 60 + wall.minute, zone=zone.key))
        walls[of.id] = wall
    weekly = await bench.plan(Timing("weekly", 150, day=day.weekday(), zone=zone.key))
    monthly = await bench.plan(Timing("monthly", 150, day=day.day, zone=zone.key))
    hourly = await bench.plan(Timing("cron", cron="0 * * * *", zone=zone.key))
    await bench.until(end, timedelta())
    minutes = every_minute(start, end)
    posted: dict[int, list[datetime]] = {}
    for _, one, _ in bench.discord.posts:
        posted.setdefault(one.schedule, []).append(one.due_at)
    for number, wall in walls.items():
        expected = first_showing(minutes, zone, wall)
        assert len(expected) == 4
        assert posted[number] == expected
    on_the_day = [at for at in first_showing(minutes, zone, time(2, 30)) if at.astimezone(zone).date() == day]
    assert posted[weekly.id] == posted[monthly.id] == on_the_day
    assert posted[hourly.id] == [at for at in minutes if at.astimezone(zone).minute == 0]
    assert {state for _, state in await bench.states()} == {"posted"}
    assert all(at - one.due_at < MINUTE for at, one, _ in bench.discord.posts)


@pytest.mark.parametrize("zone", ZONES, ids=str)
async def test_month_ends_a_leap_day_and_the_turn_of_the_year(bench: Bench, zone: ZoneInfo) -> None:
    bench.now = datetime(2023, 12, 30, 12, tzinfo=zone).astimezone(UTC)
    last = await bench.plan(Timing("monthly", 23 * 60 + 45, day=31, zone=zone.key))
    leap = await bench.plan(Timing("cron", cron="15 8 29 2 *", zone=zone.key))
    year = await bench.plan(Timing("cron", cron="@yearly", zone=zone.key))
    await bench.until(datetime(2028, 3, 2, 12, tzinfo=zone).astimezone(UTC), timedelta())
    local: dict[int, list[str]] = {}
    for _, one, _ in bench.discord.posts:
        local.setdefault(one.schedule, []).append(f"{one.due_at.astimezone(zone):%Y-%m-%d %H:%M}")
    firsts = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(51)]
    assert local[last.id] == [f"{first - DAY} 23:45" for first in firsts]
    assert local[leap.id] == ["2024-02-29 08:15", "2028-02-29 08:15"]
    assert local[year.id] == [f"{year}-01-01 00:00" for year in range(2024, 2029)]


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1)])
@pytest.mark.parametrize("offset", [-61, -59, -1, 0, 1, 59, 61])
async def test_a_clock_that_jumps_about_a_slot(bench: Bench, jump: timedelta, offset: int) -> None:
    """The jump comes so many minutes after eight."""
    eight = datetime(2024, 3, 13, 8, tzinfo=UTC)
    bench.now = eight - timedelta(hours=4)
    daily = await bench.plan(Timing("daily", 480))
    quarterly = await bench.plan(Timing("cron", cron="*/15 * * * *"))
    await bench.until(eight + offset * MINUTE, MINUTE)
    bench.now += jump
    await bench.until(eight + timedelta(hours=3), MINUTE)
    posted: dict[int, list[datetime]] = {}
    for _, one, _ in bench.discord.posts:
        posted.setdefault(one.schedule, []).append(one.due_at)
    assert posted[daily.id] == [eight]
    first = eight - timedelta(hours=4)
    assert sorted(posted[quarterly.id]) == [first + n * 15 * MINUTE for n in range(1, 29)]


async def test_a_jump_past_what_may_be_late_is_accounted_for(bench: Bench) -> None:
    eight = datetime(2024, 3, 13, 8, tzinfo=UTC)
    bench.now = eight - timedelta(minutes=30)
    await bench.plan(Timing("daily", 480), late=0)
    bench.now += timedelta(hours=1)
    await bench.runner().run_once()
    assert await bench.states() == [(eight, "missed")]
    assert bench.discord.posts == []


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_clock_that_was_a_year_ahead_silences_no_digest(bench: Bench, *, restarted: bool) -> None:
    eight = datetime(2024, 3, 13, 8, tzinfo=UTC)
    bench.now = eight - timedelta(minutes=30)
    daily = await bench.plan(Timing("daily", 480))
    runner = bench.runner()
    bench.now += timedelta(days=366)
    await runner.run_once()
    bench.now -= timedelta(days=366, minutes=-40)
    runner = bench.runner() if restarted else runner
    for _ in range(3):
        await runner.run_once()
        bench.now += DAY
    at_eight = [one.due_at for _, one, _ in bench.discord.posts if one.schedule == daily.id]
    assert at_eight == [eight + DAY, eight + 2 * DAY]


@pytest.mark.parametrize(("zone", "day"), CHANGES[:4], ids=lambda value: str(value))
async def test_quiet_hours_hold_over_a_clock_change(bench: Bench, zone: ZoneInfo, day: date) -> None:
    bench.now = datetime.combine(day - DAY, time(12), zone).astimezone(UTC)
    held = await bench.plan(Timing("daily", 6 * 60 + 30, zone=zone.key), quiet=(22 * 60, 7 * 60))
    hourly = await bench.plan(
        Timing("cron", cron="30 * * * *", zone=zone.key), quiet=(22 * 60, 7 * 60), late=0
    )
    await bench.until(datetime.combine(day + 2 * DAY, time(12), zone).astimezone(UTC), 7 * MINUTE)
    local: dict[int, list[datetime]] = {}
    for at, one, _ in bench.discord.posts:
        local.setdefault(one.schedule, []).append(one.due_at.astimezone(zone))
        assert 7 <= at.astimezone(zone).hour < 22
    assert [(due.hour, due.minute) for due in local[held.id]] == [(7, 0)] * 3
    assert {due.hour for due in local[hourly.id]} == set(range(7, 22))
    assert len(local[hourly.id]) == 3 * 15


@pytest.mark.parametrize(("late", "expected"), [(2, [("missed", "quiet")]), (12, [("posted", None)])])
async def test_what_could_not_be_posted_in_time_waits_for_the_end_of_the_quiet_hours(
    bench: Bench, late: int, expected: list[tuple[str, str | None]]
) -> None:
    due = datetime(2024, 3, 12, 21, 50, tzinfo=UTC)
    of = await bench.plan(Timing("daily", 21 * 60 + 50), quiet=(22 * 60, 7 * 60), late=late)
    bench.discord.before = answers(*[TransientDeliveryError("503")] * 12)
    await bench.until(due + timedelta(hours=11), 5 * MINUTE)
    past = await bench.digests.history(11, of.id)
    assert [(one.state if one.state != "failed" else "missed", one.reason) for one in past] == expected
    assert all(7 <= at.hour < 22 for at, _, _ in bench.discord.posts)


async def test_a_post_that_is_asked_for_knows_no_quiet_hours(bench: Bench) -> None:
    bench.now = datetime(2024, 3, 12, 23, tzinfo=UTC)
    of = await bench.plan(Timing("daily", 480), quiet=(22 * 60, 7 * 60))
    await bench.digests.run_now(11, of.id, bench.now)
    await bench.runner().run_once()
    assert len(bench.discord.posts) == 1


async def test_a_moderator_is_told_also_when_discord_or_the_process_was_gone_meanwhile(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = await bench.plan(Timing("cron", cron="0 * * * *"))
    bench.discord.before = answers(PermanentDeliveryError("channel-gone"))
    announce = type(bench.discord).announce_pause
    with monkeypatch.context() as patch:
        patch.setattr(type(bench.discord), "announce_pause", answering(TransientDeliveryError("503")))
        await bench.until(bench.now + timedelta(hours=1), 5 * MINUTE)
        patch.setattr(type(bench.discord), "announce_pause", answering(Killed()))
        with pytest.raises(Killed):
            await bench.runner().run_once()
    assert type(bench.discord).announce_pause is announce
    await bench.until(bench.now + timedelta(hours=2), 5 * MINUTE)
    assert bench.discord.told == [(of.id, "channel-gone")]


def answering(error: BaseException) -> object:
    async def fails(*_: object) -> None:
        raise error

    return fails
