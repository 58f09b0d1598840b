"""Upgrades to a new schema: one process at a time, while none uses the folder, with a backup first."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import msgspec

from bot.clock import system_clock
from bot.errors import BadInput
from bot.file_errors import file_error
from bot.store import backup_folders
from bot.store.databases import Report, UpgradeStep
from bot.store.sqlite import copies, data_lock
from bot.store.sqlite.sqlite_connection import SqliteConnection

PREFIX = "before-upgrade-"
"""The prefix of the folders in the data folder with the backups."""
MAX_BACKUPS = 2
"""Backups kept: the older ones are deleted after the next."""
MARKER = "upgrade.json"
_REPORT_SECONDS = 2.0
_STEPS = 1_000_000
"""Steps of SQLite's virtual machine between two looks at the clock."""

_log = logging.getLogger(__name__)


class _Upgrade(msgspec.Struct, frozen=True):
    """The last upgrade: its backup, and the files that were to be upgraded, with the versions before."""

    folder: str
    pending: dict[str, int]


def log(step: UpgradeStep) -> None:
    """Writes a step to the log."""
    if step.stage == "backup":
        size = step.bytes // 1_000_000
        _log.info("%s: backup before the upgrade, %d MB, %.0f%%", step.file, size, 100 * step.part)
    elif step.stage == "migration":
        _log.info("%s: upgrading since %.0f seconds", step.file, step.seconds)
    else:
        _log.info(
            "%s: upgraded in %.1f seconds. To go back: newsdesk restore %s",
            step.file,
            step.seconds,
            step.backup,
        )


@contextmanager
def upgrade(
    data: Path, db: SqliteConnection, file: str, versions: Mapping[str, int], report: Report | None
) -> Iterator[bool]:
    """Yields whether `db`, the database `file`, is still to be upgraded to its version among `versions`.
    Raises Busy("data-in-use"), BadInput("no-room-for-upgrade") and the UserErrors of the disk."""
    report = report or log
    with data_lock.upgrading(data):
        if _version(data / file) >= versions[file]:
            yield False  # another process was quicker
            return
        with data_lock.alone(data):
            backup = _back_up(data, file, versions, report)
            start = shown = time.monotonic()

            def tick() -> None:
                nonlocal shown
                now = time.monotonic()
                if now - shown >= _REPORT_SECONDS:
                    shown = now
                    report(UpgradeStep(file, "migration", seconds=now - start))

            db.on_step(tick, _STEPS)
            try:
                yield True
            finally:
                db.on_step(None, 0)
            report(UpgradeStep(file, "done", seconds=time.monotonic() - start, backup=backup))


def _back_up(data: Path, file: str, versions: Mapping[str, int], report: Report) -> Path:
    """Backs up all databases, unless the backup of the same upgrade has this one: then another database of
    it was upgraded since, so that no older program can have changed this one."""
    before = {name: version for name in versions if (version := _version(data / name))}
    last = _last(data)
    if last is not None and (data / last.folder).is_dir() and last.pending.get(file) == before[file]:
        others = (name for name in last.pending if name != file and name in before)
        if any(before[name] > last.pending[name] for name in others):
            return data / last.folder
    size = sum(path.stat().st_size for name in before for path in data.glob(f"{name}*"))
    free = shutil.disk_usage(data).free
    if free < size:
        raise BadInput("no-room-for-upgrade", needed=-(-size // 1_000_000), free=free // 1_000_000)
    folder = data / f"{PREFIX}{system_clock():%Y-%m-%dT%H%M%S.%fZ}"
    shown = 0.0

    def progress(part: float) -> None:
        nonlocal shown
        now = time.monotonic()
        if part == 1 or now - shown >= _REPORT_SECONDS:
            shown = now
            report(UpgradeStep(file, "backup", size, part))

    report(UpgradeStep(file, "backup", size))
    for stale in data.glob(f".{PREFIX}*"):
        shutil.rmtree(stale, ignore_errors=True)
    part = folder.with_name(f".{folder.name}")
    try:
        copies.copy_data(
            data, part, sorted(before, reverse=True), lambda name: _open(data / name), "", progress
        )
        part.rename(folder)
        backup_folders.sync(data)
    except OSError as error:
        raise file_error(error, folder) or error from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    backup_folders.record(data, folder)
    pending = {name: version for name, version in before.items() if version < versions[name]}
    backup_folders.write_file(data / MARKER, msgspec.json.encode(_Upgrade(folder.name, pending)))
    for old in sorted(data.glob(f"{PREFIX}*"))[:-MAX_BACKUPS]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def _last(data: Path) -> _Upgrade | None:
    try:
        return msgspec.json.decode((data / MARKER).read_bytes(), type=_Upgrade)
    except (OSError, ValueError):
        return None


def _version(path: Path) -> int:
    """The schema version of a file; 0 for one that is missing or no database, which opening it reports."""
    with suppress(sqlite3.DatabaseError), closing(_open(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])
    return 0


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
