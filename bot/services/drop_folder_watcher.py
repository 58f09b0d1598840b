"""Watches the drop folder: what is new there and has stopped growing is loaded by itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path

from bot.domain.loads import Progress, Receipt
from bot.dumps.containers.drop_folder import DroppedFile, list_files
from bot.errors import UserError
from bot.store.state.settings import State

_log = logging.getLogger(__name__)

Load = Callable[[str], AsyncGenerator[Progress | Receipt]]


class DropWatch:
    """Loads each file of the folder once for every state that it comes to rest in; the state file remembers
    which, so that nothing is loaded again after a restart."""

    def __init__(self, root: Path, state: State, load: Load) -> None:
        self._root = root
        self._state = state
        self._load = load
        self._seen: dict[str, DroppedFile] = {}

    async def run(self, every: float) -> None:
        """Looks every so many seconds, for ever."""
        while True:
            try:
                await self.look()
            except UserError as error:
                _log.warning("the drop folder was not looked into: %s", error.key)
            except Exception:
                _log.exception("the drop folder was not looked into")
            await asyncio.sleep(every)

    async def look(self) -> None:
        """Loads what is new and as it was at the last look."""
        found = await asyncio.to_thread(lambda: {one.name: one for one in list_files(self._root)})
        ready = [one for name, one in found.items() if self._seen.get(name) == one]
        self._seen = found
        for one in ready:
            if await self._state.fact(_fact(one)) != _mark(one):
                await self._take(one)

    async def _take(self, one: DroppedFile) -> None:
        try:
            async with aclosing(self._load(one.name)) as told:
                async for step in told:
                    if isinstance(step, Receipt) or step.load:
                        # From here on the load has a number, and is resumed under that.
                        await self._state.set_fact(_fact(one), _mark(one))
                    if isinstance(step, Receipt):
                        _log.info("loaded %s from the drop folder: %s", one.name, step.state)
        except UserError as error:
            _log.warning("%s in the drop folder was not loaded: %s", one.name, error.key)
            await self._state.set_fact(_fact(one), _mark(one))


def _fact(one: DroppedFile) -> str:
    return f"dropped:{one.name}"


def _mark(one: DroppedFile) -> str:
    return f"{one.size}:{one.changed}"
