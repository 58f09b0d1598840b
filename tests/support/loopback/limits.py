"""Discord's rate limits as the loopback server enforces them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

A_SECOND = 50
"""Requests of one bot in any second; interactions are not counted."""
A_CHANNEL = 5
"""Messages in one channel in WINDOW seconds."""
WINDOW = 5.0


@dataclass(frozen=True)
class Verdict:
    """Whether a request may pass: `wait` seconds if not, for everything or its own bucket. `headers` go with
    the answer."""

    wait: float = 0.0
    everywhere: bool = False
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Limits:
    """Counts requests; `now` tells seconds."""

    now: Callable[[], float]
    last: deque[float] = field(default_factory=deque)
    busiest: int = 0
    """The most requests that were counted in any second."""
    buckets: dict[str, tuple[float, int]] = field(default_factory=dict)
    """Of each channel the time at which its window ends, and what is left of it."""

    def ask(self, channel: str | None, *, counted: bool = True) -> Verdict:
        """Judges a request; `channel` is set where it would make a message there."""
        now = self.now()
        if counted:
            while self.last and self.last[0] <= now - 1:
                self.last.popleft()
            if len(self.last) >= A_SECOND:
                return Verdict(self.last[0] + 1 - now, everywhere=True)
        verdict = Verdict() if channel is None else self._bucket(channel, now)
        if counted and not verdict.wait:
            self.last.append(now)
            self.busiest = max(self.busiest, len(self.last))
        return verdict

    def _bucket(self, channel: str, now: float) -> Verdict:
        end, left = self.buckets.get(channel, (0.0, 0))
        if end <= now:
            end, left = now + WINDOW, A_CHANNEL
        wait = 0.0 if left else end - now
        left = max(0, left - 1)
        self.buckets[channel] = (end, left)
        headers = {
            "X-RateLimit-Bucket": "messages",
            "X-RateLimit-Limit": str(A_CHANNEL),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": f"{end:.3f}",
            "X-RateLimit-Reset-After": f"{end - now:.3f}",
        }
        return Verdict(wait, headers=headers)
