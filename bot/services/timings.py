"""How long searches take, as the cumulative histogram that Prometheus reads."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from bot.clock import Timer

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, float("inf"))
"""Upper bounds in seconds."""


class Timings:
    """Counts durations by bucket."""

    def __init__(self, timer: Timer = time.monotonic) -> None:
        self._timer = timer
        self._counts = [0] * len(BUCKETS)
        self.seconds = 0.0

    @contextmanager
    def measure(self) -> Iterator[None]:
        """Measures what runs inside, unless it fails."""
        start = self._timer()
        yield
        taken = self._timer() - start
        self.seconds += taken
        self._counts[next(n for n, bound in enumerate(BUCKETS) if taken <= bound)] += 1

    def cumulative(self) -> list[int]:
        """For each bucket, the number of durations up to its bound."""
        return [sum(self._counts[: n + 1]) for n in range(len(BUCKETS))]
