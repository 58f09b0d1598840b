"""Database connections behind an event loop: whole jobs run in worker threads, and are stopped when late."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot.errors import Busy
from bot.store.connect import transaction, translated

Result = TypeVar("Result")

AGAIN = 0.05
"""Seconds from one interrupt to the next: one that falls between two statements is lost."""


class Pool:
    """Some connections to one file, each with one job at a time.

    A job is a function that takes the connection and returns when it is done: several statements cost one
    step to a thread and back, where a wrapper around each statement would cost one for each.
    """

    def __init__(self, connections: list[sqlite3.Connection], file: str) -> None:
        self._free = connections
        self._file = file
        self._threads = ThreadPoolExecutor(len(connections), thread_name_prefix=file)

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

        def done(future: asyncio.Future[Result]) -> None:
            if timer is not None:
                timer.cancel()

        if within is not None:
            timer = loop.call_later(within, stop)
        future = loop.run_in_executor(self._threads, self._work, running, job, writing)
        future.add_done_callback(done)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            if timer is not None:
                timer.cancel()
            stop()
            raise

    def _work(self, running: _Running, job: Callable[[sqlite3.Connection], Result], writing: bool) -> Result:
        # There are as many threads as connections, so that one is free.
        db = self._free.pop()
        try:
            running.begin(db, self._file)
            with translated(self._file), transaction(db, writing=writing):
                return job(db)
        finally:
            running.end()
            self._free.append(db)

    async def close(self) -> None:
        """Waits for what runs, then closes the connections."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        for db in self._free:
            db.close()


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
