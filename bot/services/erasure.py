"""Erases authors from archives, at their own wish."""

from __future__ import annotations

import asyncio
import logging

from bot.clock import system_clock
from bot.domain.articles import author_name
from bot.domain.backups import Backup
from bot.domain.loads import AuthorPreview, Erased, Person
from bot.domain.mentions import mentions
from bot.errors import BadInput
from bot.loading import protocol
from bot.loading.process import LoadProcesses
from bot.services.archive_events import ArchiveEvents
from bot.services.loads import LoadOptions
from bot.services.settings import SettingsService
from bot.services.uploads import Uploads
from bot.store.corpus.authors import AuthorReader
from bot.store.ingest.erased_authors import name_spellings
from bot.store.state.erasure import StateEraser

_log = logging.getLogger(__name__)


class ErasureService:
    """The erasure of authors from one server's archive, or from all archives (`guild` None). Names ignore
    case. Methods raise BadInput("no-name"). `events` is notified when an author was erased."""

    def __init__(
        self,
        reader: AuthorReader,
        state: StateEraser,
        settings: SettingsService,
        loaders: LoadProcesses,
        options: LoadOptions,
        uploads: Uploads,
        events: ArchiveEvents,
    ) -> None:
        self._reader = reader
        self._state = state
        self._settings = settings
        self._loaders = loaders
        self._options = options
        self._uploads = uploads
        self._events = events

    async def preview(self, guild: int | None, name: str) -> AuthorPreview:
        """Returns what `erase` would empty; for an unknown name, names like it, unless the server hides
        names."""
        author = _checked(name)
        hidden = guild is not None and (await self._settings.get(guild)).pseudonyms
        return await self._reader.preview(guild, author, name_spellings(author), nearest=not hidden)

    async def erase(self, guild: int | None, name: str, by: Person) -> Erased:
        """Removes an author's name and words permanently: no later load or undo restores them."""
        author, options = _checked(name), self._options
        job = protocol.EraseJob(
            data=options.data.absolute(), guild=guild, by=by, vectors=options.vectors, name=author
        )
        await self.erase_state(guild, author)
        erased = await self._loaders.result(job, Erased)
        await self.erase_state(guild, author)
        await self._uploads.erase(guild)
        if by.id is not None:  # another process may finish what was recorded
            counts = {"articles": erased.articles, "comments": erased.comments}
            await self._events.record(guild, "forget", by, **counts)
        self._events.changed()
        return erased

    async def erase_state(self, guild: int | None, name: str) -> None:
        """Removes an author's name from the bot's own state, before and after they are erased from the
        archive."""
        await self._state.erase_name(guild, name, system_clock())
        titles = await self._reader.titles(await self._state.titled_articles(guild, name))
        erased = {article: title for article, title in titles.items() if not mentions(name, title)}
        await self._state.replace_titles(guild, name, erased)

    async def is_unfinished(self, guild: int | None, name: str) -> bool:
        """Whether an erasure of this author has begun and not ended, so that it has to be run again."""
        author = _checked(name).lower()
        begun = await self._reader.unfinished_erasures()
        return any(place == guild and other.lower() == author for place, other in begun)

    async def resume(self) -> None:
        """Finishes the erasures of this process's servers whose process was killed; called before interrupted
        loads are resumed."""
        for guild, name in await self._reader.unfinished_erasures():
            await self._options.until_nobody_writes()  # another process may be erasing
            still = (guild, name) in await self._reader.unfinished_erasures()
            if not still or not self._options.shards.current.has(guild):
                continue
            try:
                await self.erase(guild, name, Person(None, "newsdesk"))
            except Exception:
                _log.exception("the erasure of an author was not finished")

    async def backups(self) -> tuple[Backup, ...]:
        """Returns the known backups, which still contain what was erased after they were made."""
        return await asyncio.to_thread(self._options.engine.backups.known)


def _checked(name: str) -> str:
    author = author_name(name)
    if author is None:
        raise BadInput("no-name")
    return author
