"""A connection pool for an event loop: jobs run in threads, and are interrupted at their time limit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from bot.errors import Busy
from bot.store.engine import StateConnection

Result = TypeVar("Result")
Db = TypeVar("Db", bound=StateConnection)

INTERRUPT_INTERVAL_SECONDS = 0.05
"""Interval at which an interrupt is repeated: one between two statements has no effect."""


class Pool(Generic[Db]):
    """Several connections to one database, each running one job at a time.

    A job is a function that takes the connection: several statements then need one thread switch, not one
    each. There are as many threads as connections, so that a connection is free for every thread with a job.
    """

    def __init__(self, connections: Sequence[Db], name: str) -> None:
        """Its threads have the name."""
        self._idle = [*connections]
        """A stack: the last used connection, whose pages are cached, is used next."""
        self._executor = ThreadPoolExecutor(len(connections), thread_name_prefix=name)
        self._jobs: set[asyncio.Future[Any]] = set()
        self._waiting: list[_Waiting[Db]] = []
        self._writer: asyncio.Task[None] | None = None

    async def run(
        self,
        job: Callable[[Db], Result],
        *,
        within: float | None = None,
        writing: bool = False,
        concurrent: bool = False,
    ) -> Result:
        """Runs the job and returns its result. The job sees one state of the database throughout; with
        `writing` it may change it, atomically, and `concurrent` is as for `StateConnection.transaction`. It
        is interrupted after `within` seconds, including the wait for a connection, or when the caller is
        cancelled; then raises Busy("took-too-long"). Raises what `StateConnection.user_errors` raises."""
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
                future.exception()  # a cancelled caller does not retrieve it
            if timer is not None:
                timer.cancel()

        if within is not None:
            timer = loop.call_later(within, stop)
        future = loop.run_in_executor(self._executor, self._run, running, job, writing, concurrent)
        self._jobs.add(future)
        future.add_done_callback(done)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            if timer is not None:
                timer.cancel()
            stop()
            raise

    async def write(self, job: Callable[[Db], Result], *, concurrent: bool = False) -> Result:
        """`run` for a short job that writes. Jobs that wait at the same time are committed together, but a
        job that fails changes nothing and does not affect the others. Cancelling the caller does not stop the
        job. Those that can be concurrent are, unless one of them cannot."""
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(job, result, concurrent))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_waiting())
        return await result

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            outcomes: Sequence[_Outcome]
            try:
                outcomes = await self.run(
                    partial(self._run_each, [waiting.job for waiting in batch]),
                    writing=True,
                    concurrent=all(waiting.concurrent for waiting in batch),
                )
            except Exception as error:
                outcomes = [_Outcome(error=error)] * len(batch)
            for waiting, outcome in zip(batch, outcomes, strict=True):
                result = waiting.result
                if result.done():  # its caller was cancelled
                    continue
                if outcome.error is None:
                    result.set_result(outcome.result)
                else:
                    result.set_exception(outcome.error)
        self._writer = None

    def _run_each(self, jobs: Sequence[Callable[[Db], Any]], db: Db) -> list[_Outcome]:
        outcomes = []
        for job in jobs:
            db.execute("SAVEPOINT job")
            try:
                with db.user_errors():
                    outcomes.append(_Outcome(job(db)))
            except Exception as error:
                if not db.in_transaction:  # the engine has rolled back the whole transaction
                    raise
                db.execute("ROLLBACK TO job")
                outcomes.append(_Outcome(error=error))
            db.execute("RELEASE job")
        return outcomes

    def _run(self, running: _Running, job: Callable[[Db], Result], writing: bool, concurrent: bool) -> Result:
        """Runs in a thread of the executor."""
        db = self._idle.pop()
        try:
            running.begin(db)
            with db.user_errors(), db.transaction(writing=writing, concurrent=concurrent):
                return job(db)
        finally:
            running.end()
            self._idle.append(db)

    async def truncate_log(self) -> None:
        """Removes what was deleted from the engine's log of changes, unless a reader needs it."""

        def job() -> None:
            db = self._idle.pop()
            try:
                with db.user_errors():
                    db.disk.truncate_log()
            finally:
                self._idle.append(db)

        await asyncio.get_running_loop().run_in_executor(self._executor, job)

    async def close(self) -> None:
        """Waits for running jobs, then closes the connections."""
        if self._writer is not None:
            await asyncio.wait({self._writer})
        if self._jobs:
            await asyncio.wait(self._jobs)
        while self._idle:
            # In a thread: closing SQLite's last connection to a file copies its whole log.
            await asyncio.get_running_loop().run_in_executor(self._executor, self._idle.pop().close)
        self._executor.shutdown()


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Db]):
    """A job that waits to write, and whoever waits for its result."""

    job: Callable[[Db], Any]
    result: asyncio.Future[Any]
    concurrent: bool


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The result or error of one of several jobs."""

    result: Any = None
    error: Exception | None = None


class _Running:
    """A job that can be stopped before, while or after it runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._db: StateConnection | None = None
        self._stopped = False

    def begin(self, db: StateConnection) -> None:
        with self._lock:
            if self._stopped:
                raise Busy("took-too-long")
            self._db = db

    def end(self) -> None:
        with self._lock:
            self._db = None

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._db is not None:
                self._db.interrupt()
