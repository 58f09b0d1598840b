"""Reads the times of articles, in the forms in which datasets and extractors write them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from bot.clock import from_unix
from bot.domain.calendar_names import MONTHS

MIN_YEAR: Final = 1700
MAX_YEAR: Final = 2100
_MAX_CHARACTERS: Final = 100
_MONTH: Final = rf"(?P<month>{'|'.join(name[:3] for name in MONTHS)})[a-z]*\.?"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAMED: Final = (
    re.compile(rf"\b{_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b{_DAY}[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}})\b", re.IGNORECASE),
)
_NUMBERS: Final = re.compile(r"\b(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<year>\d{4})\b")
_COMPACT: Final = re.compile(r"(?P<year>\d{4})[/.]?(?P<month>\d\d)[/.]?(?P<day>\d\d)(?:T?(?P<time>\d{6})Z?)?")
_CLOCK: Final = re.compile(
    r"\b(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?\s*(?P<half>[ap])?\.?m?", re.IGNORECASE
)


def article_time(value: object, *, day_first: bool | None = None) -> datetime | None:
    """The aware UTC time that a number or text names, None if it names none: unix seconds or milliseconds,
    ISO 8601, RFC 2822, or a date with the month's English name. Of dates such as 3/4/2020, whose day could be
    either number, none is guessed; `day_first` says it."""
    text = str(value).strip()[:_MAX_CHARACTERS]
    with suppress(ValueError, OverflowError):
        return _plausible(_read(text, day_first))
    return None


def _read(text: str, day_first: bool | None) -> datetime:
    if match := _COMPACT.fullmatch(text):
        clock = match["time"] or "000000"
        return datetime.strptime(
            f"{match['year']}{match['month']}{match['day']}{clock}+0000", "%Y%m%d%H%M%S%z"
        )
    with suppress(ValueError):
        number = float(text)
        return from_unix(number if abs(number) < 1e11 else number / 1000)
    with suppress(ValueError):
        return datetime.fromisoformat(text.removesuffix(" UTC"))
    with suppress(ValueError):
        return parsedate_to_datetime(text)
    for form in _NAMED:
        if match := form.search(text):
            names = [name[:3].lower() for name in MONTHS]
            month = names.index(match["month"].lower()) + 1
            return _with_clock(date(int(match["year"]), month, int(match["day"])), text)
    if match := _NUMBERS.match(text):
        first, second = int(match["a"]), int(match["b"])
        if first > 12 or second > 12 or first == second:
            day_first = first > 12
        if day_first is not None:
            day, month = (first, second) if day_first else (second, first)
            return _with_clock(date(int(match["year"]), month, day), text)
    raise ValueError(text)


def day_first_in(text: str) -> bool | None:
    """Whether the day is before the month in the dates of a text such as 25/4/2020; None if none tells."""
    dates = [(int(match["a"]), int(match["b"])) for match in _NUMBERS.finditer(text)]
    days_first = {first > second for first, second in dates if max(first, second) in range(13, 32)}
    return days_first.pop() if len(days_first) == 1 else None


def _with_clock(day: date, text: str) -> datetime:
    match = _CLOCK.search(text)
    hour = int(match["hour"]) if match else 0
    if match and match["half"]:
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    return datetime(day.year, day.month, day.day, hour, int(match["minute"]) if match else 0, tzinfo=UTC)


def _plausible(at: datetime) -> datetime:
    utc = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    if not MIN_YEAR <= utc.year < MAX_YEAR:
        raise ValueError(at)
    return utc
