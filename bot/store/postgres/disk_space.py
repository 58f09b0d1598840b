"""What a schema of a PostgreSQL database takes of the server's disk."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from bot.store.postgres.postgres_connection import PostgresConnection, PostgresLog


class PostgresDiskSpace(PostgresLog):
    """Implements `bot.store.engine.DiskSpace`. The files belong to the server, which reuses the space of
    deleted rows and of its log by itself."""

    def __init__(self, db: PostgresConnection) -> None:
        self._db = db

    def size(self) -> int:
        """See `DiskSpace.size`."""
        sql = (
            "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class"
            " WHERE relnamespace = to_regnamespace(current_schema()) AND relkind = 'r'"
        )
        return int(self._db.execute(sql).fetchone()[0])

    def remove_copies(self) -> None:
        """See `DiskSpace.remove_copies`: none are made."""

    def expect_large_writes(self) -> None:
        """See `DiskSpace.expect_large_writes`: the server needs no notice of them."""

    def overwriting(self) -> AbstractContextManager[None]:
        """See `DiskSpace.overwriting`: `release_space` removes what was deleted from the tables."""
        return nullcontext()

    def release_space(self, on_step: Callable[[], None]) -> None:
        """See `DiskSpace.release_space`."""
        sql = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
        for (table,) in self._db.execute(sql).fetchall():
            self._db.run_script(f"VACUUM {table}")
            on_step()

    def limit_log(self, on_wait: Callable[[], None]) -> None:
        """See `DiskSpace.limit_log`: the server does."""

    def empty_log(self, on_wait: Callable[[], None]) -> bool:
        """See `DiskSpace.empty_log`."""
        return self.truncate_log()
