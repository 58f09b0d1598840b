"""Time that passes faster than the machine's, for a whole process: its clock, its timers, its sleeps."""

from __future__ import annotations

import asyncio
import selectors
import time
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Pace:
    """From `origin` of the machine's clock, in Unix seconds, time passes `speed` times as fast, beginning at
    `start`. Processes that share these agree on the time."""

    origin: float
    start: float
    speed: float = 1.0

    @classmethod
    def from_now(cls, speed: float = 1.0, start: datetime | None = None) -> Pace:
        """Time that begins with the machine's, or at `start`."""
        origin = time.time()
        return cls(origin, origin if start is None else start.timestamp(), speed)

    def seconds(self) -> float:
        """Unix seconds now."""
        return self.start + (time.time() - self.origin) * self.speed

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    async def sleep(self, seconds: float) -> None:
        """Sleeps so many of its own seconds in an ordinary event loop."""
        await asyncio.sleep(seconds / self.speed)

    def loop(self) -> asyncio.AbstractEventLoop:
        """An event loop whose seconds are these: every limit of time in a program keeps its proportions."""
        return _Loop(self.speed)


class _Selector(selectors.DefaultSelector):
    """Waits as much shorter as time is faster."""

    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / self._speed if timeout else timeout)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, speed: float) -> None:
        self._speed = speed
        super().__init__(_Selector(speed))

    def time(self) -> float:
        return super().time() * self._speed
