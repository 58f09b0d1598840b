"""Folders with files for a piece of work, which no other process of the bot removes before its end."""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import AsyncGenerator, Container, Iterator
from contextlib import asynccontextmanager, contextmanager
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


class _HeldFolder:
    """A new folder, locked until `release` or the end of the process. It gets its name once it is locked."""

    def __init__(self, data: Path, prefix: str) -> None:
        self.path = data / f"{prefix}{secrets.token_hex(8)}"
        new = self.path.with_name(_NEW + self.path.name)
        new.mkdir(mode=0o700)
        self._file = os.open(new, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            new.rename(self.path)
        except BaseException:
            os.close(self._file)
            raise

    def release(self) -> None:
        """Ends the lock; the folder stays."""
        os.close(self._file)


@asynccontextmanager
async def held_folder(data: Path, prefix: str) -> AsyncGenerator[Path]:
    """A new folder in the data folder that no process removes before the end of the context; then it stays,
    until `remove_unheld`."""
    making = asyncio.get_running_loop().run_in_executor(None, _HeldFolder, data, prefix)
    try:
        folder = await asyncio.shield(making)
    except asyncio.CancelledError:
        making.add_done_callback(_drop)
        raise
    try:
        yield folder.path
    finally:
        folder.release()


def _drop(made: asyncio.Future[_HeldFolder]) -> None:
    """Removes the folder of a task that was cancelled while the folder was being made."""
    if not made.cancelled() and made.exception() is None:
        folder = made.result()
        shutil.rmtree(folder.path, ignore_errors=True)
        folder.release()


def remove_unheld(data: Path, prefix: str, keep: Container[Path] = ()) -> None:
    """Removes the folders with this prefix, and their files, that no process holds; not those to keep."""
    old = time.time() - _NEW_SECONDS
    killed = [folder for folder in data.glob(f"{_NEW}{prefix}*") if _modified(folder) < old]
    for folder in [*data.glob(f"{prefix}*"), *killed]:
        if folder not in keep:
            with _locked(folder) as free:
                if free:
                    shutil.rmtree(folder, ignore_errors=True)


def _modified(folder: Path) -> float:
    """When the folder was last changed; now, if another process has just removed it."""
    try:
        return folder.stat().st_mtime
    except OSError:
        return time.time()
