"""Wakes the worker that handles changes."""

from __future__ import annotations

from collections.abc import Callable


class ChangeSignal:
    """Calls a listener, if there is one, whenever there may be something new to do."""

    def __init__(self) -> None:
        self._listener: Callable[[], None] | None = None

    def listen(self, listener: Callable[[], None] | None) -> None:
        """Replaces the listener; None removes it."""
        self._listener = listener

    def notify(self) -> None:
        """Calls the listener."""
        if self._listener is not None:
            self._listener()
