"""What backups have beside the databases: the files of loads, settings, and the list of those that were
made."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from bot.clock import system_clock
from bot.domain.backups import REGULAR_NAME, Backup
from bot.file_errors import file_error

LIST_FILE = "backups.ndjson"
"""The file in the data folder that lists the backups that were made of it."""
MAX_LISTED = 1000
SETTINGS_FILE = "settings.env"
FOLDERS = ("rejects", "upload-*")
"""What is copied beside the databases: the rejected lines, and files that loads wait to be resumed with."""


def copy_folders(data: Path, target: Path) -> None:
    """Copies what belongs to the databases into an existing folder. Files that vanish meanwhile, at the end
    of their load, are left out."""
    for pattern in FOLDERS:
        for folder in data.glob(pattern):
            with suppress(shutil.Error):
                shutil.copytree(folder, target / folder.name, dirs_exist_ok=True, copy_function=_copy)


def write_settings(target: Path, settings: str) -> None:
    """Writes the settings, if there are any, into an existing folder."""
    if settings:
        (target / SETTINGS_FILE).write_text(settings, "utf-8")


def _copy(source: str, target: str) -> str:
    with suppress(FileNotFoundError):
        shutil.copyfile(source, target)
    return target


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


def known(data: Path, file: str) -> tuple[Backup, ...]:
    """The known backups of the data folder that still exist where they were made, with this file, and can be
    read there, oldest first."""
    return tuple(backup for backup in listed(data) if _is_there(backup.folder / file))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a disk or a share that is gone says nothing of the others
        return False


def last_success(data: Path) -> Backup | None:
    """The last backup that was made and tried with success, whether or not it still exists."""
    checked = [backup for backup in listed(data) if backup.checked]
    return max(checked, key=lambda backup: backup.made_at, default=None)


def delete_old(folder: Path, files: Sequence[str], keep: int) -> None:
    """Deletes regular backups in the folder but the newest `keep`, and those that were killed halfway: they
    lack the last of these files. What has files of another engine stays, as it cannot be made again when the
    archive has moved."""
    regular = sorted(path for path in folder.glob("newsdesk-*Z") if _is_regular(path.name))
    whole = [path for path in regular if (path / files[-1]).exists()]
    halfway = [
        path for path in regular[:-1] if path not in whole and _has_only(path, {*files, SETTINGS_FILE})
    ]
    for path in (*whole[:-keep], *halfway):
        shutil.rmtree(path, ignore_errors=True)


def _has_only(folder: Path, files: set[str]) -> bool:
    """Whether it has no other files but folders and the hidden ones of what was being written."""
    return all(path.name in files or path.name.startswith(".") or path.is_dir() for path in folder.iterdir())


def _is_regular(name: str) -> bool:
    try:
        return bool(datetime.strptime(name, REGULAR_NAME))  # noqa: DTZ007 - only its form matters
    except ValueError:
        return False
