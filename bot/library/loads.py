"""Loads and undos as processes of their own: the event loop never parses and never writes the corpus."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from pathlib import Path

from bot import wire
from bot.errors import BadInput
from bot.models import Person, Progress, Receipt, Undone

WORKER = (sys.executable, "-m", "bot", "load-worker")
LINE_LIMIT = 8 * 1024 * 1024
"""A receipt holds 1,000 numbers and its first rejections."""
PATIENCE = 30.0
"""Seconds that a loader may take to end cleanly; its batches take far less."""


class Loads:
    """Starts loaders for one data folder, and knows those that run."""

    def __init__(self, data: Path, load_max_mb: int, vectors: str) -> None:
        self._data = data
        self._load_max_mb = load_max_mb
        self._vectors = vectors
        self._running: set[_Worker] = set()

    async def load(
        self, guild: int | None, paths: Sequence[Path], name: str, by: Person
    ) -> AsyncGenerator[Progress | Receipt]:
        """See `Library.load`."""
        shown = (name,) if len(paths) == 1 else None
        job = wire.LoadJob(self._data, guild, by, self._vectors, tuple(paths), name, self._load_max_mb, shown)
        async with aclosing(self._run(job)) as told:
            async for one in told:
                if not isinstance(one, Undone):
                    yield one

    def cancel(self, guild: int | None, load: int) -> bool:
        """See `Library.cancel_load`."""
        for worker in self._running:
            if (worker.guild, worker.load) == (guild, load):
                worker.cancel()
                return True
        return False

    async def undo(self, guild: int | None, load: int, by: Person) -> Undone:
        """See `Library.undo`."""
        job = wire.UndoJob(self._data, guild, by, self._vectors, load)
        async with aclosing(self._run(job)) as told:
            async for one in told:
                if isinstance(one, Undone):
                    return one
        raise BadInput("load-cancelled")

    async def close(self) -> None:
        """Cancels what still runs and waits for it."""
        await asyncio.gather(*(worker.end() for worker in list(self._running)))

    async def _run(self, job: wire.LoadJob | wire.UndoJob) -> AsyncGenerator[wire.Told]:
        worker = await _Worker.start(job)
        self._running.add(worker)
        try:
            async for told in worker.told():
                yield told
        finally:
            await worker.end()
            self._running.discard(worker)


class _Worker:
    """One loader process."""

    def __init__(self, process: asyncio.subprocess.Process, guild: int | None) -> None:
        self._process = process
        self.guild = guild
        self.load = 0

    @classmethod
    async def start(cls, job: wire.LoadJob | wire.UndoJob) -> _Worker:
        """In its own session: Ctrl-C in the terminal reaches the parent alone, which then ends the loader.
        What reads strangers' files has no business with the token."""
        pipe = asyncio.subprocess.PIPE
        env = {name: value for name, value in os.environ.items() if name != "DISCORD_TOKEN"}
        process = await asyncio.create_subprocess_exec(
            *WORKER, stdin=pipe, stdout=pipe, limit=LINE_LIMIT, start_new_session=True, env=env
        )
        worker = cls(process, job.guild)
        worker._input.write(wire.encode_job(job))
        return worker

    @property
    def _input(self) -> asyncio.StreamWriter:
        assert self._process.stdin is not None  # noqa: S101 - asked for in `start`
        return self._process.stdin

    async def told(self) -> AsyncGenerator[wire.Told]:
        """What it tells until it ends; raises the UserError that it tells."""
        assert self._process.stdout is not None  # noqa: S101 - asked for in `start`
        last: wire.Told | None = None
        while line := await self._process.stdout.readline():
            last = wire.decode(line)
            if isinstance(last, Progress):
                self.load = last.load
            yield last
        if last is None or isinstance(last, Progress):
            raise BadInput("loader-died", code=await self._process.wait())

    def cancel(self) -> None:
        """The end of its input tells a loader to stop where it is."""
        with suppress(ConnectionError, RuntimeError):
            self._input.close()

    async def end(self) -> None:
        """Returns when the process has ended: by itself, or, past its time, by force."""
        self.cancel()
        try:
            await asyncio.wait_for(self._drain(), PATIENCE)
        except TimeoutError:
            self._process.kill()
        await self._process.wait()

    async def _drain(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - asked for in `start`
        while await self._process.stdout.read(65536):
            pass
        await self._process.wait()
