"""Database connections behind an event loop: whole jobs run in threads, and are interrupted when late."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from bot.errors import Busy
from bot.store.sqlite.connection import transaction, user_errors

Result = TypeVar("Result")
_Job = Callable[[sqlite3.Connection], Any]

INTERRUPT_INTERVAL_SECONDS = 0.05
"""From one interrupt to the next: one that falls between two statements is lost."""


class Pool:
    """Some connections to one file, each with one job at a time.

    A job is a function that takes the connection and returns when it is done: several statements cost one
    step to a thread and back, where a wrapper around each statement would cost one for each. There are as
    many threads as connections, so that a thread with a job has a connection for it.
    """

    def __init__(self, connections: list[sqlite3.Connection], file: str) -> None:
        self._idle = connections
        """The last one that was used comes last, and is used next: its pages are in memory."""
        self._file = file
        self._executor = ThreadPoolExecutor(len(connections), thread_name_prefix=file)
        self._jobs: set[asyncio.Future[Any]] = set()
        self._waiting: list[tuple[_Job, asyncio.Future[Any]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def run(
        self,
        job: Callable[[sqlite3.Connection], Result],
        *,
        within: float | None = None,
        writing: bool = False,
    ) -> Result:
        """The job's result. It sees one state of the database from beginning to end; with `writing` it may
        change it, and all that it changed is stored, or nothing. After `within` seconds, waiting for a
        connection included, or when the caller is cancelled, it is interrupted: then Busy("took-too-long").
        Raises what `user_errors` raises."""
        running = _Running()
        loop = asyncio.get_running_loop()
        timer: asyncio.TimerHandle | None = None

        def stop() -> None:
            nonlocal timer
            running.stop()
            timer = loop.call_later(INTERRUPT_INTERVAL_SECONDS, stop)

        def done(future: asyncio.Future[Result]) -> None:
            self._jobs.discard(future)
            if not future.cancelled():
                future.exception()  # a caller who was cancelled does not ask for it
            if timer is not None:
                timer.cancel()

        if within is not None:
            timer = loop.call_later(within, stop)
        future = loop.run_in_executor(self._executor, self._run, running, job, writing)
        self._jobs.add(future)
        future.add_done_callback(done)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            if timer is not None:
                timer.cancel()
            stop()
            raise

    async def write(self, job: Callable[[sqlite3.Connection], Result]) -> Result:
        """`run` for a short job that changes something. Jobs that wait at the same time are stored in one
        step to the disk, yet one that fails changes nothing and disturbs no other. A caller who is cancelled
        does not stop it."""
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, result))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_waiting())
        return await result

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            outcomes: Sequence[_Outcome]
            try:
                outcomes = await self.run(partial(self._run_each, [job for job, _ in batch]), writing=True)
            except Exception as error:
                outcomes = [_Outcome(error=error)] * len(batch)
            for (_, result), outcome in zip(batch, outcomes, strict=True):
                if result.done():  # its caller was cancelled
                    continue
                if outcome.error is None:
                    result.set_result(outcome.result)
                else:
                    result.set_exception(outcome.error)
        self._writer = None

    def _run_each(self, jobs: Sequence[_Job], db: sqlite3.Connection) -> list[_Outcome]:
        outcomes = []
        for job in jobs:
            db.execute("SAVEPOINT job")
            try:
                with user_errors(self._file):
                    outcomes.append(_Outcome(job(db)))
            except Exception as error:
                if not db.in_transaction:  # SQLite has rolled back all of it
                    raise
                db.execute("ROLLBACK TO job")
                outcomes.append(_Outcome(error=error))
            db.execute("RELEASE job")
        return outcomes

    def _run(self, running: _Running, job: Callable[[sqlite3.Connection], Result], writing: bool) -> Result:
        """Runs in a thread of the executor."""
        db = self._idle.pop()
        try:
            running.begin(db, self._file)
            with user_errors(self._file), transaction(db, writing=writing):
                return job(db)
        finally:
            running.end()
            self._idle.append(db)

    async def close(self) -> None:
        """Waits for what runs, then closes the connections."""
        if self._writer is not None:
            await asyncio.wait({self._writer})
        if self._jobs:
            await asyncio.wait(self._jobs)
        while self._idle:
            # In a thread, as the last connection to a file moves its write-ahead log into it.
            await asyncio.get_running_loop().run_in_executor(self._executor, self._idle.pop().close)
        self._executor.shutdown()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one of several jobs."""

    result: Any = None
    error: Exception | None = None


class _Running:
    """One job that may be stopped before, while, or after it runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._stopped = False

    def begin(self, db: sqlite3.Connection, file: str) -> None:
        with self._lock:
            if self._stopped:
                raise Busy("took-too-long", file=file)
            self._db = db

    def end(self) -> None:
        with self._lock:
            self._db = None

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._db is not None:
                self._db.interrupt()
