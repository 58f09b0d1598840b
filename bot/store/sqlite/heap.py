"""Gives memory that the process has freed back to the system."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def trim_heap() -> None:
    """Does so where the C library is glibc, which otherwise keeps most of it: after a large load, 120 MB."""
    with suppress(AttributeError, OSError):  # of another C library
        ctypes.CDLL(None).malloc_trim(0)
