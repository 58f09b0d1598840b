"""When a schedule is due: pure arithmetic on wall-clock rules, time zones and their transitions."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.domain.calendar_names import MONTHS, WEEKDAYS
from bot.errors import BadInput

HORIZON = timedelta(days=366 * 9)
"""A rule without a slot within this time never has one: 29 February recurs within eight years, even across
2100."""

_DAYS = tuple(name[:3].lower() for name in WEEKDAYS)
_MONTHS = tuple(name[:3].lower() for name in MONTHS)
_EVERY_DAY = frozenset(range(7))
_EVERY_MONTH = frozenset(range(1, 13))


@dataclass(frozen=True, slots=True)
class Rule:
    """Wall-clock times on local days. A day matches if its month does, and its weekday (Monday is 0) or its
    day of the month: if both are given, either suffices, as in cron. If a month lacks a given day, its last
    day matches if `last_if_short`, else none does."""

    minutes: tuple[time, ...]
    weekdays: frozenset[int] | None = None
    monthdays: frozenset[int] | None = None
    months: frozenset[int] = _EVERY_MONTH
    last_if_short: bool = False
    every_hour: bool = False
    """The rule specifies no hour: across a clock change it follows elapsed time, not wall-clock time."""

    def fits(self, day: date) -> bool:
        """Whether the rule has slots on this local day."""
        if day.month not in self.months:
            return False
        if self.weekdays is None and self.monthdays is None:
            return True
        if self.weekdays is not None and day.weekday() in self.weekdays:
            return True
        return self.monthdays is not None and self._fits_month(day, self.monthdays)

    def _fits_month(self, day: date, monthdays: frozenset[int]) -> bool:
        if day.day in monthdays:
            return True
        last = calendar.monthrange(day.year, day.month)[1]
        return self.last_if_short and day.day == last and max(monthdays) > last


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which a rule is due: `at` is aware UTC; `moved` means that a clock change skipped the
    wall-clock time, `held` that quiet hours delay it."""

    at: datetime
    moved: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Wall-clock hours in which nothing is posted, from `start` (inclusive) to `end` (exclusive); they span
    midnight if `end` is not later than `start`."""

    start: time
    end: time

    def until(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """The end (aware UTC) of the quiet hours that contain `at`, or None if it is outside them."""
        local = at.astimezone(zone)
        now = local.time()
        over_midnight = self.end <= self.start
        before, after = now < self.end, now >= self.start
        if not ((before or after) if over_midnight else (before and after)):
            return None
        end = datetime.combine(local.date() + timedelta(days=int(over_midnight and after)), self.end, zone)
        # In an hour that occurs twice, its first end may be past.
        first = end.astimezone(UTC)
        return first if first > at else end.replace(fold=1).astimezone(UTC)


def daily(at: time) -> Rule:
    """Every day at a wall-clock time."""
    return Rule((at,))


def weekdays(at: time) -> Rule:
    """Monday to Friday at a wall-clock time."""
    return Rule((at,), weekdays=frozenset(range(5)))


def weekly(day: int, at: time) -> Rule:
    """Once a week; Monday is 0."""
    return Rule((at,), weekdays=frozenset({day}))


def monthly(day: int, at: time) -> Rule:
    """Once a month; on the last day of a month that is too short."""
    return Rule((at,), monthdays=frozenset({day}), last_if_short=True)


def next_slot(after: datetime, rule: Rule, zone: ZoneInfo) -> Occurrence | None:
    """The first slot after `after` (aware), or None if there is none within HORIZON."""
    return next(upcoming(after, rule, zone), None)


def slots(after: datetime, rule: Rule, zone: ZoneInfo, count: int) -> list[Occurrence]:
    """The next `count` slots after `after`; fewer if the rule has fewer."""
    return list(islice(upcoming(after, rule, zone), count))


def upcoming(after: datetime, rule: Rule, zone: ZoneInfo) -> Iterator[Occurrence]:
    """The slots after `after` (aware), in order, up to HORIZON.

    A wall-clock time that a clock change skips is delayed by the length of the gap; one that occurs twice is
    due once, the first time. Rules without an hour skip and repeat with the clock.
    """
    if after.tzinfo is None:
        raise TypeError("naive datetime")
    # Start a day early: a jump over midnight can move yesterday's slot into today.
    day = after.astimezone(zone).date() - timedelta(days=1)
    end = day + HORIZON
    waiting: list[Occurrence] = []
    while day < end:
        if waiting or rule.fits(day):
            # A moved slot can follow one with a later wall-clock time, even on the next day.
            waiting += _occurrences(day, rule, zone) if rule.fits(day) else ()
            waiting.sort(key=lambda slot: (slot.at, slot.moved))
            later = []
            for slot in waiting:
                if slot.at.astimezone(zone).date() > day:
                    later.append(slot)
                elif slot.at > after:
                    yield slot
                    after = slot.at
            waiting = later
        day += timedelta(days=1)


def upcoming_outside(
    quiet: QuietHours, lateness: timedelta, after: datetime, rule: Rule, zone: ZoneInfo
) -> Iterator[Occurrence]:
    """Like `upcoming`, but a slot in the quiet hours is delayed until their end, or dropped if that is more
    than `lateness` later."""
    held: Occurrence | None = None
    # Start a day early: a slot that is held now was due before.
    for slot in upcoming(after - timedelta(days=1), rule, zone):
        until = quiet.until(slot.at, zone)
        if held is not None and held.at < (until or slot.at):
            yield held
            held = None
        if until is None:
            # A slot that is due exactly at the end replaces those that are held until then.
            held = None
            if slot.at > after:
                yield slot
        elif until - slot.at <= lateness and until > after:
            held = Occurrence(until, held=True)
    if held is not None:
        yield held


def never_outside(quiet: QuietHours, lateness: timedelta, rule: Rule) -> bool:
    """Whether all slots of the rule fall into the quiet hours, on days without a clock change."""
    day = datetime(2024, 1, 10, tzinfo=UTC)
    for minute in rule.minutes:
        at = datetime.combine(day, minute, UTC)
        until = quiet.until(at, ZoneInfo("UTC"))
        if until is None or until - at <= lateness:
            return False
    return True


def _occurrences(day: date, rule: Rule, zone: ZoneInfo) -> Iterator[Occurrence]:
    for minute in rule.minutes:
        wall = datetime.combine(day, minute, zone)
        first = wall.astimezone(UTC)
        exists = first.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None)
        if exists or not rule.every_hour:
            yield Occurrence(first, moved=not exists)
        if exists and rule.every_hour:
            second = wall.replace(fold=1).astimezone(UTC)
            if second != first:
                yield Occurrence(second)


# Cron lines.


def parse_cron(line: str, *, min_gap: timedelta = timedelta(minutes=15)) -> Rule:
    """Parses a five-field cron line: minute, hour, day of the month, month, day of the week; with lists,
    ranges, steps, names and macros such as `@daily`. 0 and 7 are Sunday.

    Raises BadInput("bad-cron") with the field's name, and BadInput("cron-too-often") if slots are less than
    `min_gap` apart.
    """
    named = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *"}
    named |= {"@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *"}
    fields = named.get(line.strip().lower(), line).lower().split()
    if len(fields) != 5:
        raise BadInput("bad-cron", field="line", value=line.strip())
    minutes = _field(fields[0], "minute", 0, 59)
    hours = _field(fields[1], "hour", 0, 23)
    monthdays = _field(fields[2], "monthday", 1, 31)
    months = _field(fields[3], "month", 1, 12, _MONTHS)
    days = frozenset((number - 1) % 7 for number in _field(fields[4], "weekday", 0, 7, _DAYS, 1))
    moments = tuple(time(hour, minute) for hour in sorted(hours) for minute in sorted(minutes))
    if _gap(moments) < min_gap:
        raise BadInput("cron-too-often", minutes=int(min_gap.total_seconds() // 60))
    return Rule(
        moments,
        weekdays=None if fields[4].startswith("*") and days == _EVERY_DAY else days,
        monthdays=None if len(monthdays) == 31 else monthdays,
        months=months,
        every_hour=len(hours) == 24,
    )


_PART = re.compile(r"(\*|[a-z]{3}|\d{1,2})(?:-([a-z]{3}|\d{1,2}))?(?:/(\d{1,2}))?")


def _field(
    text: str, name: str, low: int, high: int, names: tuple[str, ...] = (), base: int | None = None
) -> frozenset[int]:
    """The numbers that a field allows. `names` are numbered from `base` or, if that is None, from `low`."""

    def number(word: str) -> int:
        if word.isdigit():
            return int(word)
        if word in names:
            return names.index(word) + (low if base is None else base)
        raise BadInput("bad-cron", field=name, value=text)

    allowed: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None or (match[1] == "*" and match[2]):
            raise BadInput("bad-cron", field=name, value=text)
        step = int(match[3] or 1)
        first = low if match[1] == "*" else number(match[1])
        last = high if match[1] == "*" or (match[3] and not match[2]) else number(match[2] or match[1])
        if base is not None and last == 0 < first:
            last = 7  # Sunday at the end of a range
        if not step or not low <= first <= last <= high:
            raise BadInput("bad-cron", field=name, value=text)
        allowed.update(range(first, last + 1, step))
    return frozenset(allowed)


def _gap(moments: tuple[time, ...]) -> timedelta:
    """The shortest interval between two times of a day, including the one across midnight."""
    minutes = [moment.hour * 60 + moment.minute for moment in moments]
    return timedelta(
        minutes=min(b - a for a, b in zip(minutes, [*minutes[1:], minutes[0] + 1440], strict=True))
    )
