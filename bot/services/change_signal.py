"""Wakes whoever works on what may have changed."""

from __future__ import annotations

from collections.abc import Callable


class ChangeSignal:
    """A listener that is called whenever there may be something new to do; there may be none."""

    def __init__(self) -> None:
        self._listener: Callable[[], None] | None = None

    def listen(self, listener: Callable[[], None] | None) -> None:
        """Calls `listener` from now on, and no other."""
        self._listener = listener

    def notify(self) -> None:
        """Calls the listener."""
        if self._listener is not None:
            self._listener()
