"""The troubles that the operator has to mend: each is noted once, until it is mended, also over restarts."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import get_args

import msgspec

from bot.clock import Clock, system_clock
from bot.domain.status import Trouble, TroubleKind
from bot.services.change_signal import ChangeSignal

FILE = "troubles.json"
"""A file, as the trouble may be the database."""
_KINDS: dict[str, TroubleKind] = {
    "loader-died": "loader",
    "load-stalled": "loader",
    "disk-full": "disk",
    "database-damaged": "database",
    "not-our-database": "database",
}
"""The troubles behind errors that people meet."""

MAX_WRITE_SECONDS = 60.0
"""Files that others have begun to write are no older."""

_log = logging.getLogger(__name__)


class Troubles:
    """The open troubles of a data folder. Methods write a small file only when something changes; where that
    fails, this process still remembers, and `reread` writes it."""

    def __init__(self, data: Path, clock: Clock = system_clock) -> None:
        self.path = data / FILE
        self._clock = clock
        self._open: dict[TroubleKind, Trouble] = {}
        self._is_written = True
        self.changed = ChangeSignal()
        self._sweep()
        self.reread()

    def _sweep(self) -> None:
        """Removes what a process that was killed while it wrote has left."""
        oldest = self._clock().timestamp() - MAX_WRITE_SECONDS
        with suppress(OSError):
            for part in self.path.parent.glob(f"{self.path.stem}.*.part"):
                if part.stat().st_mtime < oldest:
                    part.unlink()

    def reread(self) -> None:
        """Reads what another process has noted, or found to be mended."""
        if not self._is_written:  # the file is behind
            self._write()
            return
        try:
            noted = msgspec.json.decode(self.path.read_bytes(), type=tuple[Trouble, ...])
            self._open = {trouble.kind: trouble for trouble in noted}
        except FileNotFoundError:
            pass
        except (OSError, msgspec.DecodeError) as error:
            _log.warning("%s cannot be read: %s", FILE, type(error).__name__)

    def all(self) -> tuple[Trouble, ...]:
        """The open troubles, in a fixed order."""
        return tuple(self._open[kind] for kind in get_args(TroubleKind) if kind in self._open)

    def note(self, kind: TroubleKind, **fields: object) -> None:
        """Notes a trouble, unless it is open already."""
        if kind not in self._open:
            self.reread()
        if kind not in self._open:
            texts = {name: str(value) for name, value in fields.items()}
            _log.error("trouble: %s %s", kind, texts or "")
            self._set(Trouble(kind, self._clock(), texts))
            self.changed.notify()

    def note_error(self, key: str, fields: Mapping[str, object]) -> None:
        """Notes the trouble behind the UserError with this key, if there is one."""
        if key in _KINDS:
            self.note(_KINDS[key], **fields)

    def note_backup(self, failure: str | None) -> None:
        """Notes how a backup ended."""
        if failure is None:
            self.mended("backup")
        else:
            self.note("backup", reason=failure)

    def mended(self, *kinds: TroubleKind) -> None:
        """Closes troubles: each may be reported again when it returns."""
        if not self._open.keys().isdisjoint(kinds):
            self.reread()
        gone = [kind for kind in kinds if self._open.pop(kind, None) is not None]
        if gone:
            _log.info("mended: %s", ", ".join(gone))
            self._write()

    def mark_notified(self, kind: TroubleKind) -> None:
        """Notes that the operator was alerted."""
        self.reread()
        if kind in self._open:
            self._set(replace(self._open[kind], notified=True))

    def _set(self, trouble: Trouble) -> None:
        self._open[trouble.kind] = trouble
        self._write()

    def _write(self) -> None:
        # Processes in containers of their own have the same number.
        part = self.path.with_suffix(f".{secrets.token_hex(4)}.part")
        try:
            part.write_bytes(msgspec.json.encode(self.all()))
            part.replace(self.path)
            self._is_written = True
        except OSError as error:
            self._is_written = False
            _log.warning("%s cannot be written: %s", FILE, type(error).__name__)
            with suppress(OSError):
                part.unlink(missing_ok=True)
