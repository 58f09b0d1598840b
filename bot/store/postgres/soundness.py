"""What `check` asks of a schema in PostgreSQL."""

from __future__ import annotations

from bot.store.postgres.postgres_connection import PostgresConnection


class PostgresSoundness:
    """Implements `bot.store.engine.Soundness`. The pages are checked by the server as it reads them, if its
    administrator has chosen that."""

    def __init__(self, db: PostgresConnection) -> None:
        self._db = db

    def damaged_pages(self) -> str:
        """See `Soundness.damaged_pages`."""
        return ""

    def missing_names(self) -> list[str]:
        """See `Soundness.missing_names`: the schema changes in the transactions of its migrations alone."""
        return []

    def broken_references(self) -> int:
        """See `Soundness.broken_references`: the server checks all others when they are written."""
        if "comment" not in self._db.tables_with("article"):
            return 0
        article = "SELECT 1 FROM article WHERE id = comment.article"
        sql = f"SELECT count(*) FROM comment WHERE NOT EXISTS ({article})"
        return int(self._db.execute(sql).fetchone()[0])

    def schema_version(self) -> int:
        """See `Soundness.schema_version`."""
        return int(self._db.execute("SELECT version FROM schema_version").fetchone()[0])
