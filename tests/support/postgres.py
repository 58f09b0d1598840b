"""PostgreSQL servers for tests, each in a temporary folder and on a Unix socket."""

from __future__ import annotations

import atexit
import functools
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

from bot.store.engine import StateConnection

ROOT_FOLDER = Path("/")
SERVERS = "usr/lib/postgresql/*/bin/initdb"
"""Where Debian has the programs of each version; those of the client alone lack this one."""
TEMPORARY = "/tmp"  # noqa: S108 - only the parent of a folder with a name of its own
"""Where servers are if their user cannot enter the folder of temporary files."""
MAX_LINES = 20
"""Lines of the log in an error."""
USER = "postgres"
TEMPLATE = "template1"
ENCODING = ("--encoding", "UTF8", "--locale", "C.UTF-8")
SETTINGS = ("listen_addresses=", "max_connections=200")
NOT_DURABLE = ("fsync=off", "full_page_writes=off")
_numbers = count(1)


def missing() -> str:
    """What this machine lacks for a server; empty if it has everything."""
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg, the client of PostgreSQL, is not installed"
    return "" if _programs() else "PostgreSQL is not installed"


def _programs() -> list[Path]:
    """The folders of programs, the newest version first."""
    folders = [program.parent for program in ROOT_FOLDER.glob(SERVERS)]
    return sorted(folders, key=lambda folder: -int(folder.parent.name))


def _new_folder(user: str | None) -> Path:
    """A new temporary folder, of this user if one is given."""
    for parent in (tempfile.gettempdir(), TEMPORARY):
        folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=parent))
        try:
            if user is None:
                return folder
            shutil.chown(folder, user, user)
            if not subprocess.run(["test", "-w", folder], cwd="/", user=user, group=user).returncode:
                return folder
        except BaseException:
            folder.rmdir()
            raise
        folder.rmdir()
    raise RuntimeError(f"the user {user} can enter neither {tempfile.gettempdir()} nor {TEMPORARY}")


class PostgresServer:
    """A server with nothing in it, or with what another one has. Unless it is `durable`, nothing is synced to
    the disk."""

    def __init__(
        self,
        *,
        durable: bool = False,
        settings: tuple[str, ...] = (),
        primary: PostgresServer | None = None,
    ) -> None:
        """Starts it with these `settings`, or as a standby of this `primary`, which from then on waits for it
        with each commit."""
        self._settings = (*SETTINGS, *settings, *(() if durable else NOT_DURABLE))
        # As root the server refuses to run.
        self._user = USER if os.getuid() == 0 else None
        self.folder = _new_folder(self._user)
        try:
            if primary is None:
                self._run("initdb", "--username", USER, *ENCODING, "--auth", "trust", "--no-sync")
            else:
                address = f"host={primary.folder} user={USER}"
                copying = ("--write-recovery-conf", "--no-sync", "--checkpoint", "fast")
                self._run("pg_basebackup", "--dbname", address, *copying)
            self.start()
            if primary is not None:
                # Not in its settings: the copy would have it too, and wait for a standby after its promotion.
                primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
                primary.execute("SELECT pg_reload_conf()")
        except BaseException:
            self.end()
            raise

    def start(self) -> None:
        """Starts it again."""
        settings = (*self._settings, f"unix_socket_directories={self.folder}")
        options = " ".join(f"-c {setting}" for setting in settings)
        self._run("pg_ctl", "start", "--silent", "--wait", "--log", self.folder / "log", "--options", options)

    def stop(self) -> None:
        """Stops it at once, as a crash would."""
        self._run("pg_ctl", "stop", "--silent", "--mode", "immediate")

    def kill(self) -> None:
        """Stops it at once, without waiting for its end."""
        os.kill(self.process, signal.SIGQUIT)

    def promote(self) -> None:
        """Makes a standby the primary; returns once it can be written."""
        self._run("pg_ctl", "promote", "--silent", "--wait")

    def end(self) -> None:
        """Stops and deletes it."""
        with suppress(RuntimeError):  # it does not run
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def process(self) -> int:
        """The number of its main process."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def url(self, name: str = TEMPLATE) -> str:
        """The address of a database."""
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def new_database(self, template: str = TEMPLATE) -> str:
        """The name of a new database, which is like another one to which nobody is connected."""
        name = f"test_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Drops a database, with the connections to it."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, sql: str, name: str = TEMPLATE) -> None:
        """Runs a statement in a database."""
        import psycopg

        with psycopg.connect(self.url(name), autocommit=True) as db:
            db.execute(sql.encode())

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [_programs()[0] / program, *arguments, "--pgdata", self.folder / "data"]
        # In a file: a server that was started may keep a pipe open.
        with tempfile.TemporaryFile("w+", errors="replace") as output:
            result = subprocess.run(
                command, stdout=output, stderr=subprocess.STDOUT, cwd="/", user=self._user, group=self._user
            )
            output.seek(0)
            lines = output.read().splitlines()
        if result.returncode:
            log = self.folder / "log"
            logged = log.read_text(errors="replace").splitlines() if log.exists() else []
            raise RuntimeError(
                "\n".join([f"{program} failed:", *lines[-MAX_LINES:], "Its log:", *logged[-MAX_LINES:]])
            )


class FolderDatabases:
    """The databases of PostgreSQL that stand for the data folders of tests, each a copy of one that `prepare`
    has made ready at its address."""

    def __init__(self, prepare: Callable[[str], object]) -> None:
        self._prepare = prepare
        self._template: str | None = None
        self._names: dict[Path, str] = {}

    def url(self, folder: Path) -> str:
        """The address of the database of a data folder, which is created where there is none yet."""
        server = shared_server()
        if self._template is None:
            self._template = server.new_database()
            self._prepare(server.url(self._template))
        if folder not in self._names:
            self._names[folder] = server.new_database(self._template)
        return server.url(self._names[folder])

    def drop(self, folder: Path) -> None:
        """Drops the database of a data folder, if there is one."""
        if folder in self._names:
            shared_server().drop_database(self._names.pop(folder))

    def drop_all(self) -> None:
        """Drops all databases of data folders."""
        for folder in [*self._names]:
            self.drop(folder)


def tables(db: StateConnection) -> list[str]:
    """The tables of a database."""
    rows = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
    return [name for (name,) in rows]


def lock_tables(db: StateConnection) -> None:
    """Keeps others from all tables until the transaction ends."""
    for table in tables(db):
        db.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")


@functools.cache
def shared_server() -> PostgresServer:
    """The server of all tests of this process, which ends with it."""
    server = PostgresServer()
    atexit.register(server.end)
    return server
