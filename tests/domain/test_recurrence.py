"""Slots fall where people expect them, over clock changes, short months and leap days too."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.recurrence import (
    QuietHours,
    Rule,
    daily,
    monthly,
    never_outside,
    next_slot,
    parse_cron,
    slots,
    upcoming,
    upcoming_outside,
    weekdays,
    weekly,
)
from bot.errors import BadInput

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",  # moves by half an hour
        "America/Sao_Paulo",  # once jumped over midnight
        "Africa/Casablanca",  # moves back for Ramadan
    )
]


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def walls(after: str, rule: Rule, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    return [
        f"{slot.at.astimezone(zone):%Y-%m-%d %H:%M}" for slot in slots(at(after, zone), rule, zone, count)
    ]


def test_daily_is_later_today_or_tomorrow() -> None:
    assert walls("2024-05-01 07:59", daily(time(8)), 2) == ["2024-05-01 08:00", "2024-05-02 08:00"]
    assert walls("2024-05-01 08:00", daily(time(8)), 1) == ["2024-05-02 08:00"]


def test_weekdays_and_weekly() -> None:
    assert walls("2024-05-03 09:00", weekdays(time(8)), 2) == ["2024-05-06 08:00", "2024-05-07 08:00"]
    assert walls("2024-05-03 09:00", weekly(6, time(8)), 2) == ["2024-05-05 08:00", "2024-05-12 08:00"]


def test_a_short_month_has_its_slot_on_its_last_day() -> None:
    assert walls("2024-01-30 09:00", monthly(31, time(8)), 4) == [
        "2024-01-31 08:00",
        "2024-02-29 08:00",
        "2024-03-31 08:00",
        "2024-04-30 08:00",
    ]
    assert walls("2023-02-01 09:00", monthly(29, time(8)), 1) == ["2023-02-28 08:00"]


def test_a_skipped_wall_time_is_moved_and_said() -> None:
    slot = next_slot(at("2024-03-30 12:00"), daily(time(2, 30)), BERLIN)
    assert slot is not None
    assert (slot.at, slot.moved) == (datetime(2024, 3, 31, 1, 30, tzinfo=UTC), True)
    assert walls("2024-03-31 12:00", daily(time(2, 30)), 1) == ["2024-04-01 02:30"]


def test_a_repeated_wall_time_is_due_once() -> None:
    found = slots(at("2024-10-26 12:00"), daily(time(2, 30)), BERLIN, 2)
    assert [slot.at for slot in found] == [
        datetime(2024, 10, 27, 0, 30, tzinfo=UTC),
        datetime(2024, 10, 28, 1, 30, tzinfo=UTC),
    ]


def test_an_hourly_line_follows_elapsed_time_over_a_clock_change() -> None:
    rule = parse_cron("0 * * * *")
    for start in ("2024-03-30 22:30", "2024-10-26 22:30"):
        found = [slot.at for slot in slots(at(start), rule, BERLIN, 8)]
        assert {b - a for a, b in pairwise(found)} == {timedelta(hours=1)}


def test_leap_day_and_never() -> None:
    assert walls("2096-03-01 00:00", parse_cron("0 8 29 2 *"), 1) == ["2104-02-29 08:00"]
    assert next_slot(at("2024-01-01 00:00"), parse_cron("0 8 30 2 *"), BERLIN) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("30 8 * * 1-5", ["2024-05-03 08:30", "2024-05-06 08:30"]),
        ("30 8 * * mon,wed", ["2024-05-06 08:30", "2024-05-08 08:30"]),
        ("0 9 1,15 * *", ["2024-05-15 09:00", "2024-06-01 09:00"]),
        ("0 9 13 * fri", ["2024-05-03 09:00", "2024-05-10 09:00"]),  # either, as in cron
        ("0 9 * dec 0", ["2024-12-01 09:00", "2024-12-08 09:00"]),
        ("0 9 * * 7", ["2024-05-05 09:00", "2024-05-12 09:00"]),
        ("0 */6 * * *", ["2024-05-02 12:00", "2024-05-02 18:00"]),
        ("0 9 * * sat-sun", ["2024-05-04 09:00", "2024-05-05 09:00"]),
        ("@weekly", ["2024-05-05 00:00", "2024-05-12 00:00"]),
    ],
)
def test_cron_lines(line: str, expected: list[str]) -> None:
    assert walls("2024-05-02 10:00", parse_cron(line), 2) == expected


@pytest.mark.parametrize(
    "line",
    [
        "",
        "* * * *",
        "60 8 * * *",
        "0 24 * * *",
        "0 8 0 * *",
        "0 8 * 13 *",
        "0 8 * * 8",
        "a 8 * * *",
        "0 8-6 * * *",
        "0 8 * * */0",
        "*-3 8 * * *",
        "0 8 1--2 * *",
    ],
)
def test_a_wrong_line_is_refused(line: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_cron(line)
    assert caught.value.key == "bad-cron"


def test_a_line_may_not_fire_too_often() -> None:
    with pytest.raises(BadInput) as caught:
        parse_cron("*/5 * * * *")
    assert caught.value.key == "cron-too-often"
    assert parse_cron("*/15 * * * *").every_hour


NIGHT = QuietHours(time(22), time(7))
HOUR = timedelta(hours=1)


def held(after: str, line: str, quiet: QuietHours, patience: timedelta, count: int) -> list[str]:
    found = upcoming_outside(quiet, patience, at(after), parse_cron(line), BERLIN)
    return [
        f"{slot.at.astimezone(BERLIN):%d %H:%M}{' held' if slot.held else ''}"
        for slot in islice(found, count)
    ]


def test_a_slot_in_quiet_hours_waits_for_their_end_or_is_left_out() -> None:
    assert held("2024-05-01 12:00", "0 6 * * *", NIGHT, HOUR, 2) == ["02 07:00 held", "03 07:00 held"]
    assert held("2024-05-01 12:00", "0 5,8 * * *", NIGHT, HOUR, 2) == ["02 08:00", "03 08:00"]
    assert held("2024-05-01 12:00", "0 13 * * *", QuietHours(time(12), time(14)), HOUR, 1) == [
        "01 14:00 held"
    ]


def test_all_that_is_held_is_due_once_and_not_beside_what_is_due_then() -> None:
    assert held("2024-05-01 21:30", "*/15 * * * *", NIGHT, HOUR, 3) == ["01 21:45", "02 07:00", "02 07:15"]
    assert held("2024-05-01 21:30", "30 * * * *", NIGHT, 9 * HOUR, 3) == [
        "02 07:00 held",
        "02 07:30",
        "02 08:30",
    ]
    assert held("2024-05-02 06:59", "30 5 * * *", NIGHT, 2 * HOUR, 1) == ["02 07:00 held"]
    assert held("2024-05-02 07:00", "30 5 * * *", NIGHT, 2 * HOUR, 1) == ["03 07:00 held"]


def test_quiet_hours_may_leave_a_rule_nothing() -> None:
    assert never_outside(NIGHT, HOUR, daily(time(3)))
    assert not never_outside(NIGHT, 4 * HOUR, daily(time(3)))
    assert not never_outside(NIGHT, HOUR, daily(time(7)))


def test_quiet_hours_end_in_an_hour_that_comes_twice() -> None:
    quiet = QuietHours(time(1), time(2, 45))
    second = datetime(2024, 10, 27, 1, 10, tzinfo=UTC)  # 02:10 again
    assert quiet.until(second, BERLIN) == datetime(2024, 10, 27, 1, 45, tzinfo=UTC)


@pytest.mark.slow
@given(
    start=st.datetimes(datetime(2023, 1, 1), datetime(2026, 1, 1)),  # noqa: DTZ001 - as below
    moments=st.lists(st.integers(0, 1439), min_size=1, max_size=6, unique=True),
    window=st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda pair: pair[0] != pair[1]),
    patience=st.integers(0, 24),
    zone=st.sampled_from(ZONES),
)
@settings(max_examples=80)
def test_nothing_is_due_in_quiet_hours_and_nothing_else_is_lost(
    start: datetime, moments: list[int], window: tuple[int, int], patience: int, zone: ZoneInfo
) -> None:
    begin = start.replace(tzinfo=UTC)
    rule = Rule(tuple(time(*divmod(minute, 60)) for minute in sorted(moments)))
    first, last = (time(*divmod(minute, 60)) for minute in window)
    quiet = QuietHours(first, last)
    end = begin + timedelta(days=9)
    kept = [slot.at for slot in takewhile(lambda one: one.at < end, upcoming(begin, rule, zone))]
    found = upcoming_outside(quiet, patience * HOUR, begin, rule, zone)
    due = list(takewhile(lambda one: one.at < end, found)) if kept else []
    assert all(a.at < b.at for a, b in pairwise(due))
    times = {slot.at for slot in due}
    for moment in kept:
        until = quiet.until(moment, zone)
        if until is None:
            assert moment in times
        elif until - moment <= patience * HOUR and until < end:
            assert until in times
    assert all(slot.held or slot.at in kept for slot in due)


RULES = st.one_of(
    st.times().map(lambda moment: daily(moment.replace(second=0, microsecond=0))),
    st.tuples(st.integers(0, 6), st.integers(0, 23)).map(lambda pair: weekly(pair[0], time(pair[1], 30))),
    st.tuples(st.integers(1, 31), st.integers(0, 23)).map(lambda pair: monthly(pair[0], time(pair[1], 15))),
)


@given(
    start=st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - the strategy wants naive bounds
    rule=RULES,
    zone=st.sampled_from(ZONES),
)
@settings(max_examples=150)
def test_every_local_day_has_its_slot_once(start: datetime, rule: Rule, zone: ZoneInfo) -> None:
    """Walking over a year's slots meets each fitting local date once, in order."""
    begin = start.replace(tzinfo=UTC)
    found = slots(begin, rule, zone, 40)
    assert all(b.at > a.at for a, b in pairwise(found))
    days = [slot.at.astimezone(zone).date() for slot in found if not slot.moved]
    assert len(days) == len(set(days))
    first, last = found[0].at.astimezone(zone).date(), found[-1].at.astimezone(zone).date()
    fitting = [
        first + timedelta(days=number)
        for number in range((last - first).days + 1)
        if rule.fits(first + timedelta(days=number))
    ]
    assert len(fitting) - 1 <= len(found) <= len(fitting) + 1
    for slot in found:
        if not slot.moved:
            local = slot.at.astimezone(zone)
            assert local.time() in rule.minutes
