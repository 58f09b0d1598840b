"""The columns of a Parquet table, which is not read, to name it by them."""

from __future__ import annotations

from typing import Any, Final

from bot.dumps.containers.streams import CHUNK_BYTES, Budget, Readable

MAX_FILE_BYTES: Final = 1 << 30
MAX_FOOTER_BYTES: Final = 4 << 20
_MAX_DEPTH: Final = 8
_SCHEMA, _NAME, _CHILDREN = 2, 4, 5
"""Numbers of fields: the schema of a file, and the name and the number of children of its elements."""


def columns(stream: Readable, budget: Budget) -> list[str]:
    """The names of the columns, none if they cannot be read. The footer that has them is at the end."""
    tail, size = b"", 0
    budget.streaming = True
    try:
        while size < MAX_FILE_BYTES and (data := stream.read(CHUNK_BYTES)):
            tail = (tail + data)[-MAX_FOOTER_BYTES:]
            size += len(data)
    finally:
        budget.streaming = False
    footer = tail[-8 - int.from_bytes(tail[-8:-4], "little") : -8] if tail.endswith(b"PAR1") else b""
    try:
        _, *elements = _struct(footer, 0, _SCHEMA)[0][_SCHEMA]
        names: list[str] = []
        inner = 0  # elements to come that are inside a column
        for element in elements:
            if not inner:
                names.append(element[_NAME].decode())
            inner = max(0, inner - 1) + element.get(_CHILDREN, 0)
        return names
    except (IndexError, KeyError, TypeError, ValueError, AttributeError):
        return []


# Thrift's compact protocol: functions return (what is at an offset, the offset after it).


def _struct(data: bytes, at: int, last: int = 0, depth: int = 0) -> tuple[dict[int, Any], int]:
    """The fields of a structure, up to number `last` if given."""
    fields: dict[int, Any] = {}
    number = 0
    while data[at] and (not last or number < last):
        step, kind = data[at] >> 4, data[at] & 15
        at += 1
        if not step:
            step, at = _number(data, at)
            number = 0
        number += step
        fields[number], at = _value(data, at, kind, depth)
    return fields, at + 1


def _value(data: bytes, at: int, kind: int, depth: int) -> tuple[Any, int]:
    if depth > _MAX_DEPTH:
        raise ValueError
    if kind in (1, 2):
        return kind == 1, at
    if kind == 3:
        return data[at], at + 1
    if kind in (4, 5, 6):
        return _number(data, at)
    if kind == 7:
        return None, at + 8
    if kind == 8:
        size, at = _varint(data, at)
        return data[at : at + size], at + size
    if kind in (9, 10):
        return _list(data, at, depth + 1)
    if kind == 12:
        return _struct(data, at, depth=depth + 1)
    raise ValueError


def _list(data: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    size, kind = data[at] >> 4, data[at] & 15
    at += 1
    if size == 15:
        size, at = _varint(data, at)
    items: list[Any] = []
    for _ in range(size):
        item, at = _value(data, at, 3 if kind in (1, 2) else kind, depth)
        items.append(item)
        if at > len(data):
            raise IndexError
    return items, at


def _number(data: bytes, at: int) -> tuple[int, int]:
    value, at = _varint(data, at)
    return (value >> 1) ^ -(value & 1), at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
        if shift > 70:
            raise ValueError
