"""Loader processes: the event loop never parses dumps and never writes the corpus."""

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
HEAP_ENVIRONMENT = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Large memory pages for writing the search index, which save a tenth of a load. No effect on systems without
them."""
MAX_LINE_BYTES = 8 * 1024 * 1024
"""Maximum size of an event: a receipt contains 1,000 numbers and its first rejections."""
END_TIMEOUT_SECONDS = 30.0
"""Time for a loader to end cleanly; a batch takes far less."""

QUICK_END_SECONDS = 1.0
"""Time in which a loader ends after a small load."""


class LoadProcesses:
    """Starts loader processes, and keeps track of the running ones."""

    def __init__(self) -> None:
        self._running: set[_Worker] = set()
        self._ending: dict[_Worker, asyncio.Task[None]] = {}

    async def run(self, job: protocol.Job) -> AsyncGenerator[protocol.LoadEvent]:
        """Yields the events of the job, up to its result. Closing the generator early interrupts the loader;
        after its result the loader may continue with maintenance, until another one waits to write."""
        worker = await _Worker.start(job)
        self._running.add(worker)
        over = False
        try:
            async for event in worker.events():
                over = not isinstance(event, Progress)
                if over:
                    self._running.discard(worker)
                yield event
        finally:
            self._running.discard(worker)
            if over:
                ending = self._ending[worker] = asyncio.create_task(self._let_end(worker))
                await asyncio.wait({ending}, timeout=QUICK_END_SECONDS)
            else:
                await worker.end()

    def request_stop(self, guild: int | None, load: int, request: protocol.StopRequest) -> bool:
        """Requests the loader of this load to stop; False if none is running here."""
        for worker in self._running:
            if load and (worker.guild, worker.load) == (guild, load):
                worker.request_stop(request)
                return True
        return False

    async def close(self) -> None:
        """Interrupts the running loaders and waits for them."""
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
        """Starts it in its own session: Ctrl-C in the terminal reaches only the parent, which then ends the
        loader. It gets no secrets, as it reads untrusted files."""
        pipe = asyncio.subprocess.PIPE
        env = HEAP_ENVIRONMENT | {name: value for name, value in os.environ.items() if name not in SECRETS}
        process = await asyncio.create_subprocess_exec(
            *WORKER, stdin=pipe, stdout=pipe, limit=MAX_LINE_BYTES, start_new_session=True, env=env
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

    async def events(self) -> AsyncGenerator[protocol.LoadEvent]:
        """Yields its events, up to its result; raises the UserError that it reports."""
        while line := await self._output.readline():
            event = protocol.decode_event(line)
            if isinstance(event, Progress):
                self.load = event.load or self.load
            yield event
            if not isinstance(event, Progress):
                return
        raise BadInput("loader-died", code=await self._process.wait())

    def request_stop(self, request: protocol.StopRequest) -> None:
        """Requests it to stop."""
        with suppress(ConnectionError, RuntimeError):
            self._input.write(request.encode() + b"\n")

    async def wait(self) -> None:
        """Waits until the process has ended by itself."""
        while await self._output.read(65536):
            pass
        await self._process.wait()

    async def end(self) -> None:
        """Waits until the process has ended by itself; kills it after END_TIMEOUT_SECONDS."""
        with suppress(ConnectionError, RuntimeError):
            self._input.close()
        try:
            await asyncio.wait_for(
                self._process.wait() if self._output.at_eof() else self._drained(), END_TIMEOUT_SECONDS
            )
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()

    async def _drained(self) -> None:
        with suppress(RuntimeError):  # another task is already reading it
            while await self._output.read(65536):
                pass
        await self._process.wait()
