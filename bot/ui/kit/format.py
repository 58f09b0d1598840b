"""Formatting of numbers, times and labels on cards."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.articles import Stats
from bot.i18n import formats, msg


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """1,204 threads, 1 thread"""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def dotted(*parts: str) -> str:
    """The non-empty parts, separated by dots."""
    return " · ".join(filter(None, parts))


def small(*parts: str) -> str:
    """`dotted` in small print; empty if all parts are."""
    line = dotted(*parts)
    return f"-# {line}" if line else ""


def points(score: int | None) -> str:
    """7 points; empty if the score is unknown"""
    return "" if score is None else msg("points", count=score)


def page_of(page: int, count: int) -> str:
    """page 2 of 3; empty if there is only one page"""
    return msg("page-of", page=page + 1, count=count) if count > 1 else ""


def day(moment: datetime) -> str:
    """12 Mar 2024; for labels, which do not support Discord's timestamps."""
    return f"{moment.day} {moment:%b} {moment.year}"


def minute(moment: datetime) -> str:
    """12 Mar 2024 09:14 UTC"""
    return f"{day(moment)} {moment:%H:%M} UTC"


def time_step(length: timedelta) -> str:
    """5 minutes, an hour, a day, 4 weeks"""
    for seconds, name, article in ((604_800, "week", "a"), (86_400, "day", "a"), (3_600, "hour", "an")):
        if length.total_seconds() >= seconds:
            count = round(length.total_seconds() / seconds)
            return f"{article} {name}" if count == 1 else f"{count} {name}s"
    return counted(round(length.total_seconds() / 60), "minute")


def duration(seconds: float) -> str:
    """0.4 s, 12 s, 2 min 24 s, 3 h 5 min"""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def years(first: datetime | None, last: datetime | None) -> str:
    """2017 to 2024"""
    if first is None or last is None:
        return ""
    return f"{first.year}" if first.year == last.year else f"{first.year} to {last.year}"


def date_range(first: datetime | None, last: datetime | None) -> str:
    """12 Mar 2017 to 3 Jan 2024"""
    if first is None or last is None:
        return ""
    return day(first) if day(first) == day(last) else f"{day(first)} to {day(last)}"


def file_size(count: int) -> str:
    """212 MB"""
    for unit in ("bytes", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count //= 1000
    return f"{count:,} GB"


def item_range(offset: int, shown: int, total: int, capped: bool = False) -> str:
    """1–5 of 14"""
    range_ = number_range(offset, shown)
    return msg("items-shown-of-more" if capped else "items-shown", range=range_, total=total)


def number_range(offset: int, count: int) -> str:
    """6–10, or 11 if there is only one"""
    first = formats.number(offset + 1)
    return first if count <= 1 else f"{first}–{formats.number(offset + count)}"


def archive_size(stats: Stats) -> str:
    """1,204 threads, 2017 to 2024"""
    threads = msg("threads", count=stats.articles)
    if stats.first is None or stats.last is None:
        return threads
    first, last = str(stats.first.year), str(stats.last.year)
    if first == last:
        return msg("archive-size-year", threads=threads, first=first)
    return msg("archive-size-years", threads=threads, first=first, last=last)
