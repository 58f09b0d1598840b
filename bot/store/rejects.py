"""The file in which an operator finds every line of a dump that was not loaded, and why."""

from __future__ import annotations

import errno
import os
from itertools import accumulate, islice
from pathlib import Path

import msgspec

from bot.errors import UserError

FOLDER = "rejects"
MOST_BYTES = 64 << 20
"""A dump of nothing but bad lines shall not fill the disk."""
_TEXT = 200


class Rejected(msgspec.Struct, frozen=True):
    """One line of the file; `text` is the beginning of what was rejected, where that is a line of a dump."""

    where: str
    reason: str
    detail: str
    line: int | None = None
    text: str | None = None


class Rejects:
    """Collects what one load rejects. The file is made with the first of them; of a load that is resumed it
    is cut to the `size` that it had at the checkpoint, so that nothing stands in it twice."""

    def __init__(self, data: Path, load: int, size: int = 0) -> None:
        self._path = path_of(data, load)
        self._waiting: list[bytes] = []
        self.size = 0
        if self._path.exists():
            self.size = min(size, self._path.stat().st_size)
            os.truncate(self._path, self.size)

    def note(self, where: str, reason: str, detail: str, line: int | None = None, raw: bytes = b"") -> None:
        """Takes one down, to be written by the next `write`."""
        text = raw[:_TEXT].decode("utf-8", "replace") if raw else None
        self._waiting.append(_encoder.encode(Rejected(_clean(where), reason, _clean(detail), line, text)))

    def write(self) -> None:
        """Writes what was noted. Raises UserError("disk-full" | "disk-error")."""
        if not self._waiting:
            return
        lengths = accumulate((len(line) + 1 for line in self._waiting), initial=self.size)
        fitting = [
            line
            for line, end in zip(self._waiting, islice(lengths, 1, None), strict=True)
            if end <= MOST_BYTES
        ]
        data = b"".join(line + b"\n" for line in fitting)
        self._waiting.clear()
        try:
            self._path.parent.mkdir(exist_ok=True)
            with self._path.open("ab") as file:
                file.write(data)
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            raise UserError("disk-full" if full else "disk-error", file=str(self._path)) from error
        self.size += len(data)


def path_of(data: Path, load: int) -> Path:
    """Where the rejected lines of a load are, if there were any."""
    return data / FOLDER / f"{load}.ndjson"


def forget_in(data: Path, name: str) -> None:
    """Empties the text of every rejected line that holds the name."""
    wanted = name.encode("utf-8", "replace").lower()
    for path in sorted((data / FOLDER).glob("*.ndjson")):
        lines = path.read_bytes().splitlines()
        if any(wanted in line.lower() for line in lines):
            kept = [_without_text(line) if wanted in line.lower() else line for line in lines]
            path.write_bytes(b"".join(line + b"\n" for line in kept))


def _without_text(line: bytes) -> bytes:
    try:
        return _encoder.encode(msgspec.structs.replace(_decoder.decode(line), text=None))
    except msgspec.MsgspecError:  # a line that a killed loader left unfinished
        return b"{}"


def _clean(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Rejected)
