"""Measures how late the event loop is."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from types import TracebackType

INTERVAL = 0.5
WINDOW = 60.0


class LoopLag:
    """Measures while it is open, at small cost."""

    def __init__(self) -> None:
        self._lags: deque[float] = deque([0.0], maxlen=int(WINDOW / INTERVAL))
        self._task: asyncio.Task[None] | None = None

    @property
    def worst(self) -> float:
        """The worst lag of the last minute, in seconds."""
        return max(self._lags)

    async def __aenter__(self) -> LoopLag:
        self._task = asyncio.create_task(self._measure())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _measure(self) -> None:
        while True:
            start = time.monotonic()
            await asyncio.sleep(INTERVAL)
            self._lags.append(max(0.0, time.monotonic() - start - INTERVAL))
