"""The operator's drop folder, from which moderators load by name."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import BadInput

if TYPE_CHECKING:
    from bot.dumps.containers.drop_folder import DroppedFile


class DropFolder:
    """Names and paths of its files; the folder is optional."""

    def __init__(self, root: Path | None) -> None:
        self._root = root

    @property
    def exists(self) -> bool:
        """Whether the operator has set a drop folder."""
        return self._root is not None

    @property
    def root(self) -> Path:
        """Returns the absolute path of the folder. Raises BadInput("no-drop-folder")."""
        if self._root is None:
            raise BadInput("no-drop-folder")
        return self._root.absolute()

    async def files(self) -> list[DroppedFile]:
        """Returns its files, at any depth; empty without a drop folder."""
        root = self._root
        if root is None:
            return []
        from bot.dumps.containers.drop_folder import list_files

        return await asyncio.to_thread(lambda: list(list_files(root)))

    async def names(self, text: str = "", limit: int = 25) -> tuple[str, ...]:
        """Returns at most `limit` names of files that contain `text`, ignoring case; those that begin with it
        first."""
        typed = text.casefold()
        names = [file.name for file in await self.files() if typed in file.name.casefold()]
        return tuple(sorted(names, key=lambda name: not name.casefold().startswith(typed))[:limit])

    async def path(self, name: str) -> Path:
        """Returns the path of the file or folder with this name. Raises BadInput("not-dropped" |
        "no-drop-folder")."""
        from bot.dumps.containers.drop_folder import resolve_inside

        return await asyncio.to_thread(resolve_inside, self.root, name)
