"""Backups of a PostgreSQL database with its own programs pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bot.clock import system_clock
from bot.domain.backups import Backup, Restored
from bot.errors import BadInput, NotFound
from bot.file_errors import file_error
from bot.store import backup_folders
from bot.store.postgres.postgres_connection import address_of
from bot.store.postgres.schemas import BEFORE_RESTORE, NAME, SCHEMAS, PostgresSchemas, rename

DUMP = "newsdesk.dump"
ASIDE = "before-restore-%Y-%m-%dT%H%M%S.%fZ"
_SCHEMAS = [f"--schema={name}" for name in SCHEMAS.values()]


class PostgresBackups:
    """Implements `bot.store.databases.Backups`. A dump has both databases as they are at one moment,
    with the files of loads."""

    def __init__(self, schemas: PostgresSchemas, data: Path) -> None:
        self._schemas = schemas
        self._data = data

    def make(self, target: Path, settings: str = "") -> tuple[Path, ...]:
        """See `Backups.make`: a dump is tried by reading all of it. Raises BadInput("no-pg-dump" |
        "pg-dump-failed")."""
        dump, part = target / DUMP, target / f".{DUMP}.part"
        if not any(map(self._schemas.exists, SCHEMAS)):
            raise BadInput("no-archive", data=NAME)
        if dump.exists():
            raise BadInput("backup-exists", file=dump)
        try:
            target.mkdir(parents=True, exist_ok=True)
            try:
                self._run("pg_dump", "--format=custom", "--no-owner", "--no-acl", *_SCHEMAS, f"--file={part}")
                backup_folders.sync(part)
                backup_folders.write_settings(target, settings)
                part.rename(dump)
            finally:
                part.unlink(missing_ok=True)
            backup_folders.sync(target)
            backup_folders.record(self._data, target)
            if problem := self._damage(dump):
                raise BadInput("backup-unsound", folder=target, problem=problem)
            backup_folders.record(self._data, target, checked=True)
        except OSError as error:
            raise file_error(error, target) or error from error
        return (dump,)

    def restore(self, folder: Path) -> Restored:
        """See `Backups.restore`; what was there is kept as a backup in the data folder. Raises
        NotFound("no-database-dump"), BadInput("no-pg-dump" | "pg-dump-failed")."""
        if not (folder / DUMP).is_file():
            raise NotFound("no-database-dump", folder=folder)
        if problem := self._damage(folder / DUMP):
            raise BadInput("backup-damaged", folder=folder, problem=problem)
        with self._schemas.user_errors(), self._schemas.upgrading(), self._schemas.alone():
            aside = None
            with closing(self._schemas.connect()) as db, db.transaction():
                self._schemas.take_back(db)
            if any(map(self._schemas.exists, SCHEMAS)):
                aside = self._data / f"{system_clock():{ASIDE}}"
                self.make(aside)
            self._replace(folder / DUMP)
        return Restored(aside, ())

    def known(self) -> tuple[Backup, ...]:
        """See `Backups.known`."""
        return backup_folders.known(self._data, DUMP)

    def last_success(self) -> Backup | None:
        """See `Backups.last_success`."""
        return backup_folders.last_success(self._data)

    def delete_old(self, folder: Path, keep: int) -> None:
        """See `Backups.delete_old`."""
        backup_folders.delete_old(folder, (DUMP,), keep)

    def _replace(self, dump: Path) -> None:
        """Restores a dump in the place of the schemas that are there, unless that fails."""
        with closing(self._schemas.connect()) as db:
            with db.transaction():
                rename(db, "", BEFORE_RESTORE)
            try:
                self._run(
                    *("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-acl"),
                    str(dump),
                )
                for database in SCHEMAS:
                    self._schemas.check_version(database)
            except BaseException:
                with db.transaction():
                    rename(db, BEFORE_RESTORE, "")
                raise
            for name in SCHEMAS.values():
                db.run_script(f"DROP SCHEMA IF EXISTS {name}{BEFORE_RESTORE} CASCADE")

    def _damage(self, dump: Path) -> str:
        """Reads a whole dump; what is wrong with it, empty if nothing is."""
        try:
            self._call(["pg_restore", f"--file={os.devnull}", str(dump)])
        except _ProgramError as error:
            return str(error)
        return ""

    def _run(self, program: str, *arguments: str) -> None:
        """Runs a program on the database. Raises BadInput("pg-dump-failed")."""
        try:
            self._call([program, "--no-password", *arguments], self._schemas.url)
        except _ProgramError as error:
            raise BadInput("pg-dump-failed", program=program, problem=str(error)) from None

    def _call(self, command: list[str], url: str | None = None) -> None:
        path = shutil.which(command[0])
        if path is None:
            raise BadInput("no-pg-dump", program=command[0])
        env = dict(os.environ)
        if url is not None:
            address = {name: str(value) for name, value in conninfo_to_dict(address_of(url)).items()}
            # Not as an argument, which everybody on the machine can read.
            if password := address.pop("password", None):
                env["PGPASSWORD"] = password
            command = [*command, f"--dbname={make_conninfo(**address)}"]
        done = subprocess.run(  # noqa: S603 - of the operator's server, without a shell
            [path, *command[1:]], env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            raise _ProgramError(lines[0] if lines else f"exit code {done.returncode}")


class _ProgramError(Exception):
    """What a program says has failed."""
