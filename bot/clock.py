"""The clock and the timer that are handed down as arguments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the time now, aware UTC."""
Timer = Callable[[], float]
"""Tells seconds that only grow, to measure how long something takes."""


def system_clock() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)
