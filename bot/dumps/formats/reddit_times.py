"""Reads the times of Reddit's records: unix seconds or milliseconds, as numbers or text, and ISO 8601."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, cast

from bot.dumps.rejections import Rejected

MIN_UNIX_SECONDS: Final = 1_104_537_600  # 1 January 2005, the year of Reddit's first post
MAX_UNIX_SECONDS: Final = 4_102_444_800  # 1 January 2100


def unix_seconds(value: int | float | str | None) -> int:
    """A record's time; raises Rejected("bad-time") for none, and for one at which Reddit did not exist."""
    if value is None or value == "":
        raise Rejected("bad-time", "rejected-bad-record", problem="created_utc")
    try:
        seconds = value if type(value) is int else int(float(value))
    except (TypeError, ValueError, OverflowError):
        seconds = _iso_seconds(value)
    if MIN_UNIX_SECONDS * 1000 <= seconds < MAX_UNIX_SECONDS * 1000:
        seconds //= 1000  # a time in milliseconds, as no year in this range is one in seconds
    if not MIN_UNIX_SECONDS <= seconds < MAX_UNIX_SECONDS:
        raise Rejected("bad-time", "rejected-impossible-time", time=str(seconds))
    return seconds


def _iso_seconds(value: object) -> int:
    """The time in ISO 8601, in UTC unless it says otherwise."""
    try:
        at = datetime.fromisoformat(str(value).removesuffix(" UTC"))
        return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        raise Rejected("bad-time", "rejected-bad-time", time=str(value)[:40]) from None


def all_valid_seconds(times: Sequence[object]) -> bool:
    """Whether all of these times are unix seconds at which Reddit existed."""
    numbers = cast("Sequence[int]", times)
    return (
        set(map(type, times)) == {int}
        and min(numbers) >= MIN_UNIX_SECONDS
        and max(numbers) < MAX_UNIX_SECONDS
    )
