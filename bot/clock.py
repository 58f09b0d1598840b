"""The clock and the timer, which are passed as arguments, and times as unix seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import overload

Clock = Callable[[], datetime]
"""Returns the current time, aware UTC."""
Timer = Callable[[], float]
"""Returns seconds that only increase, to measure how long something takes."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def system_clock() -> datetime:
    """The system clock."""
    return datetime.now(UTC)


def to_unix(time: datetime) -> int:
    """Unix seconds of an aware time, rounded down. Raises TypeError for a naive one."""
    if time.tzinfo is None:
        raise TypeError("naive datetime")
    delta = time - EPOCH
    return delta.days * 86400 + delta.seconds


@overload
def from_unix(seconds: float) -> datetime: ...
@overload
def from_unix(seconds: float | None) -> datetime | None: ...
def from_unix(seconds: float | None) -> datetime | None:
    """The aware UTC time of unix seconds, also of those before 1970; None for None."""
    return None if seconds is None else EPOCH + timedelta(seconds=seconds)
