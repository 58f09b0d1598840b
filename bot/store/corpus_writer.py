"""Writes the corpus: loads with receipts, stored in batches, and their undoing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal

from bot.errors import BadInput, NotFound
from bot.models import Counts, ParsedThread, Person, Receipt, Rejection, Undone
from bot.store import connect, receipts, rows
from bot.store.batch import Batch, Tally, runs
from bot.store.lock import WriterLock
from bot.store.merging import Annotate, Coming, UnfitError, coming
from bot.store.undo import Undoing

PATIENCE = 30.0
"""Seconds that a write waits for a locked database; a load should outlast a slow disk."""
INDEXES = ("article_fts", "title_fts", "comment_fts")
ENDED = (
    "The process that ran this load ended before it was done. What it had stored is kept and can be undone."
)

_BAD_DATA = (
    UnfitError,
    rows.BadKeyError,
    UnicodeEncodeError,
    OverflowError,
    sqlite3.IntegrityError,
    sqlite3.DataError,
)
"""What is wrong with one thread, not with the database."""


@dataclass(frozen=True, slots=True)
class Added:
    """What one batch did."""

    articles: Counts
    comments: Counts
    rejected: tuple[Rejection, ...] = ()


class CorpusWriter:
    """The one writer of `data/corpus.db`, from its making, which waits for the writer before, to `close`.
    Every method is one transaction, or several that each leave the corpus whole. Methods raise Busy and the
    other errors of `bot.store.connect.translated`."""

    def __init__(
        self,
        data: Path,
        *,
        annotate: Annotate | None = None,
        on_wait: Callable[[], None] | None = None,
        patience: float | None = None,
    ) -> None:
        """`on_wait` is called while another writer is at work, and may raise to give up; past `patience`
        seconds of that Busy("loader-busy") is raised (None: never). `annotate` gives language and bigrams."""
        self._annotate = annotate
        self._lock = WriterLock(data)
        self._lock.acquire(on_wait, patience=patience)
        try:
            self._db = connect.open_writer(data, connect.CORPUS, patience=PATIENCE)
        except BaseException:
            self._lock.release()
            raise
        try:
            with connect.translated(connect.CORPUS.file):
                self._settle()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> CorpusWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file and lets the next writer in. A load that still runs counts as failed then."""
        self._db.close()
        self._lock.release()

    def _settle(self) -> None:
        """Whoever holds the lock is alone at work: a load that runs by its row has lost its process."""
        self._db.execute("PRAGMA wal_autocheckpoint = 8000")
        if self._db.execute("SELECT 1 FROM load WHERE state = 'running'").fetchone():
            self._db.execute(
                "UPDATE load SET state = 'failed', problem = ? WHERE state = 'running'", (ENDED,)
            )

    # Loads.

    def begin_load(self, guild: int | None, name: str, by: Person, now: datetime) -> int:
        """Starts a load into the guild's archive (None: the shared one) and returns its number."""
        db = self._db
        with connect.translated(connect.CORPUS.file), connect.transaction(db):
            db.execute("INSERT INTO archive (guild) VALUES (?) ON CONFLICT (guild) DO NOTHING", (guild or 0,))
            number = db.execute(
                "INSERT INTO load (archive, name, by_id, by_name, state, started_at)"
                " SELECT no, ?, ?, ?, 'running', ? FROM archive WHERE guild = ? RETURNING id",
                (name, by.id, by.name, rows.seconds(now), guild or 0),
            ).fetchall()[0][0]
        return int(number)

    def add_threads(self, load: int, threads: Sequence[ParsedThread]) -> Added:
        """Stores the threads in one transaction with their receipt's counters, each of them whole or rejected
        ("unfit"). How they are recognised is told in `bot.store.identity`, what changes in
        `bot.store.merging`."""
        rejected: list[Rejection] = []
        fit: list[Coming] = []
        for thread in threads:
            try:
                fit.append(coming(thread))
            except _BAD_DATA as error:
                rejected.append(_unfit(thread, error))
        with connect.translated(connect.CORPUS.file), connect.transaction(self._db):
            batch = Batch(self._db, load, receipts.archive_of_running(self._db, load), self._annotate)
            tally = Tally()
            for run in runs(fit):
                tally.add(self._store(batch, run, rejected))
            receipts.count(self._db, load, tally)
            receipts.reject(self._db, load, rejected)
        return Added(tally.articles, tally.comments, tuple(rejected))

    def _store(self, batch: Batch, run: Sequence[Coming], rejected: list[Rejection]) -> Tally:
        """Stores all at once, which is fast; if one of them is bad, each by itself."""
        self._db.execute("SAVEPOINT run")
        try:
            tally = batch.store(run)
        except _BAD_DATA as error:
            self._db.execute("ROLLBACK TO run")
            tally = Tally()
            if len(run) == 1:
                rejected.append(_unfit(run[0].thread, error))
            else:
                for thread in run:
                    tally.add(self._store(batch, [thread], rejected))
        self._db.execute("RELEASE run")
        return tally

    def reject(self, load: int, rejection: Rejection) -> None:
        """Notes something in the dump that is not loaded."""
        with connect.translated(connect.CORPUS.file), connect.transaction(self._db):
            receipts.archive_of_running(self._db, load)
            receipts.reject(self._db, load, [rejection])

    def finish(
        self,
        load: int,
        state: Literal["done", "paused", "cancelled", "failed"],
        seconds: float,
        problem: str | None = None,
    ) -> Receipt:
        """Ends a running load, after `seconds` of work, and returns its receipt."""
        with connect.translated(connect.CORPUS.file), connect.transaction(self._db):
            receipts.archive_of_running(self._db, load)
            self._db.execute(
                "UPDATE load SET state = ?, seconds = ?, ended_at = started_at + ?, problem = ? WHERE id = ?",
                (state, seconds, round(seconds), problem, load),
            )
            return receipts.receipt(self._db, load)

    def optimise(self) -> None:
        """Merges the search indexes of a corpus at rest, and empties the write-ahead log."""
        with connect.translated(connect.CORPUS.file):
            for table in INDEXES:
                self._db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def rebuild(self) -> None:
        """Builds the search indexes anew from the texts."""
        with connect.translated(connect.CORPUS.file), connect.transaction(self._db):
            for table in INDEXES:
                self._db.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")

    def undo(self, guild: int | None, load: int, on_batch: Callable[[], None] | None = None) -> Undone:
        """Takes back a load of this guild's archive (None: the shared one): see `bot.store.undo`. It works in
        transactions of bounded size and calls `on_batch` after each; what that raises, or the end of the
        process, leaves the load `undoing`, and undoing it again goes on from there. Raises
        NotFound("no-such-load"), BadInput("already-undone" | "load-running")."""
        with connect.translated(connect.CORPUS.file):
            found = receipts.read_receipt(self._db, guild, load)
            if found is None:
                raise NotFound("no-such-load", load=load)
            if found.state in ("undone", "running"):
                raise BadInput("already-undone" if found.state == "undone" else "load-running", load=load)
            undoing = Undoing(self._db, load)
            while undoing.step():
                if on_batch is not None:
                    on_batch()
        return undoing.undone


def _unfit(thread: ParsedThread, error: Exception) -> Rejection:
    what = f'"{thread.title[:80]}"' if thread.title else thread.key or "a thread"
    if isinstance(error, UnfitError):
        detail = str(error)
    elif isinstance(error, rows.BadKeyError):
        detail = f"{str(error)[:40]!r} is not the number of a submission or a comment."
    elif isinstance(error, UnicodeEncodeError):
        detail = "Its text holds half of a character (a lone surrogate)."
    else:
        detail = "It holds a value that the archive cannot keep."
    return Rejection(receipts.encodable(what), "unfit", receipts.encodable(detail))
