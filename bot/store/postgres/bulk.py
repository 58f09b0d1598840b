"""Statements with many rows of values, in few exchanges with the server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from struct import Struct
from typing import Any, NamedTuple

import psycopg

from bot.store.postgres.dialect import bind, plain

STATEMENTS_PER_EXCHANGE = 200
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_VECTOR_ROW = Struct(">hiqi")
_END = b"\xff\xff"
_MARKS = r"\((?:\?|NULL)(?:, (?:\?|NULL))*\)"
_INSERT = re.compile(rf"INSERT +INTO (?P<table>\w+(?: \([\w, ]+\))?) VALUES (?P<row>{_MARKS})(?:, {_MARKS})*")


class _Copy(NamedTuple):
    """A COPY that does what an INSERT does, and for each column whether it has a value."""

    sql: bytes
    given: tuple[bool, ...]


def run(cursor: psycopg.ClientCursor[Any], sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Runs a statement for each row of values: as a COPY if it only inserts, or else many at once."""
    copied = _copy_of(sql)
    if copied is None:
        _run_statements(cursor, sql, rows)
        return
    width = sum(copied.given)
    with cursor.copy(copied.sql) as copy:
        for values in rows:
            for start in range(0, len(values), width):
                row = map(plain, values[start : start + width])
                copy.write_row([next(row) if given else None for given in copied.given])


@lru_cache(maxsize=256)
def _copy_of(sql: str) -> _Copy | None:
    match = _INSERT.fullmatch(sql.strip())
    if match is None:
        return None
    given = tuple(mark == "?" for mark in match["row"][1:-1].split(", "))
    return _Copy(f"COPY {match['table']} FROM STDIN".encode(), given)


def _run_statements(cursor: psycopg.ClientCursor[Any], sql: str, rows: Iterable[Sequence[Any]]) -> None:
    rest: Iterator[Sequence[Any]] = iter(rows)
    while part := [cursor.mogrify(*bind(sql, row)) for row in islice(rest, STATEMENTS_PER_EXCHANGE)]:
        cursor.execute("; ".join(part).encode())


def copy_vectors(cursor: psycopg.Cursor[Any], table: str, vectors: Iterable[tuple[int, bytes]]) -> None:
    """Adds rows with an id and a tsvector in its binary format."""
    with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)".encode()) as copy:
        copy.write(_HEADER)
        for row, vector in vectors:
            copy.write(_VECTOR_ROW.pack(2, 8, row, len(vector)) + vector)
        copy.write(_END)
