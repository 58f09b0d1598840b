"""Numbers, dates, lists, sizes and durations in the current language, by CLDR.

Babel is imported when it is first used: it takes 60 ms, and JSON needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from bot.i18n.catalogue import LANGUAGES, current_language

if TYPE_CHECKING:
    from babel import Locale


def locale() -> Locale:
    """The CLDR locale of the current language."""
    from babel import Locale

    return Locale.parse(LANGUAGES[current_language()])


def number(value: float) -> str:
    """1,204"""
    from babel.numbers import format_decimal

    return str(format_decimal(value, locale=locale()))


def compact(value: float) -> str:
    """5.1M"""
    from babel.numbers import format_compact_decimal

    return format_compact_decimal(value, fraction_digits=1, locale=locale())


def percent(share: float) -> str:
    """41%"""
    from babel.numbers import format_percent

    return format_percent(share, locale=locale())


def day(moment: datetime) -> str:
    """12 Mar 2024; for labels and the terminal, where Discord's timestamps do not work."""
    from babel.dates import format_date

    return format_date(moment, "medium", locale=locale())


def month(moment: datetime) -> str:
    """March 2024"""
    from babel.dates import format_skeleton

    return str(format_skeleton("yMMMM", moment, locale=locale()))


def minute(moment: datetime) -> str:
    """12 Mar 2024, 09:14 UTC"""
    from babel.dates import format_datetime

    return f"{format_datetime(moment, 'medium', locale=locale()).rpartition(':')[0]} UTC"


def weekday(number: int) -> str:
    """Monday for 0; as it stands within a sentence."""
    from babel.dates import get_day_names

    return str(get_day_names("wide", "format", locale=locale())[number])


def joined(items: Iterable[str]) -> str:
    """courier.example, tidewatcher and oysterjo"""
    from babel.lists import format_list

    return format_list([*items], locale=locale())


def alternatives(items: Iterable[str]) -> str:
    """courier.example, tidewatcher or oysterjo"""
    from babel.lists import format_list

    return format_list([*items], style="or", locale=locale())


def rough_duration(length: timedelta) -> str:
    """5 minutes, 1 hour, 3 days, 4 weeks: the nearest whole unit."""
    from babel.dates import format_timedelta

    return format_timedelta(length, threshold=1, locale=locale())


def duration(seconds: float) -> str:
    """0.4 secs, 12 secs, 2 mins 24 secs, 3 hrs: the time that some work took."""
    if seconds < 9.95:
        return _unit(max(0.1, round(seconds, 1)), "duration-second")
    whole = round(seconds)
    if whole < 60:
        return _unit(whole, "duration-second")
    larger, smaller, size = ("minute", "second", 60) if whole < 3600 else ("hour", "minute", 3600)
    rest = whole % size // (size // 60)
    text = _unit(whole // size, f"duration-{larger}")
    return f"{text} {_unit(rest, f'duration-{smaller}')}" if rest else text


def file_size(count: int) -> str:
    """212 MB"""
    if count < 1000:
        return _unit(count, "digital-byte", "long")
    for unit in ("digital-kilobyte", "digital-megabyte"):
        count //= 1000
        if count < 1000:
            return _unit(count, unit)
    return _unit(count // 1000, "digital-gigabyte")


def _unit(value: float, unit: str, length: Literal["short", "long"] = "short") -> str:
    from babel.units import format_unit

    return format_unit(value, unit, length, locale=locale())


def language_name(code: str) -> str:
    """German for de, Portuguese (Brazil) for pt-BR; the code itself if CLDR does not know it."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-").get_display_name(locale()) or code
    except (UnknownLocaleError, ValueError):
        return code


def own_language_name(code: str) -> str:
    """Deutsch for de, Português (Brasil) for pt-BR."""
    from babel import Locale

    name = Locale.parse(code, sep="-").get_display_name() or code
    return name[0].upper() + name[1:]
