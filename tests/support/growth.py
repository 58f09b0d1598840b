"""Measures how the time of a function grows with its input, and limits it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

STEP = 8
MAX_GROWTH = 3.0
"""Times the growth of the input: linear code needs 1, quadratic code STEP."""
MIN_SECONDS = 0.02
"""Shorter times are taken for this long: they say more about the machine than about the code."""
ATTEMPTS = 3


class TooSlowError(Exception):
    """Raised when the time is up."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Interrupts what runs in the main thread after so many seconds of processor time."""

    def stop(*_: object) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def seconds(run: Callable[[Any], object], made: object) -> float:
    """The processor time of one call."""
    start = time.process_time()
    run(made)
    return time.process_time() - start


def assert_linear(make: Callable[[int], Any], run: Callable[[Any], object], size: int) -> None:
    """Fails if `run` takes more than linear time for `make(size)` and an input STEP times as large; a busy
    machine gets ATTEMPTS."""
    small, large = make(size), make(size * STEP)
    growths = []
    for _ in range(ATTEMPTS):
        before = max(seconds(run, small), MIN_SECONDS)
        growths.append(seconds(run, large) / before / STEP)
        if growths[-1] <= MAX_GROWTH:
            return
    raise AssertionError(f"{STEP} times the input took {min(growths):.1f} times as long as it should")
