"""What `check` asks of the databases themselves: pages, schema and references."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bot.store.sqlite import schema
from bot.store.sqlite.migrations import migrations

MAX_PROBLEMS = 20
_MAX_CHARACTERS = 500


class SqliteSoundness:
    """Implements `bot.store.engine.Soundness`."""

    def __init__(self, db: sqlite3.Connection, file: str) -> None:
        self._db = db
        self._file = file

    def damaged_pages(self) -> str:
        """See `Soundness.damaged_pages`."""
        problems = [row[0] for row in self._db.execute(f"PRAGMA integrity_check({MAX_PROBLEMS})")]
        return "" if problems == ["ok"] else "; ".join(problems)[:_MAX_CHARACTERS]

    def missing_names(self) -> list[str]:
        """See `Soundness.missing_names`."""
        scripts, version = migrations(Path(self._file).stem), self.schema_version()
        expected, actual = schema.expected_names(scripts[:version]), schema.names(self._db)
        return sorted(expected ^ actual if version < len(scripts) else expected - actual)

    def broken_references(self) -> int:
        """See `Soundness.broken_references`."""
        return len(self._db.execute("PRAGMA foreign_key_check").fetchall())

    def schema_version(self) -> int:
        """See `Soundness.schema_version`."""
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])
