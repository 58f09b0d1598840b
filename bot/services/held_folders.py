"""Folders with files for a piece of work, which no other process of the bot removes before its end."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path

_NEW = "new-"
"""The prefix of a folder that is not locked yet."""
_NEW_SECONDS = 60.0
"""A folder that is so old and not locked was left by a process that was killed."""


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Yields whether this process could lock the folder."""
    try:
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(file)


class HeldFolder:
    """A new folder, locked until `release` or the end of the process. It gets its name once it is locked."""

    def __init__(self, data: Path, prefix: str) -> None:
        self.path = data / f"{prefix}{secrets.token_hex(8)}"
        new = self.path.with_name(_NEW + self.path.name)
        new.mkdir(mode=0o700)
        self._file = os.open(new, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        new.rename(self.path)

    def release(self) -> None:
        """Ends the lock; the folder stays."""
        os.close(self._file)


def remove_unheld(data: Path, prefix: str, keep: Container[Path] = ()) -> None:
    """Removes the folders with this prefix, and their files, that no process holds; not those to keep."""
    old = time.time() - _NEW_SECONDS
    killed = [folder for folder in data.glob(f"{_NEW}{prefix}*") if folder.stat().st_mtime < old]
    for folder in [*data.glob(f"{prefix}*"), *killed]:
        if folder not in keep:
            with _locked(folder) as free:
                if free:
                    shutil.rmtree(folder, ignore_errors=True)
