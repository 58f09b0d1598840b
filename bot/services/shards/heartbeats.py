"""Which processes still run: those whose number of heartbeats is seen to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Seen:
    beats: int
    silence: float = 0.0
    changed: bool = False


class Heartbeats:
    """What a process has seen of the heartbeats of others. No clock takes part, only its own timer, and of
    the time between two looks at most `max_gap` seconds count: a process that was itself stopped, as with its
    machine, has missed heartbeats that there were."""

    def __init__(self, max_gap: float) -> None:
        self._max_gap = max_gap
        self._seen: dict[str, _Seen] = {}
        self._looked_at: float | None = None

    def look(self, beats: Mapping[str, int], now: float) -> None:
        """Takes in how often each process has beaten. `now` is in seconds of a timer, and not before these
        were read: no silence counts as longer than it is."""
        gap = 0.0 if self._looked_at is None else min(now - self._looked_at, self._max_gap)
        self._looked_at = now
        self._seen = {process: self._look(process, count, gap) for process, count in beats.items()}

    def _look(self, process: str, count: int, gap: float) -> _Seen:
        seen = self._seen.get(process)
        if seen is None:
            return _Seen(count)
        if seen.beats != count:
            return _Seen(count, changed=True)
        return _Seen(count, seen.silence + gap, seen.changed)

    def silent(self, seconds: float) -> Mapping[str, int]:
        """The processes without a heartbeat for so many seconds, by their number of heartbeats."""
        return {process: seen.beats for process, seen in self._seen.items() if seen.silence >= seconds}

    def beating(self) -> frozenset[str]:
        """The processes that have beaten since they were first seen here."""
        return frozenset(process for process, seen in self._seen.items() if seen.changed)
