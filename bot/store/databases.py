"""What the store and its callers need of a database engine beside connections: schemas, locks, checks and
backups.

`bot.store.sqlite` and `bot.store.postgres` implement these protocols, and `bot.store.engines` selects
the engine of an archive."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from bot.domain.backups import Backup, Restored
from bot.store.engine import Connection, StateConnection
from bot.store.load_files import LoadFiles, SharedFiles

Database = Literal["corpus", "state"]
"""The archives of articles, which one process at a time writes; and what the bot has to remember beside
them."""
DATABASES: tuple[Database, ...] = ("corpus", "state")


@dataclass(frozen=True, slots=True)
class UpgradeStep:
    """The progress of an upgrade of one database to a new schema, by the name that messages call it: its
    backup, of which a `part` is done; its migration, for so many seconds; or its end, with the folder of the
    backup."""

    file: str
    stage: str
    bytes: int = 0
    part: float = 0.0
    seconds: float = 0.0
    backup: Path | None = None


Report = Callable[[UpgradeStep], None]


OpenScratch = Callable[[Database], Connection]
"""See `Engine.open_scratch`."""


OpenFiles = Callable[[], AbstractContextManager[SharedFiles]]
"""See `Engine.shared_files`."""


class WriterLock(Protocol):
    """The lock of the only process that writes the corpus, between `acquire` and `release`, or until the
    process ends."""

    def acquire(self, on_wait: Callable[[], None] | None = None, *, timeout: float | None = None) -> None:
        """Waits until no other process writes; after `timeout` seconds (None: no limit) raises
        Busy("loader-busy"). While waiting calls `on_wait` now and then; an exception from it ends the
        wait."""

    def has_waiters(self) -> bool:
        """Whether another process waits for the lock."""
        ...

    def release(self) -> None:
        """Releases the lock, if it is held."""


class Backups(Protocol):
    """Backups of both databases, made while they are in use, tried, and restored."""

    def make(self, target: Path, settings: str = "") -> tuple[Path, ...]:
        """Copies the databases, the files of loads and `settings` into the folder `target`, creating
        it if necessary, tries to restore them, and returns the copies of the databases. Each copy is one
        consistent state, regardless of concurrent writes, and is synced to disk on return. Raises
        BadInput("backup-exists" | "no-archive" | "no-room-for-backup" | "backup-unsound") and the UserErrors
        of the disk; leaves no partial copy of a database."""
        ...

    def restore(self, folder: Path) -> Restored:
        """Puts a backup in the place of the databases, after checking it; what was there is kept aside.
        Raises Busy("data-in-use"), NotFound("not-a-backup"), BadInput("backup-damaged" | "newer-schema" |
        "not-our-database" | "no-room-for-restore") and the UserErrors of the disk; then nothing is
        changed."""
        ...

    def known(self) -> tuple[Backup, ...]:
        """The known backups that still exist where they were made, oldest first."""
        ...

    def last_success(self) -> Backup | None:
        """The last backup that was made and tried with success, whether or not it still exists."""
        ...

    def delete_old(self, folder: Path, keep: int) -> None:
        """Deletes regular backups in the folder but the newest `keep`, and those that were killed halfway."""


class StateEngine(Protocol):
    """The state, which several processes write at the same time."""

    def name(self, database: Literal["state"]) -> str:
        """What messages call the database."""
        ...

    def exists(self, database: Literal["state"]) -> bool:
        """Whether the database was created."""
        ...

    def prepare(self, database: Literal["state"], *, busy_timeout: float | None = None) -> None:
        """Creates the database if it does not exist, and upgrades an older schema. Raises
        BadInput("not-our-database" | "newer-schema" | "no-room-for-upgrade"), Busy("data-in-use"),
        UserError("no-locks") and what `StateConnection.user_errors` raises."""

    def open_writer(
        self, database: Literal["state"], *, busy_timeout: float | None = None
    ) -> StateConnection:
        """Opens a connection that can write, after `prepare`. Its statements wait for other writers for
        `busy_timeout` seconds (None: as long as the engine usually does)."""
        ...

    def open_reader(
        self, database: Literal["state"], *, busy_timeout: float | None = None
    ) -> StateConnection:
        """Opens a connection that only reads, on a database that was prepared."""
        ...


class CorpusEngine(Protocol):
    """The corpus, as loading, undoing, erasing and reading use it."""

    folder: Path
    """The data folder, for what is kept beside the databases."""

    def name(self, database: Literal["corpus"]) -> str:
        """What messages call the database."""
        ...

    def exists(self, database: Literal["corpus"]) -> bool:
        """Whether the database was created."""
        ...

    def prepare(self, database: Literal["corpus"], *, busy_timeout: float | None = None) -> None:
        """See `StateEngine.prepare`."""

    def open_writer(self, database: Literal["corpus"], *, busy_timeout: float | None = None) -> Connection:
        """See `StateEngine.open_writer`."""
        ...

    def open_reader(
        self, database: Literal["corpus"], *, busy_timeout: float | None = None, cache_mib: int = 16
    ) -> Connection:
        """Opens a connection that only reads, on a database that was prepared, with a cache of `cache_mib`
        MiB."""
        ...

    def in_use(self) -> AbstractContextManager[None]:
        """Keeps restores and upgrades away. Raises Busy("data-locked") while one of them runs."""
        ...

    def writer_lock(self) -> WriterLock:
        """The lock of the writer of the corpus."""
        ...

    def load_files(self, db: Connection | None = None) -> AbstractContextManager[LoadFiles]:
        """The files of loads, used by this connection to the corpus, or by one of their own that can
        write."""
        ...


class Engine(Protocol):
    """Both databases of an archive, and the locks of the processes that use them."""

    folder: Path
    """The data folder, for what is kept beside the databases."""

    shared_files: OpenFiles | None
    """Opens the files of loads on a connection of their own, if they are in the database, where the processes
    of other machines find them; None if they are in the data folder."""

    @property
    def address(self) -> str:
        """Where the databases are, the same for every engine that has them; it may contain a password."""
        ...

    def name(self, database: Database) -> str:
        """What messages call the database."""
        ...

    def exists(self, database: Database) -> bool:
        """Whether the database was created."""
        ...

    def prepare(
        self, database: Database, *, busy_timeout: float | None = None, report: Report | None = None
    ) -> None:
        """Creates the database if it does not exist, and upgrades an older schema, telling `report` or the
        log. Raises BadInput("not-our-database" | "newer-schema" | "no-room-for-upgrade"),
        Busy("data-in-use"), UserError("no-locks") and what `Connection.user_errors` raises."""

    def open_writer(self, database: Database, *, busy_timeout: float | None = None) -> Connection:
        """Opens a connection that can write, after `prepare`. Its statements wait for other writers for
        `busy_timeout` seconds (None: as long as the engine usually does)."""
        ...

    def open_reader(
        self, database: Database, *, busy_timeout: float | None = None, cache_mib: int = 16
    ) -> Connection:
        """Opens a connection that only reads, on a database that was prepared, with a cache of `cache_mib`
        MiB."""
        ...

    def open_scratch(self, database: Database) -> Connection:
        """Opens an empty database with the same schema, which ends with its connection, even by a crash."""
        ...

    def in_use(self) -> AbstractContextManager[None]:
        """Keeps restores and upgrades away. Raises Busy("data-locked") while one of them runs."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Lets nobody but this engine use the databases meanwhile. Raises Busy("data-in-use") if any process
        does."""
        ...

    def number_on(self, db: Connection) -> None:
        """Has new rows of a database numbered after those that were inserted with their numbers."""

    def writer_lock(self) -> WriterLock:
        """The lock of the writer of the corpus."""
        ...

    def load_files(self, db: Connection | None = None) -> AbstractContextManager[LoadFiles]:
        """See `CorpusEngine.load_files`."""
        ...

    def has_writer(self) -> bool:
        """Whether any process writes the corpus."""
        ...

    def listening(self, on_change: Callable[[], None]) -> AbstractContextManager[None]:
        """Has `on_change` called, in another thread, soon after any process has written the corpus, if the
        engine can tell; others see it when they look."""
        ...

    def syncing_writes(self) -> AbstractContextManager[None]:
        """Has what is written to the corpus meanwhile reach the disk soon, so that no commit delays the
        writers of the state."""
        ...

    def size(self, database: Database) -> int:
        """The bytes that a database takes of its disk."""
        ...

    def space_for(self, size: int) -> int:
        """The space in bytes that is needed on the disk of the data folder to add `size` bytes to the
        corpus."""
        ...

    def missing_space_for_check(self) -> int:
        """The free disk space in bytes that `indexes` needs, if there is less; else 0."""
        ...

    def indexes(self) -> dict[str, bool]:
        """The full-text indexes of the corpus, each with whether it matches its texts. Blocks neither readers
        nor writers. Raises Busy("database-busy") while another process does the same."""
        ...

    @property
    def backups(self) -> Backups:
        """The backups of the data folder."""
        ...
