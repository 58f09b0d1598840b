"""Writes a load's log to the disk as it grows, in place of all of it at the commit."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.store.connect import CORPUS

EVERY = 0.01
"""Seconds between two steps; one with nothing to write costs next to nothing."""


@contextmanager
def flushing(data: Path) -> Iterator[None]:
    """Meanwhile nothing that is written to the corpus' log waits long in memory. A commit would have hundreds
    of megabytes to write at once otherwise, and the bot's own small writes would wait behind it, twice as
    long at p99 (`benchmarks/while_loading.py`)."""
    ended = threading.Event()
    thread = threading.Thread(target=_flush, args=(data / f"{CORPUS.file}-wal", ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _flush(log: Path, ended: threading.Event) -> None:
    # Only the log: SQLite holds locks on the database, which closing another descriptor of it would drop.
    # A descriptor of its own, as an error of the disk is told once to each, and SQLite has to know of it.
    while not ended.wait(EVERY):
        with suppress(OSError):
            descriptor = os.open(log, os.O_RDWR | os.O_CLOEXEC)
            try:
                while not ended.wait(EVERY):
                    os.fdatasync(descriptor)
            finally:
                os.close(descriptor)
