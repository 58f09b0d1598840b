"""Copies of a data folder: its databases, each as one consistent state, rejects, attached files and
settings."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from bot.errors import BadInput
from bot.store.backup_folders import copy_folders, sync, write_settings

_STEP_PAGES = 1024

Progress = Callable[[float], None]


def copy_data(
    data: Path,
    target: Path,
    files: Sequence[str],
    open_file: Callable[[str], sqlite3.Connection],
    settings: str = "",
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Copies the databases `files`, in this order, and what else belongs to them into the folder `target`,
    creating it if necessary; returns the copies of the databases, synced to disk. The last of them appears
    when everything else is there. With `progress`, nobody may write meanwhile. Raises
    BadInput("backup-exists") and OSError; leaves no partial copy."""
    for file in files:
        if (target / file).exists():
            raise BadInput("backup-exists", file=target / file)
    target.mkdir(parents=True, exist_ok=True)
    parts = [target / f".{file}.part" for file in files]
    try:
        for file, part in zip(files, parts, strict=True):
            part.unlink(missing_ok=True)
            with closing(open_file(file)) as source:
                copy_pages(source, part, progress)
            sync(part)
        copy_folders(data, target)
        write_settings(target, settings)
        for file, part in zip(files, parts, strict=True):
            _publish(part, target / file)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    sync(target)
    return tuple(target / file for file in files)


def copy_pages(source: sqlite3.Connection, path: Path, progress: Progress | None = None) -> None:
    """Copies one state of a database. Without `progress` in one step: in several, every commit of a load
    would restart the copy."""

    def report(status: int, left: int, total: int) -> None:
        if progress is not None:
            progress(1 - left / max(1, total))

    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        source.backup(copy, pages=-1 if progress is None else _STEP_PAGES, progress=report)
        # Without a write-ahead log the copy is a single file.
        copy.execute("PRAGMA journal_mode = DELETE")


def include_log(path: Path) -> None:
    """Makes a single file of a copy that may have come with its write-ahead log."""
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")


def _publish(part: Path, path: Path) -> None:
    try:
        # Unlike a rename, a link never replaces a file that another backup has created meanwhile.
        os.link(part, path)
    except FileExistsError as error:
        raise BadInput("backup-exists", file=path) from error
    except OSError:  # a file system without links, such as that of a memory stick
        part.rename(path)
