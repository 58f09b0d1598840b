"""Rate limits for questions: at most N a minute for each member, and for each channel."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from math import ceil

from bot.clock import Clock, system_clock
from bot.errors import Busy

MINUTE = timedelta(minutes=1)
MAX_REMEMBERED = 10_000
"""The most members and channels that are tracked; beyond it, those without a question in the last minute are
dropped."""


class Cooldown:
    """Counts the questions of the last minute by member id and channel id. A limit of 0 disables it."""

    def __init__(self, member: int = 6, channel: int = 20, clock: Clock = system_clock) -> None:
        self.limit(member, channel)
        self._clock = clock
        self._asked: dict[tuple[str, int], deque[datetime]] = {}
        self._notified: dict[int, datetime] = {}

    def limit(self, member: int, channel: int) -> None:
        """Changes the limits."""
        self._limits = {"member": member, "channel": channel}

    async def count(self, member: int, channel: int) -> None:
        """Counts a question. Raises Busy("asked-too-often" | "channel-too-busy"), with the seconds until the
        next one is allowed; a refused question is not counted."""
        now = self._clock()
        places = (("member", member), ("channel", channel))
        for kind, key in places:
            recent = self._recent(kind, key, now)
            limit = self._limits[kind]
            if limit and len(recent) >= limit:
                again = ceil((recent[-limit] + MINUTE - now).total_seconds())
                raise self.refusal(kind, max(1, again))
        for kind, key in places:
            self._recent(kind, key, now).append(now)

    def refusal(self, kind: str, seconds: int) -> Busy:
        """The error for a member or channel whose next question is allowed in so many seconds."""
        most = self._limits[kind]
        if kind == "member":
            return Busy("asked-too-often", most=most, seconds=seconds)
        return Busy("channel-too-busy", most=most, seconds=seconds)

    def should_notify(self, key: int, every: timedelta = MINUTE) -> bool:
        """Whether to send this member or channel a notice that is sent at most once in `every`."""
        now = self._clock()
        if key in self._notified and abs(now - self._notified[key]) < every:
            return False
        if len(self._notified) >= MAX_REMEMBERED:
            self._notified.clear()
        self._notified[key] = now
        return True

    @property
    def remembered(self) -> int:
        """The number of tracked members and channels."""
        return len(self._asked)

    def _recent(self, kind: str, key: int, now: datetime) -> deque[datetime]:
        if len(self._asked) > MAX_REMEMBERED:
            self._asked = {
                place: times for place, times in self._asked.items() if times and now - times[-1] < MINUTE
            }
        times = self._asked.setdefault((kind, key), deque())
        # A time ahead of now is from before the clock was set back.
        while times and not times[0] <= now < times[0] + MINUTE:
            times.popleft()
        return times
