"""Reads the rows of a statement as they are needed."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

import psycopg

from bot.store.postgres.postgres_connection import PostgresConnection

ROWS_PER_FETCH = 500
_numbers = count(1)


def stream(db: PostgresConnection, sql: str, values: Sequence[Any]) -> Generator[Any, None, None]:
    """See `Connection.stream`. What is not read in a transaction is freed when that ends; outside of one, the
    server keeps a copy of the rows on its disk."""
    name = f"stream_{next(_numbers)}"
    outlasts = not db.in_transaction
    db.execute(f"DECLARE {name} NO SCROLL CURSOR{' WITH HOLD' * outlasts} FOR {sql}", values)
    try:
        while rows := db.execute(f"FETCH {ROWS_PER_FETCH} FROM {name}").fetchall():
            yield from rows
    except psycopg.errors.InvalidCursorName as error:
        if outlasts:  # a transaction has begun on a new connection since, and the copy went with the old one
            raise psycopg.OperationalError("the connection was cut while rows were read") from error
        raise
    finally:
        if outlasts:
            with suppress(psycopg.Error):  # the connection is gone, and the copy with it
                db.run_script(f"CLOSE {name}")
