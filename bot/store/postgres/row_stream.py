"""Reads the rows of a statement as they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from bot.store.postgres.postgres_connection import PostgresConnection

ROWS_PER_FETCH = 500
_numbers = count(1)


def stream(db: PostgresConnection, sql: str, values: Sequence[Any]) -> Iterator[Any]:
    """See `Connection.stream`. What is not read is freed when the transaction ends."""
    name = f"stream_{next(_numbers)}"
    db.execute(f"DECLARE {name} NO SCROLL CURSOR FOR {sql}", values)
    while rows := db.execute(f"FETCH {ROWS_PER_FETCH} FROM {name}").fetchall():
        yield from rows
    db.execute(f"CLOSE {name}")
