"""Copies of a data folder: its databases, each as one consistent state, rejects, attached files and settings;
and the list of those that were made."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path

import msgspec

from bot.clock import system_clock
from bot.domain.backups import Backup
from bot.errors import BadInput
from bot.file_errors import file_error

LIST_FILE = "backups.ndjson"
"""The file in the data folder that lists the copies that were made of it."""
MAX_LISTED = 1000
SETTINGS_FILE = "settings.env"
FOLDERS = ("rejects", "upload-*")
"""What is copied beside the databases: the rejected lines, and files that loads wait to be resumed with."""
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
        if settings:
            (target / SETTINGS_FILE).write_text(settings, "utf-8")
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


def copy_folders(data: Path, target: Path) -> None:
    """Copies what belongs to the databases. Files that vanish meanwhile, at the end of their load, are left
    out."""
    for pattern in FOLDERS:
        for folder in data.glob(pattern):
            with suppress(shutil.Error):
                shutil.copytree(folder, target / folder.name, dirs_exist_ok=True, copy_function=_copy)


def _copy(source: str, target: str) -> str:
    with suppress(FileNotFoundError):
        shutil.copyfile(source, target)
    return target


def _publish(part: Path, path: Path) -> None:
    try:
        # Unlike a rename, a link never replaces a file that another backup has created meanwhile.
        os.link(part, path)
    except FileExistsError as error:
        raise BadInput("backup-exists", file=path) from error
    except OSError:  # a file system without links, such as that of a memory stick
        part.rename(path)


def sync(path: Path) -> None:
    """Waits until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_file(path: Path, content: bytes) -> None:
    """Replaces a file, on the disk, at once. Raises the UserErrors of the disk."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        sync(part)
        part.replace(path)
        sync(path.parent)
    except OSError as error:
        raise file_error(error, path) or error from error


def listed(data: Path) -> tuple[Backup, ...]:
    """All backups that were made of the data folder, oldest first."""
    try:
        lines = (data / LIST_FILE).read_bytes().splitlines()
        return tuple(
            msgspec.json.decode(line, type=Backup, dec_hook=lambda kind, text: kind(text)) for line in lines
        )
    except (OSError, ValueError):  # there is none, or not all of it was written
        return ()


def record(data: Path, target: Path, *, checked: bool = False) -> None:
    """Adds a backup to the list, or notes that restoring it was tried."""
    folder = target.absolute()
    others = [known for known in listed(data) if known.folder != folder]
    kept = [*others, Backup(folder, system_clock(), checked)][-MAX_LISTED:]
    lines = [msgspec.json.encode(entry, enc_hook=str) + b"\n" for entry in kept]
    with suppress(OSError):
        write_file(data / LIST_FILE, b"".join(lines))
