"""A PostgreSQL server for a benchmark, as durable as it comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.support.measure import Rows
from tests.support import postgres


@contextmanager
def durable_server(rows: Rows, settings: tuple[str, ...] = ()) -> Iterator[postgres.PostgresServer | None]:
    """Yields a server that ends with the block, or None where the machine lacks one, which `rows` then say at
    their end."""
    if missing := postgres.missing():
        yield None
        rows.append(("PostgreSQL", f"not measured: {missing}"))
        return
    server = postgres.PostgresServer(durable=True, settings=settings)
    try:
        yield server
    finally:
        server.end()
