"""Attached files: their places in the data folder and, where that has them, in the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from bot.errors import BadInput
from bot.file_errors import file_error
from bot.loading import protocol
from bot.store.databases import Engine
from bot.store.engines import engine_of
from bot.store.load_files import LoadFiles

PREFIX = "upload-"
"""The prefix of the folders in the data folder that hold one file each."""
CONTENT, ACCEPTED = "dump", "job"
"""The names in such a folder of the file, and of the job of its load until that has begun."""
_HELD = re.compile(f"{PREFIX}[0-9a-f]{{16}}")
"""The name of such a folder, which no operator gives a folder."""


def folder_of(path: Path) -> str:
    """The name of the folder of an attached file; empty for other files."""
    return path.parent.name if path.parent.name.startswith(PREFIX) and path.name == CONTENT else ""


def folders_of(jobs: Iterable[protocol.LoadJob]) -> set[str]:
    """The names of the folders of all attached files of jobs."""
    return {folder for job in jobs for path in job.paths if (folder := folder_of(path))}


def accepted_name(job: protocol.LoadJob) -> str | None:
    """The name of the file that describes an accepted load of an attached file; None for other loads."""
    folder = min(folders_of([job]), default=None)
    return folder and f"{folder}/{ACCEPTED}"


def with_attached(job: protocol.LoadJob, data: Path, on_part: Callable[[], None]) -> protocol.LoadJob:
    """The job with its attached files in this data folder: those that another process has accepted, maybe on
    another machine, are copied from the database, with a call of `on_part` for each part. Raises
    BadInput("no-such-file") if that has removed the file, and the UserErrors of the disk."""
    engine = engine_of(data)
    paths = tuple(_local(engine, path, on_part) if folder_of(path) else path for path in job.paths)
    return msgspec.structs.replace(job, data=data, paths=paths)


def _local(engine: Engine, path: Path, on_part: Callable[[], None]) -> Path:
    name = f"{folder_of(path)}/{CONTENT}"
    local = engine.folder.absolute() / name
    if engine.shared_files is None or not _HELD.fullmatch(folder_of(path)):
        return local if local.exists() and not path.exists() else path
    with engine.shared_files() as files:
        if not files.size(name):
            raise BadInput("no-such-file", path=path)
        if not local.exists():
            try:
                _copy(files, name, local, on_part)
            except OSError as error:
                raise file_error(error, local) or error from error
    return local


def _copy(files: LoadFiles, name: str, path: Path, on_part: Callable[[], None]) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        for content in files.parts(name):
            file.write(content)
            on_part()
    part.replace(path)
