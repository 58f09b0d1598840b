"""Files attached by members, stored for as long as a load needs them."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.domain.shards import Shards
from bot.loading import protocol
from bot.loading.attached import CONTENT, PREFIX, folders_of
from bot.services.held_folders import held_folder, remove_unheld
from bot.store.corpus.reader import CorpusReader


class Uploads:
    """The attached files in one data folder, which a process of another machine does not see."""

    def __init__(self, data: Path, reader: CorpusReader) -> None:
        self._data = data.absolute()
        self._reader = reader
        self._held: set[Path] = set()
        self._closed = False

    def close(self) -> None:
        """Call it before the databases are closed: without them it is unknown which files are needed."""
        self._closed = True

    @asynccontextmanager
    async def hold(self, content: bytes) -> AsyncGenerator[Path]:
        """Stores the content as a file in the data folder, under a name independent of the sender's, until
        the context ends; longer if a load of it waits to be resumed."""
        try:
            async with held_folder(self._data, PREFIX) as folder:
                self._held.add(folder)
                try:
                    path = folder / CONTENT
                    await asyncio.to_thread(path.write_bytes, content)
                    yield path
                finally:
                    self._held.discard(folder)
        finally:
            await self.remove_unused()

    async def accept(self, job: protocol.LoadJob) -> None:
        """Notes a load of a held file that has not begun; nobody else could do it here."""

    @asynccontextmanager
    async def abandoned(self, guilds: Shards) -> AsyncGenerator[protocol.LoadJob | None]:
        """Yields an accepted load of these servers that a killed process has not begun, and holds its file
        meanwhile; None if there is none, as here."""
        yield None

    async def erase(self, guild: int | None) -> None:
        """Removes the files of a server's paused loads: packed, they can hold words of an erased author.
        Such a load has to be started anew."""
        for job in await self._jobs(running=False):
            for folder in {path.parent for path in job.paths if job.guild == guild} - self._held:
                if folder.name.startswith(PREFIX):
                    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _jobs(self, *, running: bool = True) -> list[protocol.LoadJob]:
        jobs = map(protocol.decode_job, await self._reader.unfinished_jobs(running=running))
        return [job for job in jobs if isinstance(job, protocol.LoadJob)]

    async def remove_unused(self) -> None:
        """Removes files that are neither held, here or in another process, nor needed by an unfinished load:
        after each load, and at the start, for those of a killed bot."""
        if self._closed:
            return
        needed = {self._data / folder for folder in folders_of(await self._jobs())}
        await asyncio.to_thread(remove_unheld, self._data, PREFIX, needed)
