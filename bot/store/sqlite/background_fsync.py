"""Syncs what a load writes to the disk as it goes, in place of all of it at the commit."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from bot.store.sqlite.connection import CORPUS

POLL_INTERVAL_SECONDS = 0.01
"""Between two checks of whether enough was written."""
MIN_BYTES = 1 << 20
"""Of one sync: a disk writes them well within the time that a write to the state may take, and every sync
costs the loader."""
COUNTED_BLOCK_BYTES = 512
"""The system counts blocks of this size."""


@contextmanager
def background_fsync(data: Path) -> Iterator[None]:
    """Within it, nothing that is written to the corpus waits long in memory. A commit would have hundreds of
    megabytes to write at once otherwise, and the bot's own small writes would wait behind it
    (`benchmarks/while_loading.py`)."""
    ended = threading.Event()
    thread = threading.Thread(target=_sync_until, args=(data / CORPUS.file, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _sync_until(database: Path, ended: threading.Event) -> None:
    sync = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync
    written = 0
    # Descriptors of its own: a disk error is reported once to each, and SQLite has to get it.
    while not ended.wait(POLL_INTERVAL_SECONDS):
        with suppress(OSError):
            log = os.open(f"{database}-wal", os.O_RDWR | os.O_CLOEXEC)
            try:
                while not ended.wait(POLL_INTERVAL_SECONDS):
                    now = getrusage(RUSAGE_SELF).ru_oublock
                    if now and (now - written) * COUNTED_BLOCK_BYTES < MIN_BYTES:
                        continue  # where the system does not count, every check syncs
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
