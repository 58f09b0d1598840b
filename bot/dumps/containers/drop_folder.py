"""Files below one folder, the drop folder, addressed by relative name: no name can refer to a file outside
it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.errors import BadInput

MAX_FILES = 10_000
MAX_DEPTH = 8
UNFINISHED_SUFFIXES = (".part", ".partial", ".tmp", ".crdownload", ".download")
"""Suffixes of unfinished downloads and copies."""


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """One file of the folder; `name` is its path relative to the folder, `changed` its mtime in unix
    nanoseconds."""

    name: str
    size: int
    changed: int


def resolve_inside(root: Path, name: str) -> Path:
    """Returns the path of the file or folder `name` below `root`. Raises BadInput("not-dropped") if it does
    not exist, is hidden, is neither file nor folder, or lies outside `root`: by `..`, an absolute path, or
    any symbolic link."""
    parts = PurePosixPath(name).parts
    if not parts or "\0" in name or any(part.startswith(("/", ".")) for part in parts):
        raise BadInput("not-dropped", name=name)
    try:
        with closing(_Folder(os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))) as folder:
            for part in parts[:-1]:
                folder.enter(part)
            mode = os.stat(parts[-1], dir_fd=folder.handle, follow_symlinks=False).st_mode
    except (OSError, ValueError):
        raise BadInput("not-dropped", name=name) from None
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise BadInput("not-dropped", name=name)
    return root.joinpath(*parts)


class _Folder:
    def __init__(self, handle: int) -> None:
        self.handle = handle

    def enter(self, name: str) -> None:
        """Opens a subfolder in place of this one; never follows a link."""
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        inner = os.open(name, flags, dir_fd=self.handle)
        os.close(self.handle)
        self.handle = inner

    def close(self) -> None:
        os.close(self.handle)


def check_inside(path: Path, root: Path) -> None:
    """Raises BadInput("not-dropped") unless `resolve_inside` would accept the path."""
    name = str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
    resolve_inside(root, name)


def list_files(root: Path) -> Iterator[DroppedFile]:
    """Yields at most MAX_FILES files below the folder: in each folder its files by name, then its subfolders.
    Leaves out hidden files, links and unfinished downloads."""
    files_left = MAX_FILES
    waiting = [("", 0)]
    while waiting and files_left > 0:
        folder, depth = waiting.pop()
        try:
            with os.scandir(root / folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name, reverse=True)
        except OSError:
            continue
        for entry in reversed(entries):
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            name = f"{folder}/{entry.name}" if folder else entry.name
            if (
                entry.is_file(follow_symlinks=False)
                and not entry.name.endswith(UNFINISHED_SUFFIXES)
                and files_left > 0
            ):
                files_left -= 1
                try:
                    status = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                yield DroppedFile(name, status.st_size, status.st_mtime_ns)
        if depth < MAX_DEPTH:
            waiting += [
                (f"{folder}/{entry.name}" if folder else entry.name, depth + 1)
                for entry in entries
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
            ]
