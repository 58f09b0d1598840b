"""How often may be asked: so many questions a minute for each member, and for each channel."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from math import ceil

from bot.clock import Clock, system_clock
from bot.errors import Busy

MINUTE = timedelta(minutes=1)
MAX_REMEMBERED = 10_000
"""Members and channels that are remembered at once; past that, those who asked nothing of late go."""


class Cooldown:
    """Remembers for a minute who asked where, by numbers alone. A limit of 0 is none."""

    def __init__(self, member: int = 6, channel: int = 20, clock: Clock = system_clock) -> None:
        self._limits = {"member": member, "channel": channel}
        self._clock = clock
        self._asked: dict[tuple[str, int], deque[datetime]] = {}
        self._notified: dict[int, datetime] = {}

    def count(self, member: int, channel: int) -> None:
        """Counts a question. Raises Busy("asked-too-often" | "channel-too-busy") with the seconds after which
        there may be another; then it does not count."""
        now = self._clock()
        places = (("member", member), ("channel", channel))
        for kind, key in places:
            before = self._lately(kind, key, now)
            limit = self._limits[kind]
            if limit and len(before) >= limit:
                again = ceil((before[-limit] + MINUTE - now).total_seconds())
                raise Busy(
                    "asked-too-often" if kind == "member" else "channel-too-busy",
                    most=limit,
                    seconds=max(1, again),
                )
        for kind, key in places:
            self._lately(kind, key, now).append(now)

    def should_notify(self, key: int, every: timedelta = MINUTE) -> bool:
        """Whether to tell this member or channel something that need not be told again for a while."""
        now = self._clock()
        if key in self._notified and now - self._notified[key] < every:
            return False
        if len(self._notified) >= MAX_REMEMBERED:
            self._notified.clear()
        self._notified[key] = now
        return True

    @property
    def remembered(self) -> int:
        """Members and channels that are remembered."""
        return len(self._asked)

    def _lately(self, kind: str, key: int, now: datetime) -> deque[datetime]:
        if len(self._asked) > MAX_REMEMBERED:
            self._asked = {
                one: times for one, times in self._asked.items() if times and now - times[-1] < MINUTE
            }
        times = self._asked.setdefault((kind, key), deque())
        while times and now - times[0] >= MINUTE:
            times.popleft()
        return times
