"""Files attached by members, stored for as long as a load needs them."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.loading import protocol
from bot.services.held_folders import held_folder, remove_unheld
from bot.store.corpus.reader import CorpusReader

PREFIX = "upload-"
"""The prefix of the folders in the data folder that hold one file each."""


class Uploads:
    """The attached files in one data folder."""

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
                    path = folder / "dump"
                    await asyncio.to_thread(path.write_bytes, content)
                    yield path
                finally:
                    self._held.discard(folder)
        finally:
            await self.remove_unused()

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
        needed = {path.parent for job in await self._jobs() for path in job.paths}
        await asyncio.to_thread(remove_unheld, self._data, PREFIX, needed)
