"""Watches the drop folder: loads new files once they have stopped growing."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from typing import TYPE_CHECKING

from bot.domain.loads import Person, Receipt
from bot.errors import UserError
from bot.services.drop_folder import DropFolder
from bot.services.key_value import KeyValueService
from bot.services.loads import LoadService

if TYPE_CHECKING:
    from bot.dumps.containers.drop_folder import DroppedFile

_log = logging.getLogger(__name__)


class DropFolderWatcher:
    """Loads each file of the folder into the shared archive, once for each version of it that has stopped
    changing. The state file stores which, so that nothing is loaded again after a restart."""

    def __init__(self, folder: DropFolder, loads: LoadService, key_value: KeyValueService) -> None:
        self._folder = folder
        self._loads = loads
        self._key_value = key_value
        self._seen: dict[str, DroppedFile] = {}

    async def run(self, interval: float = 15.0) -> None:
        """Checks the folder every `interval` seconds, indefinitely. Returns only if there is no drop
        folder."""
        while self._folder.exists:
            try:
                await self.look()
            except UserError as error:
                _log.warning("the drop folder was not looked into: %s", error.key)
            except Exception:
                _log.exception("the drop folder was not looked into")
            await asyncio.sleep(interval)

    async def look(self) -> None:
        """Loads files that are new and unchanged since the last check."""
        files = {file.name: file for file in await self._folder.files()}
        ready = [file for name, file in files.items() if self._seen.get(name) == file]
        self._seen = files
        for file in ready:
            if await self._key_value.get(_key(file)) != _state(file):
                await self._load(file)

    async def _load(self, file: DroppedFile) -> None:
        by = Person(None, "drop folder")
        try:
            async with aclosing(self._loads.load_dropped(None, file.name, by)) as events:
                async for event in events:
                    if isinstance(event, Receipt) or event.load:
                        # From here on the load has a number, under which it is resumed.
                        await self._key_value.set(_key(file), _state(file))
                    if isinstance(event, Receipt):
                        _log.info("loaded %s from the drop folder: %s", file.name, event.state)
        except UserError as error:
            _log.warning("%s in the drop folder was not loaded: %s", file.name, error.key)
            await self._key_value.set(_key(file), _state(file))


def _key(file: DroppedFile) -> str:
    return f"dropped:{file.name}"


def _state(file: DroppedFile) -> str:
    return f"{file.size}:{file.changed}"
