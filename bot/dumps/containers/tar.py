"""Reads tar archives as a stream, one member at a time, in constant memory.

The standard library's reader keeps every member that it has read, and reads extended headers of any size into
memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.dumps.containers.streams import EntryKind, Readable, Section, broken_archive, read_exactly
from bot.dumps.rejections import Rejected

_BLOCK = 512
_MAX_HEADER_BYTES = 1 << 20
_KINDS: dict[bytes, EntryKind] = {
    b"0": "file",
    b"\0": "file",
    b"7": "file",
    b"1": "link",
    b"2": "link",
    b"5": "folder",
}


@dataclass(slots=True)
class TarEntry:
    """One member; `data` is valid until the next one is read."""

    name: str
    kind: EntryKind
    data: Section

    def open(self) -> Readable:
        return self.data


@dataclass(slots=True)
class _Extended:
    """Fields for the next member from extended headers."""

    name: str | None = None
    size: int | None = None
    sparse: bool = False


def tar_entries(source: Readable) -> Iterator[TarEntry]:
    """Yields the members in order. Raises Rejected for a damaged archive."""
    extended = _Extended()
    while True:
        block = read_exactly(source, _BLOCK)
        if not block or not any(block):
            return
        size = _checked_size(block)
        flag = block[156:157]
        if flag in b"xgLKX":
            _extend(extended, flag, _header_data(source, size))
            continue
        size = size if extended.size is None else extended.size
        name = extended.name or _name(block)
        # Archives from before 1988 mark folders only by a trailing slash.
        kind = "folder" if name.endswith("/") else _KINDS.get(flag, "special")
        data = Section(source, 0 if kind in ("folder", "link") else size)
        yield TarEntry(name, "special" if extended.sparse else kind, data)
        data.skip()
        Section(source, -size % _BLOCK if kind not in ("folder", "link") else 0).skip()
        extended = _Extended()


def _checked_size(block: bytes) -> int:
    """The member's size, after verifying the header's checksum."""
    if len(block) < _BLOCK:
        raise broken_archive()
    if _number(block[148:156]) != sum(block) - sum(block[148:156]) + 8 * 32:
        raise broken_archive()
    return _number(block[124:136])


def _number(field: bytes) -> int:
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    if digits.translate(None, b"01234567"):
        raise broken_archive()
    return int(digits or b"0", 8)


def _name(block: bytes) -> str:
    name = block[:100].split(b"\0", 1)[0]
    prefix = block[345:500].split(b"\0", 1)[0] if block[257:263] == b"ustar\0" else b""
    return (prefix + b"/" + name if prefix else name).decode("utf-8", "replace")


def _header_data(source: Readable, size: int) -> bytes:
    if size > _MAX_HEADER_BYTES:
        raise Rejected("broken-archive", "rejected-bad-header")
    padded = size + -size % _BLOCK
    data = read_exactly(source, padded)
    if len(data) < padded:
        raise broken_archive()
    return data[:size]


def _extend(extended: _Extended, flag: bytes, data: bytes) -> None:
    if flag == b"L":
        extended.name = data.split(b"\0", 1)[0].decode("utf-8", "replace")
    if flag not in b"xX":
        return
    start = 0
    while start < len(data):
        blank = data.find(b" ", start, start + 8)
        length = data[start : max(start, blank)]
        if not length.isdigit() or not blank < (end := start + int(length)) <= len(data):
            raise broken_archive()
        key, _, value = data[blank + 1 : end - 1].partition(b"=")
        if key == b"path":
            extended.name = value.decode("utf-8", "replace")
        elif key == b"size":
            extended.size = _decimal(value)
        elif key.startswith(b"GNU.sparse."):
            extended.sparse = True
        start = end


def _decimal(value: bytes) -> int:
    if not value.isdigit() or len(value) > 18:
        raise broken_archive()
    return int(value)
