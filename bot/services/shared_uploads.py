"""Attached files that are in the database too, so that the processes of several machines can load them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Self, TypeVar

from bot.domain.shards import Shards
from bot.errors import UserError
from bot.loading import protocol
from bot.loading.attached import ACCEPTED, CONTENT, PREFIX, accepted_name, folders_of
from bot.services.held_folders import remove_unheld
from bot.services.uploads import Uploads
from bot.store.corpus.reader import CorpusReader
from bot.store.databases import OpenFiles
from bot.store.load_files import SharedFiles

Result = TypeVar("Result")
_INTERRUPTIONS = ("archive-unavailable", "load-cancelled")
"""Errors of a load that may begin later."""


class SharedUploads(Uploads):
    """A file is held on a connection of its own: with the process its hold ends, wherever that ran. A load
    that was accepted and has not begun is then begun by another process, as one that was interrupted is
    resumed: the loader copies the file into its data folder."""

    def __init__(self, data: Path, reader: CorpusReader, open_files: OpenFiles) -> None:
        super().__init__(data, reader)
        self._open_files = open_files

    @asynccontextmanager
    async def hold(self, content: bytes) -> AsyncGenerator[Path]:
        """See `Uploads.hold`."""
        async with super().hold(content) as path, _Opened(self._open_files) as files:
            folder = path.parent.name
            await files.run(lambda own: _store(own, folder, content))
            try:
                yield path
            finally:  # a load that has not begun was stopped
                with suppress(UserError):
                    await files.run(lambda own: own.delete(f"{folder}/{ACCEPTED}"))

    async def accept(self, job: protocol.LoadJob) -> None:
        """See `Uploads.accept`."""
        name = accepted_name(job)
        if name is not None and {path.parent for path in job.paths} <= self._held:
            text = protocol.encode_job(job)
            async with _Opened(self._open_files) as files:
                await files.run(lambda own: own.replace(name, text))

    @asynccontextmanager
    async def abandoned(self, guilds: Shards) -> AsyncGenerator[protocol.LoadJob | None]:
        """See `Uploads.abandoned`. What cannot be loaded is not tried again, unless it was interrupted."""
        async with _Opened(self._open_files) as files:
            job = await files.run(lambda own: _hold_accepted(own, guilds))
            try:
                yield job
            except UserError as error:
                if job is not None and error.key not in _INTERRUPTIONS:
                    await files.run(lambda own: own.delete(str(accepted_name(job))))
                raise
        if job is not None:
            await self.remove_unused()

    async def erase(self, guild: int | None) -> None:
        """See `Uploads.erase`; also accepted loads that nobody holds. Other machines remove their copies with
        their next `remove_unused`, and load them no more."""
        jobs = [job for job in await self._jobs(running=False) if job.guild == guild]
        folders = folders_of(jobs) - {folder.name for folder in self._held}
        async with _Opened(self._open_files) as files:
            await files.run(lambda own: _erase(own, folders, guild))
        await self.remove_unused()

    async def remove_unused(self) -> None:
        """See `Uploads.remove_unused`."""
        if self._closed:
            return
        async with _Opened(self._open_files) as files:
            # Nobody can accept or begin to load what is held here, so that it is known what is needed.
            free = await files.run(_hold_free)
            needed = folders_of(await self._jobs())
            kept = await files.run(lambda own: _remove(own, free - needed))
        await asyncio.to_thread(remove_unheld, self._data, PREFIX, {self._data / folder for folder in kept})


class _Opened:
    """Files on a connection of their own, which threads use, one at a time."""

    def __init__(self, open_files: OpenFiles) -> None:
        self._open_files = open_files
        self._stack = ExitStack()

    async def __aenter__(self) -> Self:
        try:
            self._files = await _in_thread(lambda: self._stack.enter_context(self._open_files()))
        except BaseException:
            await _in_thread(self._stack.close)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await _in_thread(self._stack.close)

    async def run(self, job: Callable[[SharedFiles], Result]) -> Result:
        """Runs a job to its end, even if the caller is cancelled."""
        return await _in_thread(lambda: job(self._files))


async def _in_thread(work: Callable[[], Result]) -> Result:
    working = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait({working})
        raise


def _store(files: SharedFiles, folder: str, content: bytes) -> None:
    files.hold(folder)
    files.append(f"{folder}/{CONTENT}", content)


def _folders(files: SharedFiles) -> set[str]:
    return {name.partition("/")[0] for name in files.names() if name.startswith(PREFIX)}


def _accepted(files: SharedFiles) -> Iterator[tuple[str, protocol.LoadJob]]:
    """The folders of files whose loads have not begun, with the jobs."""
    for name in files.names():
        folder, _, file = name.partition("/")
        text = b"".join(files.parts(name)) if file == ACCEPTED else b""
        if text:  # its load may have begun since
            job = protocol.decode_job(text)
            assert isinstance(job, protocol.LoadJob)  # noqa: S101 - only load jobs are accepted
            yield folder, job


def _hold_accepted(files: SharedFiles, guilds: Shards) -> protocol.LoadJob | None:
    for folder, job in _accepted(files):
        # Once it is held, it cannot begin elsewhere.
        if guilds.has(job.guild) and files.hold(folder) and files.size(f"{folder}/{ACCEPTED}"):
            return job
    return None


def _hold_free(files: SharedFiles) -> set[str]:
    free = {folder for folder in _folders(files) if files.hold(folder)}
    return free - {folder for folder, _ in _accepted(files)}


def _remove(files: SharedFiles, folders: Iterable[str]) -> set[str]:
    """Removes files; returns the folders of the others."""
    for folder in folders:
        for file in (ACCEPTED, CONTENT):
            files.delete(f"{folder}/{file}")
    return _folders(files)


def _erase(files: SharedFiles, folders: set[str], guild: int | None) -> None:
    theirs = [folder for folder, job in _accepted(files) if job.guild == guild and files.hold(folder)]
    _remove(files, folders.union(theirs))
