"""Loads: running them, their receipts, and undo."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from bot.domain.loads import LoadFilter, Person, Preview, Progress, Receipt, ServerLimits, Undone
from bot.errors import NotFound, UserError
from bot.loading import protocol, stop_files
from bot.loading.process import LoadProcesses
from bot.services.archive_events import ArchiveEvents
from bot.services.drop_folder import DropFolder
from bot.services.shards.own_shards import LOOK_SECONDS, OwnShards
from bot.services.troubles import Troubles
from bot.services.uploads import Uploads
from bot.store.corpus.reader import CorpusReader
from bot.store.databases import Engine
from bot.store.engines import engine_of
from bot.store.ingest.rejects import rejects_name
from bot.store.load_files import beginning

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """The databases that loads write to, their settings, and the shards whose servers load here."""

    engine: Engine
    max_mb: int = 4096
    vectors: str = "shipped"
    zst_window_mb: int = 256
    limits: ServerLimits = field(default_factory=ServerLimits)
    shards: OwnShards = field(default_factory=OwnShards)

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.engine.folder.absolute()

    async def until_nobody_writes(self) -> None:
        """Returns once no process writes the corpus."""
        while await asyncio.to_thread(self.engine.has_writer):  # noqa: ASYNC110 - they may be other processes
            await asyncio.sleep(LOOK_SECONDS)


class LoadService:
    """The loads of one data folder; `guild` selects an archive, None the shared one. Archives of other guilds
    are never read or changed. `events` is notified when a load has ended or was undone here."""

    def __init__(
        self,
        reader: CorpusReader,
        loaders: LoadProcesses,
        options: LoadOptions,
        uploads: Uploads,
        drop_folder: DropFolder,
        troubles: Troubles,
        events: ArchiveEvents,
    ) -> None:
        self._reader = reader
        self._loaders = loaders
        self._options = options
        self._uploads = uploads
        self._drop_folder = drop_folder
        self._troubles = troubles
        self._events = events
        self._active: set[int] = set()
        """Loads that run here, or have just ended here and are not accounted for yet."""
        self._stranded: set[int] = set()
        """Loads that ended with an error here, but for an outage, which only a person resumes."""

    def limit(self, max_mb: int, zst_window_mb: int, limits: ServerLimits) -> None:
        """Changes the limits for later loads."""
        self._options = replace(self._options, max_mb=max_mb, zst_window_mb=zst_window_mb, limits=limits)

    # Receipts.

    async def recent(self, guild: int | None, limit: int = 10) -> tuple[Receipt, ...]:
        """Returns the receipts of the archive's last loads, newest first."""
        return tuple(await self._reader.loads(guild, limit))

    async def receipt(self, guild: int | None, load: int) -> Receipt:
        """Returns the receipt of one load of this archive. Raises NotFound("no-such-load")."""
        receipt = await self._reader.receipt(guild, load)
        if receipt is None:
            raise NotFound("no-such-load", load=load)
        return receipt

    async def rejects(self, guild: int | None, load: int, limit: int) -> tuple[bytes, int]:
        """Returns the beginning of the file of everything that the load rejected, as many whole lines as fit
        into `limit` bytes, and the size of all of it in bytes. Each line is a JSON object with the place, the
        reason and the beginning of what was rejected. Raises NotFound("no-such-load")."""
        await self.receipt(guild, load)
        return await asyncio.to_thread(self._rejects, load, limit)

    def _rejects(self, load: int, limit: int) -> tuple[bytes, int]:
        name = rejects_name(load)
        with self._options.engine.load_files() as files:
            size = files.size(name)
            content = beginning(files, name, limit)
        return content if size <= limit else content[: content.rfind(b"\n") + 1], size

    # Loads.

    def load(
        self,
        guild: int | None,
        paths: Sequence[Path],
        name: str,
        by: Person,
        filters: LoadFilter = LoadFilter(),  # noqa: B008 - frozen
    ) -> AsyncGenerator[Progress | Receipt]:
        """Loads files and folders in a separate process, as one load. Yields Progress about once a second
        (`queued` while another load runs) and the Receipt at the end. A single path, which may be that of a
        temporary file, is called `name` in rejections. Leaving the iterator early (by cancelling its task, or
        `aclose`) interrupts the load: what it stored remains, and `resume_interrupted` continues it."""
        return self._run(self._job(guild, paths, name, by, filters))

    async def load_dropped(
        self,
        guild: int | None,
        name: str,
        by: Person,
        filters: LoadFilter = LoadFilter(),  # noqa: B008 - frozen
    ) -> AsyncGenerator[Progress | Receipt]:
        """Loads the file or folder with this name in the drop folder, as `load` does. Raises
        BadInput("not-dropped" | "no-drop-folder")."""
        path = await self._drop_folder.path(name)
        async with aclosing(self._run(self._job(guild, [path], name, by, filters, dropped=True))) as events:
            async for event in events:
                yield event

    async def preview(
        self,
        guild: int | None,
        paths: Sequence[Path],
        name: str,
        by: Person,
        filters: LoadFilter = LoadFilter(),  # noqa: B008 - frozen
    ) -> Preview:
        """Returns what a load of these paths would change in the archive; writes nothing."""
        return await self._loaders.result(self._job(guild, paths, name, by, filters, dry=True), Preview)

    async def preview_dropped(
        self,
        guild: int | None,
        name: str,
        by: Person,
        filters: LoadFilter = LoadFilter(),  # noqa: B008 - frozen
    ) -> Preview:
        """Previews the file or folder with this name in the drop folder. Raises what `load_dropped`
        raises."""
        path = await self._drop_folder.path(name)
        return await self._loaders.result(
            self._job(guild, [path], name, by, filters, dropped=True, dry=True), Preview
        )

    def resume(self, guild: int | None, load: int, by: Person) -> AsyncGenerator[Progress | Receipt]:
        """Continues a load that was paused, interrupted or cancelled, or has failed, exactly where it
        stopped. Yields what `load` does. Raises NotFound("no-such-load"), BadInput("not-resumable")."""
        self._stranded.discard(load)
        return self._resume(guild, load, by)

    def _resume(self, guild: int | None, load: int, by: Person) -> AsyncGenerator[Progress | Receipt]:
        options = self._options
        return self._run(
            protocol.ResumeJob(
                data=options.data,
                guild=guild,
                by=by,
                vectors=options.vectors,
                load=load,
                limits=options.limits,
            )
        )

    async def resume_interrupted(self) -> AsyncGenerator[Progress | Receipt]:
        """Continues, one after the other, every interrupted load of this process's servers, begins those that
        a killed process had accepted, and yields the events of all; called when the bot starts, when one of
        several processes gets a shard, and every minute. A load that ends with an error, which is logged, is
        not tried again before the next start, unless a person resumes it."""
        for guild, load in await self._reader.interrupted_loads():
            if not await self._is_to_be_resumed(guild, load):
                continue
            try:
                async with aclosing(self._resume(guild, load, Person(None, "newsdesk"))) as events:
                    async for event in events:
                        yield event
            except UserError as error:
                _log.warning("load %d was not resumed: %s", load, error.key)
            except Exception:
                _log.exception("load %d was not resumed", load)

        async for event in self._begin_abandoned():
            yield event

    async def _begin_abandoned(self) -> AsyncGenerator[Progress | Receipt]:
        """Begins accepted loads of killed processes, one after the other."""
        options = self._options
        own = {"data": options.data, "vectors": options.vectors, "limits": options.limits}
        job: protocol.LoadJob | None = None
        is_first = True
        while is_first or job is not None:
            is_first = False
            try:
                async with self._uploads.abandoned(options.shards.current) as job:
                    if job is not None:
                        async with aclosing(self._run(msgspec.structs.replace(job, **own))) as events:
                            async for event in events:
                                yield event
            except UserError as error:
                _log.warning("an accepted load was not begun: %s", error.key)
                return

    async def _is_to_be_resumed(self, guild: int | None, load: int) -> bool:
        """Whether an interrupted load is one of this process's servers, and neither runs nor was resumed
        since, here or elsewhere."""
        if load in self._stranded | self._active:
            return False
        await self._options.until_nobody_writes()
        still = (guild, load) in await self._reader.interrupted_loads()
        is_free = load not in self._stranded | self._active
        return still and is_free and self._options.shards.current.has(guild)

    async def pause(self, guild: int | None, load: int) -> bool:
        """Requests that a running load, of any process, stop until it is resumed; its iterator then yields
        the `paused` receipt. Returns False if no such load is running."""
        return await self._request_stop(guild, load, "pause")

    async def cancel(self, guild: int | None, load: int) -> bool:
        """Requests that a running load, of any process, stop; its iterator then yields the `cancelled`
        receipt. Returns False if no such load is running."""
        return await self._request_stop(guild, load, "cancel")

    async def _request_stop(self, guild: int | None, load: int, stop: protocol.StopRequest) -> bool:
        if self._loaders.request_stop(guild, load, stop):
            return True
        receipt = await self._reader.receipt(guild, load)
        if receipt is None or receipt.state != "running":
            return False
        if not await asyncio.to_thread(self._options.engine.has_writer):
            return False  # the process of a load that is marked as running may have been killed
        return await stop_files.request(self._options.data, guild, load, stop)

    async def abandon(self, guild: int | None, load: int, by: Person) -> Receipt:
        """Sets a paused or failed load to `cancelled`; what it stored remains. Waits while another load is
        being written. Raises NotFound("no-such-load"), BadInput("not-resumable")."""
        job = protocol.CancelJob(data=self._options.data, guild=guild, by=by, load=load)
        receipt = await self._loaders.result(job, Receipt)
        await self._uploads.remove_unused()
        return receipt

    async def undo(self, guild: int | None, load: int, by: Person) -> Undone:
        """Removes exactly what a load of this archive added. Raises NotFound("no-such-load"),
        BadInput("already-undone" | "load-running")."""
        options = self._options
        job = protocol.UndoJob(data=options.data, guild=guild, by=by, vectors=options.vectors, load=load)
        undone = await self._loaders.result(job, Undone)
        self._events.changed()
        counts = {"articles": undone.articles_removed, "comments": undone.comments_removed}
        await self._events.record(guild, "undo", by, load=load, **counts)
        await self._uploads.remove_unused()
        return undone

    async def comments_left(self, load: int) -> int:
        """Returns the number of comments still to be removed while a load is being undone."""
        return await self._reader.count_remaining_comments(load)

    def _job(
        self,
        guild: int | None,
        paths: Sequence[Path],
        name: str,
        by: Person,
        filters: LoadFilter,
        *,
        dropped: bool = False,
        dry: bool = False,
    ) -> protocol.LoadJob:
        return protocol.LoadJob(
            data=self._options.data,
            guild=guild,
            by=by,
            vectors=self._options.vectors,
            paths=tuple(paths),
            name=name,
            load_max_mb=self._options.max_mb,
            zst_window_mb=self._options.zst_window_mb,
            display_names=(name,) if len(paths) == 1 else None,
            filters=filters,
            inside=self._drop_folder.root if dropped else None,
            dry_run=dry,
            limits=self._options.limits,
        )

    async def _run(self, job: protocol.Job) -> AsyncGenerator[Progress | Receipt]:
        load = job.load if isinstance(job, protocol.ResumeJob) else None
        self._active |= {load} if load else set()
        try:
            if isinstance(job, protocol.LoadJob):
                await self._uploads.accept(job)
            if load and job.by.id is not None:
                await self._events.record(job.guild, "load-resumed", job.by, load=load)
            async with aclosing(self._loaders.run(job)) as events:
                async for event in events:
                    if isinstance(event, Receipt):
                        self._note_end(event)
                        await self._record(event)
                    if isinstance(event, Progress | Receipt):
                        load = event.load or load
                        self._active |= {load} if load else set()
                        yield event
        except Exception as error:
            is_outage = isinstance(error, UserError) and error.key == "archive-unavailable"
            self._stranded |= {load} if load and not is_outage else set()
            if isinstance(error, UserError):
                self._troubles.note_error(error.key, error.fields)
            raise
        finally:
            self._active -= {load}
        self._events.changed()
        await self._uploads.remove_unused()

    async def _record(self, receipt: Receipt) -> None:
        if receipt.state != "paused":
            await self._events.record(receipt.guild, "load", receipt.by, **load_detail(receipt))

    def _note_end(self, receipt: Receipt) -> None:
        problem = receipt.problem_message
        if receipt.state == "done":
            self._troubles.mended("loader")
        elif problem is not None and problem.id in ("load-problem-stalled", "load-problem-fault"):
            self._troubles.note("loader", load=receipt.load)
        elif problem is not None:
            self._troubles.note_error(problem.id.removeprefix("error-"), problem.fields)


def rejects_file(data: Path, load: int) -> Path | None:
    """The file of a load's rejected lines in the data folder; None if that has none."""
    return data / rejects_name(load) if engine_of(data).shared_files is None else None


def load_detail(receipt: Receipt) -> dict[str, Any]:
    """What the audit list has of a load."""
    counts = {"articles": receipt.articles.new, "comments": receipt.comments.new}
    return {"load": receipt.load, "name": receipt.name, "state": receipt.state, **counts}
