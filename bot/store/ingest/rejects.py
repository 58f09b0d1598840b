"""The list of every rejected line of a dump, with the reason: a file that belongs to its load."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate

import msgspec

from bot.domain.dump import Rejection
from bot.domain.mentions import mentions, unescape_json, without_name
from bot.domain.stored_message import StoredMessage
from bot.i18n import english
from bot.store.corpus.receipts import escape_surrogates
from bot.store.ingest.erased_authors import ErasedAuthors
from bot.store.load_files import LoadFiles

FOLDER = "rejects"
MAX_FILE_BYTES = 64 << 20
"""Maximum size: a dump of only invalid lines must not fill the disk."""
REDACTED = StoredMessage("rejected-redacted")
"""In place of the detail of a rejection that may quote an erased author."""
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
        self, files: LoadFiles, load: int, size: int = 0, erased_authors: ErasedAuthors | None = None
    ) -> None:
        self._erased_authors = erased_authors
        self._files = files
        self._name = rejects_name(load)
        self._pending: list[bytes] = []
        files.truncate(self._name, size)
        self.size = files.size(self._name)

    def add(self, where: str, reason: str, detail: str, line: int | None = None, raw: bytes = b"") -> None:
        """Adds a line; `write` stores it."""
        text = raw[:_MAX_TEXT_BYTES].decode("utf-8", "replace") if raw else None
        if self._is_redacted(raw):
            text, detail = None, english(REDACTED)
        self._pending.append(
            _encoder.encode(
                RejectedLine(escape_surrogates(where), reason, escape_surrogates(detail), line, text)
            )
        )

    def redacted(self, rejection: Rejection, raw: bytes) -> Rejection:
        """The rejection without what it may quote of an erased author; `raw` is its line."""
        if not self._is_redacted(raw):
            return rejection
        return replace(rejection, detail=english(REDACTED), message=REDACTED)

    def _is_redacted(self, raw: bytes) -> bool:
        text = raw[:_MAX_TEXT_BYTES].decode("utf-8", "replace")
        return bool(text and self._erased_authors and not _names_only_others(text, self._erased_authors))

    def write(self) -> None:
        """Writes the added lines. Raises what `LoadFiles` raises."""
        if not self._pending:
            return
        ends = accumulate(len(line) + 1 for line in self._pending)
        fitting = [
            line for line, end in zip(self._pending, ends, strict=True) if self.size + end <= MAX_FILE_BYTES
        ]
        data = _lines(fitting)
        self._pending.clear()
        self._files.append(self._name, data)
        self.size += len(data)


def rejects_name(load: int) -> str:
    """The name of the file of a load's rejected lines."""
    return f"{FOLDER}/{load}.ndjson"


def erase_lines(content: bytes, name: str) -> tuple[bytes | None, list[str]]:
    """The file without the text and detail of every rejected line that contains the name, or that was
    truncated before its author, and the places of these lines; None if nothing changes."""
    before = content.splitlines()
    lines, places = [], []
    for line in before:
        try:
            rejected = _decoder.decode(line)
        except msgspec.MsgspecError:  # a partial line of a killed loader
            lines.append(b"{}")
            continue
        if _concerns(name, rejected):
            places.append(rejected.where)
            where = without_name(name, rejected.where)
            line = _encoder.encode(RejectedLine(where, rejected.reason, english(REDACTED), rejected.line))
        lines.append(line)
    return (None if lines == before else _lines(lines)), places


def _lines(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _concerns(name: str, rejected: RejectedLine) -> bool:
    text = rejected.text
    if any(mentions(name, known) for known in (rejected.where, rejected.detail, text)):
        return True
    return text is not None and not _is_whole(text) and not _AUTHOR.search(text)


def _names_only_others(text: str, erased_authors: ErasedAuthors) -> bool:
    authors = [unescape_json(author) for author in _AUTHOR.findall(text)]
    return bool(authors) and not any(author in erased_authors for author in authors)


def _is_whole(text: str) -> bool:
    return len(text.encode()) < _MAX_TEXT_BYTES


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(RejectedLine)
