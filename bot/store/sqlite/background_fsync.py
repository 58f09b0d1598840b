"""Syncs the writes of a load to disk continuously, instead of all at once at the commit."""

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
"""Interval between two checks of the number of bytes written."""
MIN_BYTES = 1 << 20
"""Minimum bytes of one sync: a disk writes them well within the time limit of a write to the state database,
and every sync slows the loader down."""
COUNTED_BLOCK_BYTES = 512
"""Block size of the operating system's counter."""


@contextmanager
def background_fsync(data: Path) -> Iterator[None]:
    """Context manager in which data written to the corpus is synced soon. Otherwise a commit would write
    hundreds of megabytes at once, and the bot's own small writes would wait for that
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
    # A separate descriptor: a disk error is reported once to each, and SQLite must receive it too.
    while not ended.wait(POLL_INTERVAL_SECONDS):
        with suppress(OSError):
            log = os.open(f"{database}-wal", os.O_RDWR | os.O_CLOEXEC)
            try:
                while not ended.wait(POLL_INTERVAL_SECONDS):
                    now = getrusage(RUSAGE_SELF).ru_oublock
                    if now and (now - written) * COUNTED_BLOCK_BYTES < MIN_BYTES:
                        continue  # if the system does not count writes, every check syncs
                    written = now
                    sync(log)
                    sync(_opened(database))
            finally:
                os.close(log)


@cache
def _opened(database: Path) -> int:
    """Opens the file and keeps it open until the process ends, soon for a loader: closing any descriptor of a
    database releases the locks that SQLite holds on it in this process."""
    return os.open(database, os.O_RDWR | os.O_CLOEXEC)
