"""Writes the corpus: loads with receipts, stored in batches, and undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import update_wrapper
from types import TracebackType
from typing import Concatenate, Literal, ParamSpec, TypeVar

from bot.clock import to_unix
from bot.domain.books import ReadCounts
from bot.domain.dump import ParsedThread, Rejection, SubmissionRow
from bot.domain.loads import (
    Erased,
    LoadState,
    Person,
    Purged,
    PurgeFilter,
    Receipt,
    ServerLimits,
    Undone,
)
from bot.domain.stored_message import StoredMessage
from bot.errors import BadInput, NotFound
from bot.i18n import english
from bot.store.corpus import receipts
from bot.store.corpus.receipts import NOT_RESUMABLE, RESUMABLE
from bot.store.corpus.rows import message_json
from bot.store.databases import CorpusEngine
from bot.store.ingest import killed_loads
from bot.store.ingest.erased_authors import ErasedAuthors
from bot.store.ingest.erasure import erase_author
from bot.store.ingest.merge import Annotator
from bot.store.ingest.optimize import optimize
from bot.store.ingest.purge import count, purge
from bot.store.ingest.size_limit import SizeLimit
from bot.store.ingest.traceless_purge import purge_without_trace
from bot.store.ingest.transactions import Added, TransactionWriter
from bot.store.ingest.undo import LoadUndo
from bot.store.ingest.upsert_comments import KeyedComment
from bot.store.search.ports import TextAnalyzer
from bot.store.search.statistics import update_statistics

BUSY_TIMEOUT_SECONDS = 30.0
"""Seconds that a write waits for a locked database; a load should tolerate a slow disk."""
STATEMENT_STEPS = 100_000
"""Steps of SQLite's virtual machine between two calls of `on_step`: some milliseconds, at the most a second
where rows are added to the search index."""
MAX_CRASHES = 3
"""After so many crashes without any progress in between, a load has failed."""
P = ParamSpec("P")
R = TypeVar("R")
_ADD_ARCHIVE = "INSERT INTO archive (guild) VALUES (?) ON CONFLICT (guild) DO NOTHING"


def _user_errors(
    method: Callable[Concatenate[CorpusWriter, P], R],
) -> Callable[Concatenate[CorpusWriter, P], R]:
    def checked(self: CorpusWriter, /, *arguments: P.args, **more: P.kwargs) -> R:
        with self._db.user_errors():
            return method(self, *arguments, **more)

    update_wrapper(checked, method)
    return checked


@dataclass(frozen=True, slots=True)
class ResumedLoad:
    """A load to resume: the job that reads its dump, its checkpoint, and its receipt so far."""

    job: str
    checkpoint: str | None
    receipt: Receipt


class CorpusWriter:
    """The only writer of the corpus, from its creation, which waits for the previous writer, until
    `close`. Every method is one transaction, or several that each leave the corpus consistent. Methods raise
    Busy and the other errors of `bot.store.engine.Connection.user_errors`."""

    def __init__(
        self,
        engine: CorpusEngine,
        *,
        annotator: Annotator | None = None,
        on_wait: Callable[[], None] | None = None,
        on_step: Callable[[], None] | None = None,
        lock_timeout: float | None = None,
    ) -> None:
        """`on_wait` is called while another writer is active, and may raise to stop waiting; `on_step` is
        called now and then while a statement runs; after `lock_timeout` seconds (None: no limit) raises
        Busy("loader-busy")."""
        self._annotator = annotator or Annotator()
        self._transaction: TransactionWriter | None = None
        self._limits = ServerLimits()
        self._data = engine.folder
        self._on_step = on_step or (lambda: None)
        self._lock = engine.writer_lock()
        self._lock.acquire(on_wait, timeout=lock_timeout)
        self._in_use = ExitStack()
        try:
            engine.prepare("corpus", busy_timeout=BUSY_TIMEOUT_SECONDS)
            self._in_use.enter_context(engine.in_use())
            self._db = engine.open_writer("corpus", busy_timeout=BUSY_TIMEOUT_SECONDS)
        except BaseException:
            self._in_use.close()
            self._lock.release()
            raise
        try:
            self.files = self._in_use.enter_context(engine.load_files(self._db))
            """The files of loads."""
            self._db.on_step(on_step, STATEMENT_STEPS)
            self._mark_lost_loads()
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
        """Closes the connection and releases the lock. A load that is still running is marked as interrupted,
        or as failed if it has no job."""
        self._db.close()
        self._in_use.close()
        self._lock.release()

    @property
    def database_name(self) -> str:
        """What messages call the corpus."""
        return self._db.database_name

    @property
    def is_awaited(self) -> bool:
        """Whether another process waits for the lock."""
        return self._lock.has_waiters()

    @_user_errors
    def _mark_lost_loads(self) -> None:
        """Marks loads whose process has ended: as this process holds the lock, no load can still be
        running. Those that their parent killed end as it has noted; those that crashed MAX_CRASHES times at
        the same place have failed, so that no start of the bot resumes them."""
        self._db.disk.expect_large_writes()
        with killed_loads.taken(self._data) as killed:
            for load, (state, problem) in killed.items():
                self._db.execute(
                    "UPDATE load SET state = ?, problem = ?, problem_message = ?"
                    " WHERE id = ? AND state = 'running'",
                    (state, problem and english(problem), message_json(problem), load),
                )
        for load, has_job, crashes in self._db.execute(
            "SELECT id, job IS NOT NULL, crashes + 1 FROM load WHERE state = 'running'"
        ).fetchall():
            is_lost = not has_job or crashes >= MAX_CRASHES
            problem = RESUMABLE
            if is_lost:
                problem = receipts.crashed(load) if has_job else NOT_RESUMABLE
            self._db.execute(
                "UPDATE load SET state = ?, crashes = ?, problem = ?, problem_message = ? WHERE id = ?",
                ("failed" if is_lost else "paused", crashes, english(problem), message_json(problem), load),
            )

    # Loads.

    @_user_errors
    def limit(self, guild: int | None, limits: ServerLimits) -> None:
        """Limits the size of a guild's archive for the loads that follow. A batch that would exceed it is not
        stored. Raises BadInput("archive-full-articles" | "archive-full-size") if nothing fits any more;
        then, too, from `add`."""
        self._limits = limits
        if guild is not None and limits != ServerLimits():
            for (archive,) in self._db.execute("SELECT no FROM archive WHERE guild = ?", (guild,)).fetchall():
                SizeLimit(self._db, archive, limits).check_room()

    @_user_errors
    def begin_load(
        self,
        guild: int | None,
        name: str,
        by: Person,
        now: datetime,
        job: str | None = None,
        accepted: str | None = None,
    ) -> int:
        """Starts a load into the guild's archive (None: the shared one) and returns its number. With a `job`,
        a text that describes how to read the dump, it can be resumed. The file `accepted` is deleted."""
        db = self._db
        # Comments refer to an article that was just looked up; checking it again costs 2% of a load.
        self._db.check_references("never")
        with self._db.transaction():
            if accepted is not None:
                self.files.delete(accepted)
            db.execute(_ADD_ARCHIVE, (guild or 0,))
            number = db.execute(
                "INSERT INTO load (archive, name, by_id, by_name, state, started_at, job)"
                " SELECT no, ?, ?, ?, 'running', ?, ? FROM archive WHERE guild = ? RETURNING id",
                (name, by.id, by.name, to_unix(now), job, guild or 0),
            ).fetchall()[0][0]
        return int(number)

    @_user_errors
    def resume(self, guild: int | None, load: int | None) -> ResumedLoad:
        """Resumes a load of this guild's archive that was paused, interrupted or cancelled, or has failed;
        None means the last one that is not cancelled. Raises NotFound("no-such-load" | "nothing-to-resume")
        and BadInput("not-resumable")."""
        self._db.check_references("never")
        with self._db.transaction():
            if load is None:
                (load,) = self._db.execute(
                    "SELECT max(load.id) FROM load JOIN archive ON no = archive"
                    " WHERE guild = ? AND job IS NOT NULL AND state IN ('paused', 'failed')",
                    (guild or 0,),
                ).fetchone()
                if load is None:
                    raise NotFound("nothing-to-resume")
            job, checkpoint = self._resumable(guild, load)
            self._set_state(load, "running")
            return ResumedLoad(job, checkpoint, receipts.receipt_of(self._db, load))

    @_user_errors
    def cancel(self, guild: int | None, load: int) -> Receipt:
        """Marks a load as `cancelled` that no process is running. Raises what `resume` raises."""
        with self._db.transaction():
            self._resumable(guild, load)
            self._set_state(load, "cancelled")
            return receipts.receipt_of(self._db, load)

    def _set_state(self, load: int, state: LoadState) -> None:
        sql = "UPDATE load SET state = ?, problem = NULL, problem_message = NULL WHERE id = ?"
        self._db.execute(sql, (state, load))

    def _resumable(self, guild: int | None, load: int) -> tuple[str, str | None]:
        receipt = receipts.read_receipt(self._db, guild, load)
        if receipt is None:
            raise NotFound("no-such-load", load=load)
        job, checkpoint = self._db.execute(
            "SELECT job, checkpoint FROM load WHERE id = ?", (load,)
        ).fetchone()
        if job is None or receipt.state not in ("paused", "failed", "cancelled"):
            raise BadInput("not-resumable", load=load, state=receipt.state)
        return job, checkpoint

    @_user_errors
    def add(
        self,
        load: int,
        threads: Sequence[ParsedThread] = (),
        comments: Sequence[KeyedComment] = (),
        rejections: Sequence[Rejection] = (),
        checkpoint: str | None = None,
        read: tuple[ReadCounts, ReadCounts] | None = None,
        omitted: Mapping[int, int] | None = None,
        posts: Sequence[SubmissionRow] = (),
    ) -> Added:
        """Stores a batch of a dump, its rejections, what its reader counted of articles and of comments
        (`omitted` as in `bot.dumps.formats.records.Block`), and the checkpoint after it. The transaction
        stays open for further batches until it is large or `commit` is called: until then nothing is visible,
        and if the process ends, or after an error, everything is as at the last commit, including the
        checkpoint.

        Each thread is stored completely or rejected ("unfit"). `bot.store.corpus.deduplication` contains the
        rules by which threads are recognised, `bot.store.ingest.merge` those by which they are updated.
        """
        if self._transaction is None or self._transaction.load != load:
            limits = self._limits
            self._transaction = TransactionWriter(self._db, load, self._annotator, self._on_step, limits)
        return self._transaction.add(threads, comments, rejections, checkpoint, read, omitted, posts)

    @_user_errors
    def commit(self) -> None:
        """Makes everything added so far durable and visible."""
        if self._transaction is not None:
            self._transaction.commit()

    def add_threads(self, load: int, threads: Sequence[ParsedThread]) -> Added:
        """`add` and `commit`."""
        added = self.add(load, threads)
        self.commit()
        return added

    def reject(self, load: int, rejection: Rejection) -> None:
        """Counts a rejection in the load's receipt."""
        self.add(load, rejections=[rejection])
        self.commit()

    @_user_errors
    def finish(
        self,
        load: int,
        state: Literal["done", "paused", "cancelled", "failed"],
        seconds: float,
        problem: StoredMessage | None = None,
    ) -> Receipt:
        """Ends a running load, adding `seconds` of work, and returns its receipt."""
        self.commit()
        self._transaction = None
        self._db.check_references("always")
        with self._db.transaction():
            receipts.archive_of_running(self._db, load)
            receipts.close_books(self._db, load)
            if state == "done":
                self._db.execute("DELETE FROM omitted WHERE load = ?", (load,))
            self._db.execute(
                "UPDATE load SET state = ?, seconds = seconds + ?, problem = ?, problem_message = ?,"
                " ended_at = started_at + round(seconds + ?) WHERE id = ?",
                (state, seconds, problem and english(problem), message_json(problem), seconds, load),
            )
            return receipts.receipt_of(self._db, load)

    @_user_errors
    def update_statistics(self, analyzer: TextAnalyzer, on_batch: Callable[[], None] | None = None) -> None:
        """See `bot.store.search.statistics.update_statistics`."""
        update_statistics(self._db, analyzer, on_batch)

    @_user_errors
    def optimize(self, changed: int, on_step: Callable[[], None], *, removed: bool = False) -> None:
        """See `bot.store.ingest.optimize`."""
        optimize(self._db, changed, on_step, removed=removed)

    @_user_errors
    def erase_author(
        self, guild: int | None, name: str, now: datetime, on_batch: Callable[[], None] | None = None
    ) -> Erased:
        """Erases an author from this guild's archive (None: from all) permanently: see
        `bot.store.ingest.erasure`. If `on_batch` raises or the process is killed, erasing again erases
        the rest."""
        archive = None
        if guild is not None:
            with self._db.transaction():
                self._db.execute(_ADD_ARCHIVE, (guild,))
            sql = "SELECT no FROM archive WHERE guild = ?"
            (archive,) = self._db.execute(sql, (guild,)).fetchone()
        return erase_author(self._db, self.files, archive, name, to_unix(now), on_batch or (lambda: None))

    @_user_errors
    def purge(
        self,
        guild: int | None,
        purged: PurgeFilter,
        on_batch: Callable[[], None],
        *,
        dry_run: bool = False,
        traceless: bool = False,
    ) -> Purged:
        """Deletes articles of the guild's archive (None: the shared one): see `bot.store.ingest.purge`. With
        `dry_run` only counts them; `traceless` deletes all: see `bot.store.ingest.traceless_purge`."""
        row = self._db.execute("SELECT no FROM archive WHERE guild = ?", (guild or 0,)).fetchone()
        if row is None:
            return Purged(0, 0)
        if dry_run:
            return count(self._db, row[0], purged)
        if traceless:
            return purge_without_trace(self._db, self.files, row[0], on_batch)
        return purge(self._db, self.files, row[0], purged, on_batch)

    @_user_errors
    def erased_authors(self, load: int) -> ErasedAuthors:
        """The authors who were erased from the archive of a running load."""
        return ErasedAuthors(self._db, receipts.archive_of_running(self._db, load))

    @_user_errors
    def rebuild_indexes(self) -> None:
        """Rebuilds the search indexes from the texts."""
        with self._db.transaction():
            self._db.text_index.rebuild()

    @_user_errors
    def undo(self, guild: int | None, load: int, on_batch: Callable[[], None] | None = None) -> Undone:
        """Undoes a load of this guild's archive (None: the shared one): see `bot.store.ingest.undo`. Works in
        transactions of bounded size and calls `on_batch` after each; if that raises, or the process ends, the
        load stays `undoing`, and undoing it again undoes the rest. Raises NotFound("no-such-load"),
        BadInput("already-undone" | "load-running")."""
        receipt = receipts.read_receipt(self._db, guild, load)
        if receipt is None:
            raise NotFound("no-such-load", load=load)
        if receipt.state in ("undone", "running"):
            raise BadInput("already-undone" if receipt.state == "undone" else "load-running", load=load)
        undoing = LoadUndo(self._db, load)
        while undoing.step():
            if on_batch is not None:
                on_batch()
        return undoing.undone
