"""Puts restored files in the place of the present ones, which are kept aside. Once begun it is always
finished: by the next process that opens the folder if this one is killed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bot.store.backup_folders import sync, write_file

MARKER = "restore.json"
STAGED = ".restore"
"""The folder with the files that are to be in the data folder."""
LOGS = ("-wal", "-shm", "-journal")


class _Plan(msgspec.Struct, frozen=True):
    aside: str
    staged: list[str]
    files: list[str]


def begin(data: Path, aside: str, files: Sequence[str]) -> Path:
    """Puts everything in STAGED in its place; databases among `files` that are not there go aside too.
    Returns the folder with the files of before."""
    staged = sorted(path.name for path in (data / STAGED).iterdir())
    logs = [f"{file}{log}" for file in files for log in LOGS]
    write_file(data / MARKER, msgspec.json.encode(_Plan(aside, staged, [*logs, *files])))
    finish(data)
    return data / aside


def finish(data: Path) -> None:
    """Finishes what was begun, if anything was. The folder must not be in use."""
    marker, staging = data / MARKER, data / STAGED
    if not marker.exists():
        return
    plan = msgspec.json.decode(marker.read_bytes(), type=_Plan)
    aside = data / plan.aside
    aside.mkdir(exist_ok=True)
    for name in plan.files:
        if name not in plan.staged and (data / name).exists():
            (data / name).rename(aside / name)
    for name in plan.staged:
        if (staging / name).exists():
            if (data / name).exists():
                (data / name).rename(aside / name)
            (staging / name).rename(data / name)
    sync(aside)
    sync(data)
    marker.unlink()
    shutil.rmtree(staging, ignore_errors=True)
