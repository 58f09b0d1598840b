"""The operator's drop folder, from which moderators load by name."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import BadInput

if TYPE_CHECKING:
    from bot.dumps.containers.drop_folder import DroppedFile


class DropFolder:
    """Names and paths of what lies in it; there may be none."""

    def __init__(self, root: Path | None) -> None:
        self._root = root

    @property
    def exists(self) -> bool:
        """Whether the operator has set one."""
        return self._root is not None

    @property
    def root(self) -> Path:
        """The folder, absolute. Raises BadInput("no-drop-folder")."""
        if self._root is None:
            raise BadInput("no-drop-folder")
        return self._root.absolute()

    async def files(self) -> list[DroppedFile]:
        """What lies in it, at any depth; nothing where there is no such folder."""
        root = self._root
        if root is None:
            return []
        from bot.dumps.containers.drop_folder import list_files

        return await asyncio.to_thread(lambda: list(list_files(root)))

    async def names(self, text: str = "", limit: int = 25) -> tuple[str, ...]:
        """Names of files that hold `text`, whatever its case, those that begin with it first."""
        typed = text.casefold()
        names = [file.name for file in await self.files() if typed in file.name.casefold()]
        return tuple(sorted(names, key=lambda name: not name.casefold().startswith(typed))[:limit])

    async def path(self, name: str) -> Path:
        """The file or folder of this name. Raises BadInput("not-dropped" | "no-drop-folder")."""
        from bot.dumps.containers.drop_folder import resolve_inside

        return await asyncio.to_thread(resolve_inside, self.root, name)
