"""Stop requests to the loader of another process: a file in the data folder, which that process takes."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from pathlib import Path

from bot.loading import protocol

TIMEOUT_SECONDS = 2.0
"""Time in which a process that runs the load takes the request: longer than it pauses between two looks, and
short enough for somebody who has pressed a button."""
_MAX_AGE_SECONDS = 5.0
_PREFIX = "stop-load-"
_POLL_SECONDS = 0.05

_log = logging.getLogger(__name__)


def _path(data: Path, guild: int | None, load: int) -> Path:
    return data / f"{_PREFIX}{guild or 0}-{load}"


async def request(data: Path, guild: int | None, load: int, stop: protocol.StopRequest) -> bool:
    """Requests a load to stop that another process runs; False if none has taken the request in time, or if
    it cannot be written."""
    _remove_left(data)
    path = _path(data, guild, load)
    try:
        path.with_suffix(".new").write_text(stop)
        path.with_suffix(".new").replace(path)
    except OSError as error:
        _log.warning("load %d was not asked to stop: %s", load, error)
        return False
    until = time.monotonic() + TIMEOUT_SECONDS
    try:
        while path.exists():
            if time.monotonic() > until:
                return False
            await asyncio.sleep(_POLL_SECONDS)
        return True
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def take(data: Path, guild: int | None, load: int) -> protocol.StopRequest | None:
    """Takes the request to a load that runs here; None if there is none, or only one for which nobody waits
    any more."""
    path = _path(data, guild, load)
    with suppress(OSError):
        age = time.time() - path.stat().st_mtime
        text = path.read_bytes()
        path.unlink()
        if abs(age) < _MAX_AGE_SECONDS:
            return protocol.STOP_REQUESTS.get(text)
    return None


def _remove_left(data: Path) -> None:
    """Removes the requests of processes that were killed while they waited."""
    for path in data.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if abs(time.time() - path.stat().st_mtime) > _MAX_AGE_SECONDS:
                path.unlink()
