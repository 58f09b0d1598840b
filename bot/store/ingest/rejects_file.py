"""A file that lists every rejected line of a dump, with the reason."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path

import msgspec

from bot.errors import UserError
from bot.file_errors import DISK_FULL
from bot.store.corpus.receipts import escape_surrogates
from bot.store.ingest.erased_authors import ErasedAuthors

FOLDER = "rejects"
MAX_FILE_BYTES = 64 << 20
"""Maximum size: a dump of only invalid lines must not fill the disk."""
_MAX_TEXT_BYTES = 200
"""Maximum bytes stored of a rejected line."""
_AUTHOR = re.compile(r'"author"\s*:\s*"((?:[^"\\]|\\.)*)"')


class RejectedLine(msgspec.Struct, frozen=True):
    """One line of the file; `text` is the beginning of the rejected content if that is a line of a dump."""

    where: str
    reason: str
    detail: str
    line: int | None = None
    text: str | None = None


class RejectsFile:
    """Collects the rejections of one load. The first line creates the file. When a load is resumed, the file
    is truncated to `size`, its size at the checkpoint, so that no line is listed twice. In an archive with
    erased authors, only lines that name another author keep their text."""

    def __init__(
        self, data: Path, load: int, size: int = 0, erased_authors: ErasedAuthors | None = None
    ) -> None:
        self._erased_authors = erased_authors
        self._path = rejects_path(data, load)
        self._pending: list[bytes] = []
        self.size = 0
        if self._path.exists():
            self.size = min(size, self._path.stat().st_size)
            os.truncate(self._path, self.size)

    def add(self, where: str, reason: str, detail: str, line: int | None = None, raw: bytes = b"") -> None:
        """Adds a line; `write` stores it."""
        text = raw[:_MAX_TEXT_BYTES].decode("utf-8", "replace") if raw else None
        if text and self._erased_authors and not _names_only_others(text, self._erased_authors):
            text = None
        self._pending.append(
            _encoder.encode(
                RejectedLine(escape_surrogates(where), reason, escape_surrogates(detail), line, text)
            )
        )

    def write(self) -> None:
        """Writes the added lines. Raises UserError("disk-full" | "disk-error")."""
        if not self._pending:
            return
        ends = accumulate(len(line) + 1 for line in self._pending)
        fitting = [
            line for line, end in zip(self._pending, ends, strict=True) if self.size + end <= MAX_FILE_BYTES
        ]
        data = _lines(fitting)
        self._pending.clear()
        try:
            self._path.parent.mkdir(exist_ok=True)
            with self._path.open("ab") as file:
                file.write(data)
        except OSError as error:
            raise UserError(
                "disk-full" if error.errno in DISK_FULL else "disk-error", file=str(self._path)
            ) from error
        self.size += len(data)


def rejects_path(data: Path, load: int) -> Path:
    """The path of a load's rejected lines, whether it exists or not."""
    return data / FOLDER / f"{load}.ndjson"


def erase_from_rejects(data: Path, name: str, loads: Iterable[int]) -> None:
    """Removes the text of every rejected line of these loads that contains the name, or that was truncated
    before its author."""
    for path in (rejects_path(data, load) for load in loads):
        if path.exists():
            lines = path.read_bytes().splitlines()
            kept = [_without(name.lower(), line) for line in lines]
            if kept != lines:
                path.write_bytes(_lines(kept))


def _lines(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _without(name: str, line: bytes) -> bytes:
    try:
        rejected = _decoder.decode(line)
    except msgspec.MsgspecError:  # a partial line of a killed loader
        return b"{}"
    text = rejected.text
    if text is None or (name not in text.lower() and (_is_whole(text) or _AUTHOR.search(text))):
        return line
    return _encoder.encode(msgspec.structs.replace(rejected, text=None))


def _names_only_others(text: str, erased_authors: ErasedAuthors) -> bool:
    authors = _AUTHOR.findall(text)
    return bool(authors) and not any(author in erased_authors for author in authors)


def _is_whole(text: str) -> bool:
    return len(text.encode()) < _MAX_TEXT_BYTES


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(RejectedLine)
