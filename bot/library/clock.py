"""The clock as an argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the time now, aware UTC."""


def system_clock() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)
