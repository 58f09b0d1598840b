"""Parses the dates that people type."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from bot.domain.calendar_names import MONTHS, WEEKDAYS
from bot.errors import BadInput

_MONTHS = tuple(name.lower() for name in MONTHS)
_WEEKDAYS = tuple(name.lower() for name in WEEKDAYS)
_AGO = re.compile(r"(?:(\d{1,4}|an?|last|past)\s+)?(hour|day|week|month|year)s?(?:\s+ago)?")
_YEAR = re.compile(r"(\d{4})")
_MONTH = re.compile(r"([a-z]{3,9})\.?(?:,?\s+(\d{4}))?")
_YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_NUMBERS = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?(?:\s+of)?\s+([a-z]{3,9})\.?(?:,?\s+(\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?")


def parse_date(text: str, now: datetime, zone: tzinfo = UTC) -> datetime:
    """Returns the start of the period that `text` names, as an aware UTC datetime: a day (2024-03-12, 12 Mar
    2024, March 12th, 12.3.2024), a month (2024-03, March 2024, March), a year, a full ISO 8601 time, or a
    time relative to `now` (today, yesterday, friday, 3 days ago, last week). A date without a year is the
    most recent one. Days begin in `zone`.

    Raises BadInput("bad-date") for anything else, including 3/12/2024, which is ambiguous."""
    plain = " ".join(text.split()).casefold()
    try:
        here = now.astimezone(zone)
        date = _relative(plain, here) or _calendar(plain, here) or _iso(text.strip(), zone)
        if date is not None:
            return date.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadInput("bad-date", text=text[:60])


def _relative(text: str, now: datetime) -> datetime | None:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if text == "now":
        return now
    if text in ("today", "yesterday"):
        return today if text == "today" else today - timedelta(days=1)
    day = text.removeprefix("last ")
    if day in _WEEKDAYS:
        return today - timedelta(days=(today.weekday() - _WEEKDAYS.index(day)) % 7 or 7)
    ago = _AGO.fullmatch(text)
    if ago is None or not (ago[1] or text.endswith("ago")):
        return None
    count = int(ago[1]) if ago[1] and ago[1].isdecimal() else 1
    match ago[2]:
        case "hour":
            return now - timedelta(hours=count)
        case "day" | "week":
            return today - timedelta(days=count * (7 if ago[2] == "week" else 1))
        case unit:
            months = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
            first = today.replace(day=1, year=months // 12, month=months % 12 + 1)
            last_day = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            return first.replace(day=min(today.day, last_day.day))


def _calendar(text: str, now: datetime) -> datetime | None:
    if match := _YEAR.fullmatch(text):
        return _day(now, int(match[1]), 1, 1)
    if match := _YEAR_MONTH.fullmatch(text):
        return _day(now, int(match[1]), int(match[2]), 1)
    if match := _NUMBERS.fullmatch(text):
        return _day(now, int(match[1]), int(match[2]), int(match[3]))
    if match := _DOTTED.fullmatch(text):
        return _day(now, int(match[3]), int(match[2]), int(match[1]))
    if match := _DAY_MONTH.fullmatch(text):
        return _named(now, match[3], match[2], int(match[1]))
    if match := _MONTH_DAY.fullmatch(text):
        return _named(now, match[3], match[1], int(match[2]))
    if match := _MONTH.fullmatch(text):
        return _named(now, match[2], match[1], 1)
    return None


def _day(now: datetime, year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=now.tzinfo)


def _named(now: datetime, year: str | None, month: str, day: int) -> datetime:
    """Without a year, returns the most recent such day that has begun."""
    if year is not None:
        return _day(now, int(year), _month(month), day)
    this = _day(now, now.year, _month(month), day)
    return this if this <= now else _day(now, now.year - 1, _month(month), day)


def _month(name: str) -> int:
    """Returns the number of a month from its name, its first three letters, or "sept". Raises ValueError."""
    for number, full in enumerate(_MONTHS, 1):
        if name in (full, full[:3]) or (name == "sept" and full == "september"):
            return number
    raise ValueError(name)


def _iso(text: str, zone: tzinfo) -> datetime | None:
    if not re.match(r"\d{4}-\d\d-\d\d[T ]", text, re.IGNORECASE):
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
