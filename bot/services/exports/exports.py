"""Exports of threads, searches and archives as files: in bounded memory, with progress, and cancellable."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from bot.domain.articles import Scope
from bot.domain.dump import ParsedComment, ParsedThread
from bot.domain.exports import (
    MAX_SEARCHED_THREADS,
    SUFFIXES,
    Exported,
    ExportFormat,
    ExportPart,
    ExportProgress,
)
from bot.domain.search import Filters
from bot.errors import BadInput, NotFound
from bot.i18n import msg
from bot.services.archive import ArchiveService
from bot.services.exports.writers import ThreadWriter, writer_of
from bot.services.held_folders import held_folder, remove_unheld
from bot.services.pseudonyms import displayed_name, letters
from bot.store.corpus.exports import ExportReader
from bot.store.corpus.reader import CorpusReader

PREFIX = "export-"
IDS_AT_ONCE = 200
COMMENTS_AT_ONCE = 1000
_REDDIT = re.compile(r"(?:https?://)?(?:[\w-]+\.)*(?:reddit\.com|redd\.it)(?![\w.-])", re.IGNORECASE)
Report = Callable[[ExportProgress], None]


class ExportService:
    """Writes exports into the data folder. One export of each server runs at a time."""

    def __init__(
        self, data: Path, reader: ExportReader, names: CorpusReader, archive: ArchiveService
    ) -> None:
        self._data = data
        self._reader = reader
        self._names = names
        self._archive = archive
        self._running: dict[int, asyncio.Event] = {}

    async def remove_unused(self) -> None:
        """Removes the files of exports whose process was killed; called at the start of each process."""
        await asyncio.to_thread(remove_unheld, self._data, PREFIX)

    def cancel(self, guild: int) -> bool:
        """Cancels the export of a server; False if none runs."""
        event = self._running.get(guild)
        if event is not None:
            event.set()
        return event is not None

    @asynccontextmanager
    async def folder(self, guild: int) -> AsyncGenerator[Path]:
        """A folder for the export of a server, removed at the end. Raises BadInput("export-running")."""
        if guild in self._running:
            raise BadInput("export-running")
        self._running[guild] = asyncio.Event()
        try:
            async with held_folder(self._data, PREFIX) as folder:
                try:
                    yield folder
                finally:
                    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        finally:
            del self._running[guild]

    async def thread(self, scope: Scope, ref: int | str) -> tuple[int, ...]:
        """Returns the id of one thread. Raises NotFound("no-such-article")."""
        return ((await self._archive.article(scope, ref)).id,)

    async def search(self, scope: Scope, query: str, filters: Filters = Filters()) -> tuple[int, ...]:  # noqa: B008 - frozen
        """Returns the ids of the threads that a search finds, best matches first. Raises
        NotFound("nothing-to-export")."""
        ids = await self._archive.ranking(scope, query, filters)
        if not ids:
            raise NotFound("nothing-to-export")
        return ids[:MAX_SEARCHED_THREADS]

    async def export(
        self,
        scope: Scope,
        ids: tuple[int, ...] | None,
        format_: ExportFormat,
        target: Path | BinaryIO,
        report: Report = lambda _: None,
        *,
        guild: int = 0,
        max_bytes: int | None = None,
        max_parts: int = 1,
    ) -> Exported:
        """Writes these threads, or all of the scope (None), into parts of at most `max_bytes` in a folder, or
        to an open file. Raises BadInput("export-cancelled" | "export-too-large") and
        NotFound("nothing-to-export")."""
        total = await self._reader.count(scope) if ids is None else len(ids)
        if not total:
            raise NotFound("nothing-to-export")
        cancelled = self._running.get(guild)
        parts = _Parts(target, writer_of(format_), SUFFIXES[format_], max_bytes, max_parts)
        articles = comments = 0
        try:
            async for number in self._ids(scope, ids):
                thread = await self._reader.thread(scope, number)
                if thread is None:  # undone meanwhile
                    continue
                names = await self._letters(scope, number)
                articles += 1
                await asyncio.to_thread(parts.add_thread, _renamed_thread(thread, scope), articles)
                async for block in self._comments(scope, number):
                    renamed = [_renamed_comment(comment, names) for comment in block]
                    await asyncio.to_thread(parts.add_comments, renamed, articles)
                    comments += len(block)
                    report(ExportProgress(articles, comments, parts.written, total))
                    if cancelled is not None and cancelled.is_set():
                        raise BadInput("export-cancelled")
                report(ExportProgress(articles, comments, parts.written, total))
                if cancelled is not None and cancelled.is_set():
                    raise BadInput("export-cancelled")
        finally:
            parts.close()
        return Exported(tuple(parts.closed), articles, comments)

    async def _ids(self, scope: Scope, ids: tuple[int, ...] | None) -> AsyncIterator[int]:
        if ids is not None:
            for number in ids:
                yield number
            return
        last = -1
        while page := await self._reader.article_ids(scope, last, IDS_AT_ONCE):
            for number in page:
                yield number
            last = page[-1]

    async def _comments(self, scope: Scope, article: int) -> AsyncIterator[list[ParsedComment]]:
        last = -1
        while page := await self._reader.comments(scope, article, last, COMMENTS_AT_ONCE):
            yield [comment for _, comment in page]
            last = page[-1][0]

    async def _letters(self, scope: Scope, article: int) -> Mapping[str, str] | None:
        """The letters that stand for the commenters of a thread, if the scope hides names."""
        if not scope.pseudonyms:
            return None
        authors = (await self._names.commenters(scope, [article])).get(article, ())
        return {
            author: msg("commenter-letter", letter=letters(place)) for place, author in enumerate(authors)
        }


class _Parts:
    """Files of at most `max_bytes`; a thread that continues in the next one is named there again."""

    def __init__(
        self,
        target: Path | BinaryIO,
        writer: ThreadWriter,
        suffix: str,
        max_bytes: int | None,
        max_parts: int,
    ) -> None:
        self._target = target
        self._writer = writer
        self._suffix = suffix
        self._max_bytes = max_bytes
        self._max_parts = max_parts
        self._file: BinaryIO | None = None
        self._size = 0
        self._thread = b""
        self.written = 0
        self.closed: list[ExportPart] = []

    def add_thread(self, thread: ParsedThread, number: int) -> None:
        self._thread = self._writer.thread(thread, number)
        self._add(self._thread)

    def add_comments(self, comments: list[ParsedComment], number: int) -> None:
        for comment in comments:
            self._add(self._writer.comment(comment, number), self._thread)

    def _add(self, data: bytes, again: bytes = b"") -> None:
        """Writes data, in a new part if this one is full: then after `again`."""
        full = self._max_bytes is not None and self._size + len(data) > self._max_bytes
        if self._file is None or full:
            self._begin()
            data = self._writer.head + again + data if self._size == 0 else data
        if self._max_bytes is not None and self._size + len(data) > self._max_bytes:
            raise BadInput("export-too-large", most=self._max_parts)
        assert self._file is not None  # noqa: S101 - begun above
        self._file.write(data)
        self._size += len(data)
        self.written += len(data)

    def _begin(self) -> None:
        self.close()
        if len(self.closed) == self._max_parts:
            raise BadInput("export-too-large", most=self._max_parts)
        if isinstance(self._target, Path):
            path = self._target / f"newsdesk-{len(self.closed) + 1}.{self._suffix}"
            self._file = path.open("wb")
            self._path = path
        else:
            self._file = self._target
        self._size = 0

    def close(self) -> None:
        if self._file is not None and isinstance(self._target, Path):
            self._file.close()
            self.closed.append(ExportPart(self._path, self._size))
        self._file = None


def _renamed_thread(thread: ParsedThread, scope: Scope) -> ParsedThread:
    """The thread; if the scope hides names, without what leads to them: the key and addresses on Reddit."""
    if not scope.pseudonyms:
        return thread
    link = None if thread.link and _REDDIT.match(thread.link) else thread.link
    return replace(thread, submitter=None, discussion=None, key=None, link=link)


def _renamed_comment(comment: ParsedComment, names: Mapping[str, str] | None) -> ParsedComment:
    if names is None:
        return comment
    return comment._replace(
        author=displayed_name(comment.author, names), link=None, key=None, parent_key=None
    )
