"""Stores small values by key, and long texts by name."""

from __future__ import annotations

from collections.abc import Sequence

from bot.store.engine import StateConnection
from bot.store.state.store import StateStore, value

MAX_STORED_TEXTS = 100_000
"""Maximum number of long searches whose buttons still work."""
NEXT_VALUE = "CAST(CAST(fact.value AS BIGINT) + 1 AS TEXT)"
"""The value of a counter in the table `fact`, increased by one."""


class KeyValueStore(StateStore):
    """The bot's own values, in the table `fact`, and texts, in `kept`."""

    async def get(self, key: str) -> str | None:
        """The value of the key, or None."""
        return await self._read_one(value, "SELECT value FROM fact WHERE name = ?", key)

    async def keys(self, prefix: str, text: str) -> tuple[str, ...]:
        """The keys with this prefix that have this value."""
        # Not LIKE, for which some characters of a prefix are wildcards.
        sql = "SELECT name FROM fact WHERE value = ? AND substr(name, 1, ?) = ?"
        return await self._read_all(value, sql, text, len(prefix), prefix)

    async def set(self, key: str, text: str) -> None:
        """Stores a value, replacing the previous one."""
        await self._change(
            "INSERT INTO fact (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            key,
            text,
        )

    async def delete(self, keys: Sequence[str]) -> None:
        """Deletes the keys that exist."""
        statement = "DELETE FROM fact WHERE name = ?"
        await self._write(lambda db: db.executemany(statement, [(key,) for key in keys]))

    async def increment(self, keys: Sequence[str]) -> None:
        """Adds one to each of these numeric values; a missing value counts as 0."""
        statement = (
            "INSERT INTO fact (name, value) VALUES (?, '1')"
            f" ON CONFLICT (name) DO UPDATE SET value = {NEXT_VALUE}"
        )
        await self._write(lambda db: db.executemany(statement, [(key,) for key in keys]))

    async def store_text(self, name: str, text: str, guild: int | None = None) -> None:
        """Stores a text under a unique name, for a server if one is given: the text is deleted with what else
        is stored of it, unless others have stored the same one. Beyond MAX_STORED_TEXTS the oldest texts are
        deleted."""

        def job(db: StateConnection) -> None:
            db.execute(
                "INSERT INTO kept (id, name, value, guild)"
                " SELECT coalesce(max(id), 0) + 1, ?, ?, ? FROM kept WHERE true"
                " ON CONFLICT (name) DO UPDATE SET id = excluded.id WHERE kept.id < excluded.id - ?",
                (name, text, guild, MAX_STORED_TEXTS // 2),
            )
            others = "" if guild is None else " AND guild <> ?"
            db.execute(
                f"UPDATE kept SET guild = NULL WHERE name = ? AND guild IS NOT NULL{others}",
                (name, *(() if guild is None else (guild,))),
            )
            db.execute("DELETE FROM kept WHERE id <= (SELECT max(id) FROM kept) - ?", (MAX_STORED_TEXTS,))

        await self._write(job)

    async def load_text(self, name: str) -> str | None:
        """The text of this name, or None."""
        return await self._read_one(value, "SELECT value FROM kept WHERE name = ?", name)
