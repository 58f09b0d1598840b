"""Turns Ctrl-C and SIGTERM into stop requests, for work that ends cleanly."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from bot.loading.protocol import StopRequest


class Stop:
    """Holds the first stop request. Calling it returns the request, or None to continue."""

    def __init__(self) -> None:
        self._request: StopRequest | None = None

    def __call__(self) -> StopRequest | None:
        return self._request

    def ask(self, request: StopRequest) -> None:
        """Requests a stop; ignored after the first request."""
        self._request = self._request or request


@contextmanager
def stop_signals(*, sigint: StopRequest = "cancel") -> Iterator[Stop]:
    """Within the block, SIGINT requests `sigint` (a person wants to stop) and SIGTERM requests an
    interruption (the machine shuts down). A second signal ends the process immediately, which loses at most
    one batch."""
    stop = Stop()
    requests: dict[int, StopRequest] = {signal.SIGINT: sigint, signal.SIGTERM: "interrupt"}
    handlers = {number: signal.getsignal(number) for number in requests}

    def restore() -> None:
        for number, handler in handlers.items():
            signal.signal(number, handler)

    def ask(number: int, frame: FrameType | None) -> None:
        stop.ask(requests[number])
        restore()

    for number in requests:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        restore()
