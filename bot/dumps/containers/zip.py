"""Reads zip archives by their central directory, one member at a time.

The standard library's reader creates an object for every member before it returns the first, and trusts the
directory; this one parses the directory incrementally and checks it.
"""

from __future__ import annotations

import bz2
import io
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from bot.dumps.containers.decompressors import Inflate, Zstd
from bot.dumps.containers.streams import (
    Budget,
    CountedUnpacking,
    DamagedArchive,
    EntryKind,
    Readable,
    Section,
    Seekable,
    broken_archive,
    read_exactly,
)
from bot.dumps.rejections import Rejected

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_RECORD = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_MAX_DIRECTORY_BYTES = 64 << 20
_UNIX = 3
_ENCRYPTED = 0x41
_SIZE_FOLLOWS = 0x08
_WIDE = 0xFFFFFFFF
_MAX_OFFSET = 1 << 62
"""Seeking to an offset that needs more than 63 bits raises OverflowError."""


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One member as described by the directory."""

    name: str
    method: int
    encrypted: bool
    link: bool
    crc: int
    packed: int
    offset: int

    @property
    def kind(self) -> EntryKind:
        return "folder" if self.name.endswith("/") else "link" if self.link else "file"


def zip_entries(file: Seekable) -> Iterator[ZipEntry]:
    """Yields the members in the directory's order. Raises Rejected for a damaged directory; for a truncated
    archive, which has no directory, only after yielding the members that can be read without it."""
    size = file.seek(0, io.SEEK_END)
    try:
        position, length, shift = _find_directory(file, size)
    except Rejected as damage:
        yield from _entries_without_directory(file, size)
        raise damage
    if length > _MAX_DIRECTORY_BYTES:
        raise Rejected("too-many", "rejected-too-many-members")
    file.seek(position)
    directory = read_exactly(file, length)
    offset = 0
    while offset + _RECORD.size <= len(directory):
        fields = _RECORD.unpack_from(directory, offset)
        if fields[0] != b"PK\x01\x02":
            raise broken_archive()
        name_end = offset + _RECORD.size + fields[10]
        extra_end = name_end + fields[11]
        name = directory[offset + _RECORD.size : name_end]
        yield _entry(fields, name, directory[name_end:extra_end], shift)
        offset = extra_end + fields[12]
    if offset != len(directory):
        raise broken_archive()


def _entries_without_directory(file: Seekable, size: int) -> Iterator[ZipEntry]:
    """Yields members by their local headers, up to the first that does not give its size."""
    position = 0
    while True:
        file.seek(position)
        header = read_exactly(file, _LOCAL.size)
        if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
            return
        _, _, flags, method, _, _, crc, packed, _, name_length, extra_length = _LOCAL.unpack(header)
        end = position + _LOCAL.size + name_length + extra_length + packed
        if end > size or packed == _WIDE or flags & _SIZE_FOLLOWS:
            return
        name = _decode_name(read_exactly(file, name_length))
        yield ZipEntry(name, method, bool(flags & _ENCRYPTED), False, crc, packed, position)
        position = end


def open_entry(file: Seekable, entry: ZipEntry, budget: Budget) -> Readable:
    """Opens the member's data; its checksum is verified at the end. Raises Rejected if it cannot be read."""
    if entry.encrypted:
        raise Rejected("encrypted", "rejected-encrypted")
    if entry.offset > _MAX_OFFSET:
        raise broken_archive()
    file.seek(entry.offset)
    header = read_exactly(file, _LOCAL.size)
    if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
        raise broken_archive()
    fields = _LOCAL.unpack(header)
    Section(file, fields[9] + fields[10]).skip()
    packed = Section(file, entry.packed)
    if entry.method == 0:
        source: Readable = packed
    elif entry.method == 8:
        source = Inflate(packed)
    elif entry.method == 12:
        source = cast(Readable, bz2.BZ2File(cast("io.BytesIO", packed)))
    elif entry.method == 93:
        source = Zstd(packed, budget.limits.zstd_window)
    else:
        raise Rejected("unsupported", "rejected-method", method=str(entry.method))
    return _CrcChecked(CountedUnpacking(source, budget), entry.crc)


class _CrcChecked:
    """A member's data; raises Rejected at the end if the checksum is wrong."""

    def __init__(self, source: Readable, crc: int) -> None:
        self._source = source
        self._expected_crc = crc
        self._crc = 0

    def read(self, size: int, /) -> bytes:
        data = self._source.read(size)
        self._crc = zlib.crc32(data, self._crc)
        if size and not data and self._crc != self._expected_crc:
            raise DamagedArchive()
        return data


def _find_directory(file: Seekable, size: int) -> tuple[int, int, int]:
    """Returns the directory's offset and length, and the shift of all offsets (other data may precede the
    archive)."""
    tail_start = max(0, size - _END.size - 0xFFFF)
    file.seek(tail_start)
    tail = read_exactly(file, size - tail_start)
    offset = tail.rfind(b"PK\x05\x06")
    if offset < 0 or offset + _END.size > len(tail):
        raise broken_archive()
    _, _, _, _, _, length, claimed, _ = _END.unpack_from(tail, offset)
    end = tail_start + offset
    file.seek(max(0, end - _LOCATOR64.size))
    locator = read_exactly(file, _LOCATOR64.size)
    # Some writers always add the 64-bit records, so the sizes do not show whether they exist.
    if len(locator) == _LOCATOR64.size and locator[:4] == b"PK\x06\x07":
        end = min(_LOCATOR64.unpack(locator)[2], size)
        file.seek(end)
        record = read_exactly(file, _END64.size)
        if len(record) < _END64.size or record[:4] != b"PK\x06\x06":
            raise broken_archive()
        length, claimed = _END64.unpack(record)[8:10]
    start = end - length
    if start < 0 or claimed > start:
        raise broken_archive()
    return start, length, start - claimed


def _entry(fields: tuple[int, ...], name: bytes, extra: bytes, shift: int) -> ZipEntry:
    _, version, _, flags, method, _, _, crc, packed, unpacked, *_ = fields
    attributes, offset = fields[15], fields[16]
    if _WIDE in (packed, unpacked, offset):
        packed, offset = _zip64_values(extra, packed, unpacked, offset)
    return ZipEntry(
        name=_decode_name(name),
        method=method,
        encrypted=bool(flags & _ENCRYPTED),
        link=version >> 8 == _UNIX and stat.S_ISLNK(attributes >> 16),
        crc=crc,
        packed=packed,
        offset=offset + shift,
    )


def _decode_name(name: bytes) -> str:
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        text = name.decode("cp437")
    return text.replace("\\", "/")


def _zip64_values(extra: bytes, packed: int, unpacked: int, offset: int) -> tuple[int, int]:
    """Returns packed size, unpacked size and offset, with the 64-bit values that did not fit into the
    record."""
    start = 0
    while len(extra) - start >= 4:
        kind, length = struct.unpack_from("<HH", extra, start)
        if kind == 1:
            in_extra = [value == _WIDE for value in (unpacked, packed, offset)]
            if length < 8 * sum(in_extra) or len(extra) < start + 4 + length:
                raise broken_archive()
            values = iter(struct.unpack_from(f"<{sum(in_extra)}Q", extra, start + 4))
            _, packed, offset = (
                next(values) if wide else value
                for wide, value in zip(in_extra, (unpacked, packed, offset), strict=True)
            )
            return packed, offset
        start += 4 + length
    raise broken_archive()
