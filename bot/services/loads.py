"""The use cases around loads: from uploads and the drop folder to receipts, and what is taken back or
forgotten."""

from __future__ import annotations

import asyncio
import logging
import secrets
import shutil
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.domain.articles import author_name
from bot.domain.loads import Erased, LoadFilter, Person, Preview, Progress, Receipt, Undone
from bot.errors import BadInput, NotFound, UserError
from bot.loading import protocol
from bot.loading.process import Loaders
from bot.store.corpus.reader import CorpusReader
from bot.store.ingest import rejects_file
from bot.store.state.settings import State

UPLOAD = "upload-"
"""How the names of folders begin that hold what members attached."""

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result", Receipt, Undone, Erased, Preview)


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """The settings that loads need."""

    max_mb: int = 4096
    vectors: str = "shipped"
    drop: Path | None = None


class LoadCases:
    """What can be done about loads in one data folder; `guild` is the archive, None the shared one. Archives
    of other guilds are neither seen nor touched."""

    def __init__(
        self, data: Path, reader: CorpusReader, state: State, loaders: Loaders, options: LoadOptions
    ) -> None:
        self._data = data.absolute()
        self._reader = reader
        self._state = state
        self._left = False
        self._loaders = loaders
        self._options = options
        self._uploads: set[Path] = set()
        self.on_change: Callable[[], None] = lambda: None
        """Called when a load has ended or was taken back here, and when an author was forgotten."""

    def leave(self) -> None:
        """Says that the databases are about to be closed."""
        self._left = True

    # Receipts.

    async def loads(self, guild: int | None, limit: int = 10) -> tuple[Receipt, ...]:
        """The receipts of the archive's last loads, newest first."""
        return tuple(await self._reader.loads(guild, limit))

    async def receipt(self, guild: int | None, load: int) -> Receipt:
        """The receipt of one load of this archive. Raises NotFound("no-such-load")."""
        receipt = await self._reader.receipt(guild, load)
        if receipt is None:
            raise NotFound("no-such-load", load=load)
        return receipt

    async def rejects(self, guild: int | None, load: int) -> Path | None:
        """The file of everything that the load did not take, one JSON object a line with the place, the
        reason and the line's beginning; None where nothing was rejected. Raises NotFound("no-such-load")."""
        await self.receipt(guild, load)
        path = rejects_file.path_of(self._data, load)
        return path if await asyncio.to_thread(path.exists) else None

    # Loads.

    def load(
        self,
        guild: int | None,
        paths: Sequence[Path],
        name: str,
        by: Person,
        wanted: LoadFilter = LoadFilter(),  # noqa: B008 - frozen
    ) -> AsyncGenerator[Progress | Receipt]:
        """Loads files and folders in a process of its own, as one load. Tells Progress about once a second
        (`queued` while another load runs) and the Receipt at the end. A single path, which may be that of a
        temporary file, is called `name` in rejections. Leaving the iterator early (by cancelling its task, or
        `aclose`) interrupts the load: what was stored stays, and `resume_interrupted` goes on with it."""
        return self._follow(self._job(guild, paths, name, by, wanted))

    async def load_dropped(
        self,
        guild: int | None,
        name: str,
        by: Person,
        wanted: LoadFilter = LoadFilter(),  # noqa: B008 - frozen
    ) -> AsyncGenerator[Progress | Receipt]:
        """`load` of what is called so in the drop folder. Raises BadInput("not-dropped" |
        "no-drop-folder")."""
        path = await self._dropped(name)
        job = self._job(guild, [path], name, by, wanted, self._drop())
        async with aclosing(self._follow(job)) as told:
            async for one in told:
                yield one

    async def preview(
        self,
        paths: Sequence[Path],
        name: str,
        by: Person,
        wanted: LoadFilter = LoadFilter(),  # noqa: B008 - frozen
    ) -> Preview:
        """What a load of these would bring; nothing is written."""
        job = self._job(None, paths, name, by, wanted, dry=True)
        return await self._result(job, Preview)

    async def preview_dropped(
        self,
        name: str,
        by: Person,
        wanted: LoadFilter = LoadFilter(),  # noqa: B008 - frozen
    ) -> Preview:
        """`preview` of what is called so in the drop folder; raises what `load_dropped` does."""
        path = await self._dropped(name)
        job = self._job(None, [path], name, by, wanted, self._drop(), dry=True)
        return await self._result(job, Preview)

    def resume(self, guild: int | None, load: int, by: Person) -> AsyncGenerator[Progress | Receipt]:
        """Goes on with a load that was paused, interrupted or cancelled, or has failed, exactly where it was.
        Tells what `load` does. Raises NotFound("no-such-load"), BadInput("not-resumable")."""
        return self._follow(
            protocol.ResumeJob(data=self._data, guild=guild, by=by, vectors=self._options.vectors, load=load)
        )

    async def resume_interrupted(self) -> AsyncGenerator[Progress | Receipt]:
        """Goes on with every load whose process ended before it was done, one after the other, and tells of
        all; for the start of a bot. What cannot go on fails with its problem, and is logged."""
        for guild, load in await self._reader.interrupted():
            try:
                async with aclosing(self.resume(guild, load, Person(None, "newsdesk"))) as told:
                    async for one in told:
                        yield one
            except UserError as error:
                _log.warning("load %d was not resumed: %s", load, error.key)

    def pause_load(self, guild: int | None, load: int) -> bool:
        """Asks a load that runs here to stop until it is resumed; its iterator then tells the `paused`
        receipt. False if no such load is running here."""
        return self._loaders.ask(guild, load, "pause")

    def cancel_load(self, guild: int | None, load: int) -> bool:
        """Asks a load that runs here to stop; its iterator then tells the `cancelled` receipt. False if no
        such load is running here."""
        return self._loaders.ask(guild, load, "cancel")

    async def give_up_load(self, guild: int | None, load: int, by: Person) -> Receipt:
        """Makes a load `cancelled` that is paused or has failed; what it stored stays. Waits while another
        load is written. Raises NotFound("no-such-load"), BadInput("not-resumable")."""
        job = protocol.CancelJob(data=self._data, guild=guild, by=by, load=load)
        receipt = await self._result(job, Receipt)
        await self._sweep()
        return receipt

    async def undo(self, guild: int | None, load: int, by: Person) -> Undone:
        """Takes back exactly what a load of this archive brought. Raises NotFound("no-such-load"),
        BadInput("already-undone" | "load-running")."""
        job = protocol.UndoJob(data=self._data, guild=guild, by=by, vectors=self._options.vectors, load=load)
        undone = await self._result(job, Undone)
        self.on_change()
        await self._sweep()
        return undone

    async def undo_left(self, load: int) -> int:
        """How many of the comments that a load brought are not taken back yet."""
        return await self._reader.comments_left(load)

    async def forget_author(self, guild: int | None, name: str, by: Person) -> Erased:
        """Takes an author's name and words out of a server's archive, or out of all archives (None), for
        good: no load, no undoing brings them back. The case of the name does not count. Raises
        BadInput("no-name")."""
        author = author_name(name)
        if author is None:
            raise BadInput("no-name")
        job = protocol.ForgetJob(
            data=self._data, guild=guild, by=by, vectors=self._options.vectors, name=author
        )
        forgot = await self._result(job, Erased)
        self.on_change()
        return forgot

    # What members attach.

    @asynccontextmanager
    async def upload(self, content: bytes) -> AsyncGenerator[Path]:
        """Holds what somebody sent as a file in the data folder, under a name that it does not choose, for as
        long as the context lasts; longer if a load of it waits to be resumed."""
        folder = self._data / f"{UPLOAD}{secrets.token_hex(8)}"
        self._uploads.add(folder)  # before it is there: another load may end, and sweep, meanwhile
        try:
            await asyncio.to_thread(folder.mkdir, mode=0o700)
            path = folder / "dump"
            await asyncio.to_thread(path.write_bytes, content)
            yield path
        finally:
            self._uploads.discard(folder)
            await self._sweep()

    async def forget_uploads(self) -> None:
        """Removes what a bot that ended by force left of `upload`, but for what a load waits for; for the
        start of the one that owns the folder."""
        await self._sweep()

    async def _sweep(self) -> None:
        if self._left:
            return
        jobs = map(protocol.decode_job, await self._reader.unfinished_jobs())
        needed = {path.parent for job in jobs if isinstance(job, protocol.LoadJob) for path in job.paths}
        for folder in await asyncio.to_thread(list, self._data.glob(f"{UPLOAD}*")):
            if folder not in self._uploads | needed:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    # The drop folder.

    async def drop_files(self, prefix: str = "", limit: int = 25) -> tuple[str, ...]:
        """Names of files in the operator's drop folder that hold `prefix`, those that begin with it first;
        none where there is no such folder."""
        root = self._options.drop
        if root is None:
            return ()
        from bot.dumps.containers.drop_folder import list_files

        wanted = prefix.casefold()
        names = [one.name for one in await asyncio.to_thread(lambda: list(list_files(root)))]
        found = [name for name in names if wanted in name.casefold()]
        return tuple(sorted(found, key=lambda name: not name.casefold().startswith(wanted))[:limit])

    async def watch_drop(self, every: float = 15.0) -> None:
        """Loads by itself, into the shared archive, what is new in the drop folder and has not changed
        between two looks. Returns only where there is no such folder."""
        if self._options.drop is not None:
            from bot.services.drop_folder_watcher import DropWatch

            by = Person(None, "drop folder")
            watch = DropWatch(self._drop(), self._state, lambda name: self.load_dropped(None, name, by))
            await watch.run(every)

    async def _dropped(self, name: str) -> Path:
        from bot.dumps.containers.drop_folder import (
            resolve_inside,  # with the readers, which no other use case needs
        )

        return await asyncio.to_thread(resolve_inside, self._drop(), name)

    def _drop(self) -> Path:
        if self._options.drop is None:
            raise BadInput("no-drop-folder")
        return self._options.drop.absolute()

    # How.

    def _job(
        self,
        guild: int | None,
        paths: Sequence[Path],
        name: str,
        by: Person,
        wanted: LoadFilter,
        below: Path | None = None,
        *,
        dry: bool = False,
    ) -> protocol.LoadJob:
        return protocol.LoadJob(
            data=self._data,
            guild=guild,
            by=by,
            vectors=self._options.vectors,
            paths=tuple(paths),
            name=name,
            load_max_mb=self._options.max_mb,
            shown=(name,) if len(paths) == 1 else None,
            wanted=wanted,
            below=below,
            dry=dry,
        )

    async def _follow(self, job: protocol.Job) -> AsyncGenerator[Progress | Receipt]:
        async with aclosing(self._loaders.run(job)) as told:
            async for one in told:
                if isinstance(one, Progress | Receipt):
                    yield one
        self.on_change()
        await self._sweep()

    async def _result(self, job: protocol.Job, kind: type[_Result]) -> _Result:
        async with aclosing(self._loaders.run(job)) as told:
            async for one in told:
                if isinstance(one, kind):
                    return one
        raise BadInput("load-cancelled")
