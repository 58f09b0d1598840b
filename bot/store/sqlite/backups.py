"""Backups of a data folder: made while it is in use, tried, and restored."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from bot.clock import system_clock
from bot.domain.backups import Backup, Restored
from bot.domain.loads import Finding
from bot.errors import BadInput, NotFound, UserError
from bot.file_errors import file_error
from bot.i18n import error_message
from bot.store import backup_folders
from bot.store.maintenance import check_copy, index_findings
from bot.store.sqlite import connection, copies, data_lock, swap
from bot.store.sqlite.connection import CORPUS, STATE
from bot.store.sqlite.errors import user_errors
from bot.store.sqlite.temporary_copies import TRIAL_FOLDER, exclusive_folder

FILES = (STATE.file, CORPUS.file)
"""The state is copied first, so that the corpus copy contains everything it refers to."""
ASIDE = "before-restore-%Y-%m-%dT%H%M%S.%fZ"


def backup(data: Path, target: Path, settings: str = "") -> tuple[Path, ...]:
    """Copies the databases in `data`, the rejects, attached files and `settings` into the folder `target`,
    creating it if necessary, tries to restore them, and returns the copies of the databases. Each copy is one
    consistent state of its file, regardless of concurrent writes, and is synced to disk on return. Raises
    BadInput("backup-exists" | "no-archive" | "no-room-for-backup" | "backup-unsound") and the UserErrors of
    the disk; leaves no partial copy of a database."""
    files = [file for file in FILES if (data / file).exists()]
    if not files:
        raise BadInput("no-archive", data=data)
    databases = {database.file: database for database in (STATE, CORPUS)}
    try:
        with data_lock.in_use(data), user_errors(str(target), target):
            target.mkdir(parents=True, exist_ok=True)
            _check_room(data, target)
            made = copies.copy_data(
                data, target, files, lambda file: connection.open_reader(data, databases[file]), settings
            )
        backup_folders.record(data, target)
        with exclusive_folder(data, TRIAL_FOLDER, CORPUS.file) as trial:
            _stage(target, trial, strict=True)
    except OSError as error:
        raise file_error(error, target) or error from error
    backup_folders.record(data, target, checked=True)
    return made


def _check_room(data: Path, target: Path) -> None:
    """A backup needs its size there, and again in the data folder, where it is tried."""
    size = sum((data / file).stat().st_size for file in FILES if (data / file).exists())
    same_disk = data.stat().st_dev == target.stat().st_dev
    for folder, needed in ((target, size * (2 if same_disk else 1)), (data, size)):
        free = shutil.disk_usage(folder).free
        if free < needed:
            needed, free = -(-needed // 1_000_000), free // 1_000_000
            raise BadInput("no-room-for-backup", folder=folder, needed=needed, free=free)


def restore(data: Path, folder: Path) -> Restored:
    """Puts a backup, or a copy of a data folder that was not in use, in the place of the databases in `data`,
    after checking it; they are kept in a folder beside. Raises Busy("data-in-use"),
    NotFound("not-a-backup"), BadInput("backup-damaged" | "newer-schema" | "not-our-database" |
    "no-room-for-restore") and the UserErrors of the disk; then nothing is changed."""
    if not (folder / CORPUS.file).is_file() or folder.resolve() == data.resolve():
        raise NotFound("not-a-backup", folder=folder)
    try:
        data.mkdir(parents=True, exist_ok=True)
        with data_lock.alone(data):
            swap.finish(data)
            staging = data / swap.STAGED
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir()
            try:
                findings = _stage(folder, staging)
                backup_folders.copy_folders(folder, staging)
                aside = swap.begin(data, f"{system_clock():{ASIDE}}", FILES)
            except UserError:
                shutil.rmtree(staging, ignore_errors=True)
                raise
    except OSError as error:
        raise file_error(error, data) or error from error
    if not any(aside.iterdir()):
        aside.rmdir()
        return Restored(None, findings)
    backup_folders.record(data, aside)
    return Restored(aside, findings)


def _stage(folder: Path, staging: Path, *, strict: bool = False) -> tuple[Finding, ...]:
    """Copies the databases of a backup and checks the copies, so that the backup is only read. Returns what
    is wrong but no reason against restoring it, which `strict` refuses too."""
    paths = [path for file in FILES for path in (folder / file, folder / f"{file}-wal") if path.exists()]
    needed, free = sum(path.stat().st_size for path in paths), shutil.disk_usage(staging).free
    if free < needed:
        raise BadInput("no-room-for-restore", needed=-(-needed // 1_000_000), free=free // 1_000_000)
    for path in paths:
        shutil.copyfile(path, staging / path.name)
    findings: list[Finding] = []
    for database in (STATE, CORPUS):
        path = staging / database.file
        if not path.exists():
            continue
        try:
            with user_errors(database.file):
                copies.include_log(path)
            with closing(connection.open_reader(staging, database)) as db:
                damage, others = check_copy(db, "corpus" if database is CORPUS else "state")
            if database is CORPUS and not damage:
                of_indexes = index_findings(CORPUS.file, connection.indexes_of(path))
                others += [finding for finding in of_indexes if not finding.ok]
            reasons = damage or (others if strict else [])
            problems = [f"{finding.subject}: {finding.detail}" for finding in reasons]
        except UserError as error:
            if error.key not in ("database-damaged", "disk-error", "not-our-database"):
                raise
            others, problems = [], [error_message(error)]
        if problems:
            raise BadInput(
                "backup-unsound" if strict else "backup-damaged", folder=folder, problem=problems[0]
            )
        findings += others
        backup_folders.sync(path)
    return tuple(findings)


class SqliteBackups:
    """Implements `bot.store.databases.Backups`."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def make(self, target: Path, settings: str = "") -> tuple[Path, ...]:
        """See `Backups.make`."""
        return backup(self._data, target, settings)

    def restore(self, folder: Path) -> Restored:
        """See `Backups.restore`."""
        return restore(self._data, folder)

    def known(self) -> tuple[Backup, ...]:
        """See `Backups.known`."""
        return backup_folders.known(self._data, CORPUS.file)

    def last_success(self) -> Backup | None:
        """See `Backups.last_success`."""
        return backup_folders.last_success(self._data)

    def delete_old(self, folder: Path, keep: int) -> None:
        """See `Backups.delete_old`."""
        backup_folders.delete_old(folder, FILES, keep)
