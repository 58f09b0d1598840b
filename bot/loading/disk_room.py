"""The disk space that a load needs: estimated from the size of its dump before it, from its texts in a
preview."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from bot.domain.loads import LoadFilter
from bot.dumps.containers.sniff import CONTAINERS, HEAD_BYTES, sniff
from bot.dumps.containers.walk import size_on_disk
from bot.errors import BadInput
from bot.store.databases import Engine

BYTES_PER_TEXT_BYTE = 2
"""Size of the database for each byte of text: 1.92 to 1.98 were measured of comments alone; `benchmarks.bulk`
measures 2.37 to 2.50 with the submissions of the same time."""
BYTES_PER_PACKED_BYTE = 3
"""Size of the database for each byte of a packed Reddit dump, measured on `benchmarks.support.reddit_dump`;
packed pages need more."""
BYTES_PER_RECORD_BYTE = 0.3
"""The same for plain records, most of whose bytes are not text. Records with fewer fields need more: no load
is refused that would fit."""


def needed_for_texts(engine: Engine, size: int) -> int:
    """Bytes that a load of texts of this size in UTF-8 needs on the disk."""
    return engine.space_for(BYTES_PER_TEXT_BYTE * size)


def free_bytes(folder: Path) -> int:
    """Free space for a data folder, which may not exist yet."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def check_room(engine: Engine, paths: Sequence[Path], filters: LoadFilter) -> None:
    """Raises BadInput("no-room-for-load") if the disk has no room for a load without a filter, which may
    leave out most of its dump."""
    if filters != LoadFilter(over_18=filters.over_18):
        return
    size = round(sum(map(_estimate, paths)))
    # The estimates include what the engine needs beside the database, unless its disk is elsewhere.
    needed, free = min(size, engine.space_for(size)), free_bytes(engine.folder)
    if needed > free:
        raise BadInput("no-room-for-load", needed=-(-needed // 1_000_000), free=free // 1_000_000)


def _estimate(path: Path) -> float:
    size = size_on_disk(path)
    if not path.is_file():
        return size
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if sniff(head) in CONTAINERS:
        return size * BYTES_PER_PACKED_BYTE
    return size * (BYTES_PER_RECORD_BYTE if head.lstrip().startswith((b"{", b"[")) else 1)
