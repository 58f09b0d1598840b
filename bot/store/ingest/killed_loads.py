"""Loads whose process had to be killed: how they end is noted for the next writer of the corpus, which may
be another server's load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import msgspec

from bot.domain.stored_message import StoredMessage

KilledState = Literal["paused", "cancelled", "failed"]
_Note = tuple[KilledState, StoredMessage | None]
_PREFIX = "killed-load-"


def note(data: Path, load: int, state: KilledState, problem: StoredMessage | None) -> None:
    """Notes how a running load ends. The caller kills its process afterwards."""
    path = data / f"{_PREFIX}{load}"
    path.with_suffix(".new").write_bytes(msgspec.json.encode((state, problem)))
    path.with_suffix(".new").replace(path)


@contextmanager
def taken(data: Path) -> Iterator[Mapping[int, _Note]]:
    """All notes by load; they are deleted after the block."""
    notes: dict[int, _Note] = {}
    paths = [path for path in data.glob(f"{_PREFIX}*") if path.suffix != ".new"]
    for path in paths:
        with suppress(OSError, ValueError):
            notes[int(path.name.removeprefix(_PREFIX))] = msgspec.json.decode(path.read_bytes(), type=_Note)
    yield notes
    for path in paths:
        path.unlink(missing_ok=True)
