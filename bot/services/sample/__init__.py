"""The sample archive: eighteen months of a fictional harbour town's news, in the page format."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from bot.domain.articles import Scope
from bot.domain.loads import Person, Progress, Receipt
from bot.errors import BadInput
from bot.services.loads import LoadService
from bot.store.corpus.reader import CorpusReader


def sample_paths() -> tuple[Path, ...]:
    """The paths of the pages, sorted by name; they are part of the installed package."""
    pages = (Path(str(entry)) for entry in files(__name__).iterdir() if entry.name.endswith(".txt"))
    return tuple(sorted(pages))


class SampleService:
    """Loads the sample archive into the archives of servers."""

    def __init__(self, reader: CorpusReader, loads: LoadService) -> None:
        self._reader = reader
        self._loads = loads
        self._loading: set[int] = set()

    @asynccontextmanager
    async def loading(
        self, guild: int, name: str, by: Person
    ) -> AsyncGenerator[AsyncGenerator[Progress | Receipt]]:
        """The events of an ordinary load of the sample, called `name`. Raises BadInput("sample-loading" |
        "sample-loaded") if it is being loaded into this archive, or all of it is there."""
        if guild in self._loading:
            raise BadInput("sample-loading")
        self._loading.add(guild)
        try:
            if await self.is_loaded(guild):
                raise BadInput("sample-loaded")
            yield self._loads.load(guild, sample_paths(), name, by)
        finally:
            self._loading.discard(guild)

    async def is_loaded(self, guild: int) -> bool:
        """Whether a server's own archive has all articles of the sample, whichever load added them."""
        own = Scope(guild, shared=False)
        for title in await asyncio.to_thread(_titles):
            if not await self._reader.find_by_title(own, title):
                return False
        return True


@lru_cache(maxsize=1)
def _titles() -> tuple[str, ...]:
    """The headline of each page, which is its first line."""
    return tuple(path.read_text(encoding="utf-8").partition("\n")[0] for path in sample_paths())
