"""Ctrl-C and SIGTERM as a wish to stop, for work that ends cleanly."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from bot.loading.protocol import Wish


class Stop:
    """Called, it says whether somebody asked to stop, and how; the first wish counts."""

    def __init__(self) -> None:
        self.wish: Wish | None = None

    def __call__(self) -> Wish | None:
        return self.wish

    def ask(self, wish: Wish) -> None:
        """Asks to stop."""
        self.wish = self.wish or wish


@contextmanager
def stop_signals(*, sigint: Wish = "cancel") -> Iterator[Stop]:
    """SIGINT asks to stop by `sigint`: a person wants it; SIGTERM interrupts: the machine goes down. A
    second signal ends the process as usual, losing one batch at most."""
    stop = Stop()
    wishes: dict[int, Wish] = {signal.SIGINT: sigint, signal.SIGTERM: "interrupt"}
    before = {number: signal.getsignal(number) for number in wishes}

    def put_back() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def ask(number: int, frame: FrameType | None) -> None:
        stop.ask(wishes[number])
        put_back()

    for number in before:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        put_back()
