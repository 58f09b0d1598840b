"""PostgreSQL servers for tests, each in a temporary folder and on a Unix socket."""

from __future__ import annotations

import atexit
import functools
import importlib.util
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path

FOLDERS = "usr/lib/postgresql/*/bin"
"""Where Debian has the programs of each version."""
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
    return sorted(Path("/").glob(FOLDERS), key=lambda folder: -int(folder.parent.name))


class PostgresServer:
    """A server with nothing in it. Unless it is `durable`, nothing is synced to the disk."""

    def __init__(self, *, durable: bool = False) -> None:
        """Starts it."""
        self._settings = SETTINGS if durable else (*SETTINGS, *NOT_DURABLE)
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        # As root the server refuses to run.
        self._user = USER if os.getuid() == 0 else None
        if self._user is not None:
            shutil.chown(self._folder, self._user, self._user)
        self._run("initdb", "--username", USER, *ENCODING, "--auth", "trust", "--no-sync")
        self.start()

    def start(self) -> None:
        """Starts it again."""
        settings = (*self._settings, f"unix_socket_directories={self._folder}")
        options = " ".join(f"-c {setting}" for setting in settings)
        self._run(
            "pg_ctl", "start", "--silent", "--wait", "--log", self._folder / "log", "--options", options
        )

    def stop(self) -> None:
        """Stops it at once, as a crash would."""
        self._run("pg_ctl", "stop", "--silent", "--mode", "immediate")

    def end(self) -> None:
        """Stops and deletes it."""
        with suppress(subprocess.CalledProcessError):  # a test has stopped it
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, name: str = TEMPLATE) -> str:
        """The address of a database."""
        return f"postgresql://{USER}@/{name}?host={self._folder}"

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
        command = [_programs()[0] / program, *arguments, "--pgdata", self._folder / "data"]
        quiet = subprocess.DEVNULL
        subprocess.run(
            command, check=True, stdout=quiet, stderr=quiet, cwd="/", user=self._user, group=self._user
        )


@functools.cache
def shared_server() -> PostgresServer:
    """The server of all tests of this process, which ends with it."""
    server = PostgresServer()
    atexit.register(server.end)
    return server
