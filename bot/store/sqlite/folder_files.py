"""The files of loads in the data folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import UserError
from bot.file_errors import DISK_FULL
from bot.store.backup_folders import FOLDERS
from bot.store.load_files import PART_BYTES


class FolderFiles:
    """Implements `bot.store.load_files.LoadFiles`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """See `LoadFiles.names`."""
        paths = [path for pattern in FOLDERS for path in self._folder.glob(f"{pattern}/*")]
        return sorted(path.relative_to(self._folder).as_posix() for path in paths if path.is_file())

    def size(self, name: str) -> int:
        """See `LoadFiles.size`."""
        path = self._folder / name
        return path.stat().st_size if path.exists() else 0

    def parts(self, name: str) -> Iterator[bytes]:
        """See `LoadFiles.parts`."""
        path = self._folder / name
        if not path.exists():
            return
        with _user_errors(path), path.open("rb") as file:
            while part := file.read(PART_BYTES):
                yield part

    def append(self, name: str, content: bytes) -> None:
        """See `LoadFiles.append`."""
        path = self._folder / name
        with _user_errors(path):
            path.parent.mkdir(exist_ok=True)
            with path.open("ab") as file:
                file.write(content)

    def truncate(self, name: str, size: int) -> None:
        """See `LoadFiles.truncate`."""
        path = self._folder / name
        with _user_errors(path):
            if path.exists() and path.stat().st_size > size:
                os.truncate(path, size)

    def replace(self, name: str, content: bytes) -> None:
        """See `LoadFiles.replace`."""
        path = self._folder / name
        part = path.with_suffix(".part")
        with _user_errors(path):
            part.write_bytes(content)
            part.replace(path)

    def delete(self, name: str) -> None:
        """See `LoadFiles.delete`."""
        path = self._folder / name
        with _user_errors(path):
            path.unlink(missing_ok=True)


@contextmanager
def _user_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError("disk-full" if error.errno in DISK_FULL else "disk-error", file=str(path)) from error
