"""Erases authors from archives, at their own wish."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.articles import author_name
from bot.domain.loads import AuthorPreview, Erased, Person
from bot.errors import BadInput
from bot.loading import protocol
from bot.loading.process import LoadProcesses
from bot.services.loads import LoadOptions
from bot.services.settings import SettingsService
from bot.store.corpus.authors import AuthorReader
from bot.store.ingest.erased_authors import name_spellings


class ErasureService:
    """The erasure of authors from one server's archive, or from all archives (`guild` None). Names ignore
    case. Methods raise BadInput("no-name"). `on_change` is called when an author was erased."""

    def __init__(
        self,
        reader: AuthorReader,
        settings: SettingsService,
        loaders: LoadProcesses,
        options: LoadOptions,
        on_change: Callable[[], None],
    ) -> None:
        self._reader = reader
        self._settings = settings
        self._loaders = loaders
        self._options = options
        self._on_change = on_change

    async def preview(self, guild: int | None, name: str) -> AuthorPreview:
        """Returns what `erase` would empty; for an unknown name, names like it, unless the server hides
        names."""
        author = _checked(name)
        hidden = guild is not None and (await self._settings.get(guild)).pseudonyms
        return await self._reader.preview(guild, author, name_spellings(author), nearest=not hidden)

    async def erase(self, guild: int | None, name: str, by: Person) -> Erased:
        """Removes an author's name and words permanently: no later load or undo restores them."""
        options = self._options
        job = protocol.EraseJob(
            data=options.data.absolute(), guild=guild, by=by, vectors=options.vectors, name=_checked(name)
        )
        erased = await self._loaders.result(job, Erased)
        self._on_change()
        return erased


def _checked(name: str) -> str:
    author = author_name(name)
    if author is None:
        raise BadInput("no-name")
    return author
