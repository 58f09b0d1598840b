"""Folders of copies inside the data folder, which no process needs after the one that made them."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import Busy
from bot.store.sqlite.swap import STAGED

CHECK_FOLDER = ".check"
"""The folder of the copy that `check` reads."""
TRIAL_FOLDER = ".trial"
"""The folder in which restoring a backup is tried."""


@contextmanager
def exclusive_folder(data: Path, name: str, file: str) -> Iterator[Path]:
    """A temporary folder for copies of `file` to check, for one process at a time; also deletes what an
    earlier one that was killed has left. Raises Busy("database-busy")."""
    folder = data / name
    folder.mkdir(exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy("database-busy", file=file) from error
        try:
            for path in folder.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(handle)


def remove_copies(data: Path) -> None:
    """Removes the copies of checks, backups and restores that were killed."""
    for name in (CHECK_FOLDER, TRIAL_FOLDER, STAGED):
        with suppress(OSError):
            handle = os.open(data / name, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(data / name, ignore_errors=True)
            finally:
                os.close(handle)
