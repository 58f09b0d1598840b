"""Writes what a load changes to the disk as it goes, in place of all of it at the commit."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from bot.store.sqlite.connection import CORPUS

EVERY = 0.01
"""Seconds between two looks at whether enough was written."""
ENOUGH = 1 << 20
"""Bytes: a disk has them down within a state write's patience, and each write of its own costs the loader."""
BLOCK = 512
"""Bytes of the blocks that the system counts."""


@contextmanager
def flushing(data: Path) -> Iterator[None]:
    """Meanwhile nothing that is written to the corpus waits long in memory. A commit would have hundreds of
    megabytes to write at once otherwise, and the bot's own small writes would wait behind it
    (`benchmarks/while_loading.py`)."""
    ended = threading.Event()
    thread = threading.Thread(target=_flush, args=(data / CORPUS.file, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _flush(database: Path, ended: threading.Event) -> None:
    sync = getattr(os, "fdatasync", os.fsync)  # which not every system has
    written = 0
    # Descriptors of its own: an error of the disk is told once to each, and SQLite has to know of it.
    while not ended.wait(EVERY):
        with suppress(OSError):
            log = os.open(f"{database}-wal", os.O_RDWR | os.O_CLOEXEC)
            try:
                while not ended.wait(EVERY):
                    now = getrusage(RUSAGE_SELF).ru_oublock
                    if now and (now - written) * BLOCK < ENOUGH:
                        continue  # where the system does not count, every look writes
                    written = now
                    sync(log)
                    sync(_opened(database))
            finally:
                os.close(log)


@cache
def _opened(database: Path) -> int:
    """Stays open until the process ends, as a loader's soon does: closing any descriptor of a database drops
    the locks that SQLite holds on it in this process."""
    return os.open(database, os.O_RDWR | os.O_CLOEXEC)
