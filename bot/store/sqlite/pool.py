"""Database connections behind an event loop: whole jobs run in their threads, and are stopped when late."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import aiosqlite

from bot.errors import Busy
from bot.store.sqlite.connection import transaction, translated

Result = TypeVar("Result")
_Job = Callable[[sqlite3.Connection], Any]

AGAIN = 0.05
"""Seconds from one interrupt to the next: one that falls between two statements is lost."""


class Pool:
    """Some connections to one file, each with one job at a time.

    A job is a function that takes the connection and returns when it is done: several statements cost one
    step to a thread and back, where a wrapper around each statement would cost one for each.
    """

    def __init__(self, connections: list[sqlite3.Connection], file: str) -> None:
        self._closed = connections
        self._file = file
        self._threads: list[_Thread] = []
        self._free: asyncio.Queue[_Thread] = asyncio.LifoQueue()
        self._jobs: set[asyncio.Task[object]] = set()
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
        change it, and all that it changed is stored, or nothing. After `within` seconds,
        waiting for a connection included, or when the caller is cancelled, it is interrupted: then
        Busy("took-too-long"). Raises what `translated` raises."""
        running = _Running()
        loop = asyncio.get_running_loop()
        timer: asyncio.TimerHandle | None = None

        def stop() -> None:
            nonlocal timer
            running.stop()
            timer = loop.call_later(AGAIN, stop)

        def done(task: asyncio.Task[Result]) -> None:
            self._jobs.discard(task)
            if not task.cancelled():
                task.exception()  # a caller who was cancelled does not ask for it
            if timer is not None:
                timer.cancel()

        if within is not None:
            timer = loop.call_later(within, stop)
        task = loop.create_task(self._work(partial(self._job, running, job, writing)))
        self._jobs.add(task)
        task.add_done_callback(done)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if timer is not None:
                timer.cancel()
            stop()
            raise

    async def write(self, job: Callable[[sqlite3.Connection], Result]) -> Result:
        """`run` for a short job that changes something. Jobs that wait at the same time are stored in one
        step to the disk, yet one that fails changes nothing and disturbs no other. A caller who is cancelled
        does not stop it."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, done))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            told: Sequence[_Told]
            try:
                told = await self.run(partial(self._each, [job for job, _ in batch]), writing=True)
            except Exception as error:
                told = [_Told(error=error)] * len(batch)
            for (_, done), one in zip(batch, told, strict=True):
                if done.done():  # its caller was cancelled
                    continue
                if one.error is None:
                    done.set_result(one.result)
                else:
                    done.set_exception(one.error)
        self._writer = None

    def _each(self, jobs: Sequence[_Job], db: sqlite3.Connection) -> list[_Told]:
        told = []
        for job in jobs:
            db.execute("SAVEPOINT one")
            try:
                with translated(self._file):
                    told.append(_Told(job(db)))
            except Exception as error:
                if not db.in_transaction:  # SQLite has taken all of it back
                    raise
                db.execute("ROLLBACK TO one")
                told.append(_Told(error=error))
            db.execute("RELEASE one")
        return told

    async def _work(self, job: Callable[[sqlite3.Connection], Result]) -> Result:
        while self._closed:
            thread = _Thread(self._closed.pop())
            self._threads.append(thread)
            self._free.put_nowait(await thread)
        thread = await self._free.get()
        try:
            return await thread.run(job)
        finally:
            self._free.put_nowait(thread)

    def _job(
        self,
        running: _Running,
        job: Callable[[sqlite3.Connection], Result],
        writing: bool,
        db: sqlite3.Connection,
    ) -> Result:
        try:
            running.begin(db, self._file)
            with translated(self._file), transaction(db, writing=writing):
                return job(db)
        finally:
            running.end()

    async def close(self) -> None:
        """Waits for what runs, then closes the connections."""
        if self._writer is not None:
            await asyncio.wait({self._writer})
        if self._jobs:
            await asyncio.wait(self._jobs)
        for thread in self._threads:
            await thread.close()
        for db in self._closed:
            db.close()


@dataclass(frozen=True, slots=True)
class _Told:
    """What became of one of several jobs."""

    result: Any = None
    error: Exception | None = None


class _Thread(aiosqlite.Connection):
    """aiosqlite's connection with its thread, which also runs a whole function of the connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        super().__init__(lambda: db, iter_chunk_size=64)
        # A process that ends by an error must not wait for a thread that nobody will stop.
        self._thread.daemon = True

    def __await__(self) -> Generator[Any, None, _Thread]:
        yield from super().__await__()
        return self

    async def run(self, job: Callable[[sqlite3.Connection], Result]) -> Result:
        """The job's result; jobs run one after the other."""
        result: Result = await self._execute(job, self._conn)  # type: ignore[no-untyped-call]  # aiosqlite's own
        return result


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
