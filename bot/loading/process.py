"""Loaders as processes of their own: the event loop never parses and never writes the corpus."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import suppress

from bot.config import SECRETS
from bot.domain.loads import Progress
from bot.errors import BadInput
from bot.loading import protocol

WORKER = (sys.executable, "-m", "bot", "load-worker")
HEAP = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Large memory pages, which the search index needs when it is written: they save a tenth of a load. Where the
system has none this does nothing."""
LINE_LIMIT = 8 * 1024 * 1024
"""A receipt holds 1,000 numbers and its first rejections."""
PATIENCE = 30.0
"""Seconds that a loader may take to end cleanly; its batches take far less."""

SOON = 1.0
"""Seconds in which a loader ends after a small load."""


class Loaders:
    """Starts loaders, and knows those that run."""

    def __init__(self) -> None:
        self._running: set[_Worker] = set()
        self._ending: dict[_Worker, asyncio.Task[None]] = {}

    async def run(self, job: protocol.Job) -> AsyncGenerator[protocol.Told]:
        """Tells what a loader tells of the job, up to its result. Leaving early interrupts the loader; after
        its result it may go on by itself with what makes search better, until the next one wants its turn."""
        worker = await _Worker.start(job)
        self._running.add(worker)
        over = False
        try:
            async for told in worker.told():
                over = not isinstance(told, Progress)
                if over:
                    self._running.discard(worker)
                yield told
        finally:
            self._running.discard(worker)
            if over:
                ending = self._ending[worker] = asyncio.create_task(self._let_end(worker))
                await asyncio.wait({ending}, timeout=SOON)
            else:
                await worker.end()

    def ask(self, guild: int | None, load: int, wish: protocol.Wish) -> bool:
        """Asks the loader of this load to stop; False if none is at work on it here."""
        for worker in self._running:
            if load and (worker.guild, worker.load) == (guild, load):
                worker.ask(wish)
                return True
        return False

    async def close(self) -> None:
        """Interrupts what still runs and waits for it."""
        ending = list(self._ending.values())
        await asyncio.gather(*(worker.end() for worker in {*self._running, *self._ending}))
        await asyncio.gather(*ending)

    async def _let_end(self, worker: _Worker) -> None:
        try:
            await worker.wait()
        finally:
            del self._ending[worker]


class _Worker:
    """One loader process."""

    def __init__(self, process: asyncio.subprocess.Process, job: protocol.Job) -> None:
        self._process = process
        self.guild = job.guild
        self.load = (job.load or 0) if isinstance(job, protocol.ResumeJob) else 0

    @classmethod
    async def start(cls, job: protocol.Job) -> _Worker:
        """In its own session: Ctrl-C in the terminal reaches the parent alone, which then ends the loader.
        What reads strangers' files has no business with the token."""
        pipe = asyncio.subprocess.PIPE
        env = HEAP | {name: value for name, value in os.environ.items() if name not in SECRETS}
        process = await asyncio.create_subprocess_exec(
            *WORKER, stdin=pipe, stdout=pipe, limit=LINE_LIMIT, start_new_session=True, env=env
        )
        worker = cls(process, job)
        worker._input.write(protocol.encode_job(job))
        return worker

    @property
    def _input(self) -> asyncio.StreamWriter:
        assert self._process.stdin is not None  # noqa: S101 - asked for in `start`
        return self._process.stdin

    @property
    def _output(self) -> asyncio.StreamReader:
        assert self._process.stdout is not None  # noqa: S101 - asked for in `start`
        return self._process.stdout

    async def told(self) -> AsyncGenerator[protocol.Told]:
        """What it tells, up to its result; raises the UserError that it tells."""
        while line := await self._output.readline():
            told = protocol.decode(line)
            if isinstance(told, Progress):
                self.load = told.load or self.load
            yield told
            if not isinstance(told, Progress):
                return
        raise BadInput("loader-died", code=await self._process.wait())

    def ask(self, wish: protocol.Wish) -> None:
        """Asks it to stop where it is."""
        with suppress(ConnectionError, RuntimeError):
            self._input.write(wish.encode() + b"\n")

    async def wait(self) -> None:
        """Returns when the process has ended by itself."""
        while await self._output.read(65536):
            pass
        await self._process.wait()

    async def end(self) -> None:
        """Returns when the process has ended: by itself, or, past its time, by force."""
        with suppress(ConnectionError, RuntimeError):
            self._input.close()
        try:
            await asyncio.wait_for(
                self._process.wait() if self._output.at_eof() else self._drained(), PATIENCE
            )
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()

    async def _drained(self) -> None:
        with suppress(RuntimeError):  # another task is at it already
            while await self._output.read(65536):
                pass
        await self._process.wait()
