"""What servers have chosen and what the bot remembers, in a file that only the bot writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import from_unix, to_unix
from bot.domain.server_settings import ServerSettings
from bot.store.sqlite import connection
from bot.store.sqlite.pool import Pool

MAX_STORED_TEXTS = 100_000
"""Long searches whose buttons go on working."""

_CHOICES = tuple(one.name for one in fields(ServerSettings) if one.name != "guild")
_SWITCHES = ("shared_archive", "adult", "pseudonyms")


class State:
    """Reads and writes `data/state.db`. What a method has written is on disk when it returns. Raises what
    `bot.store.sqlite.connection.user_errors` raises."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @classmethod
    def open(cls, data: Path, *, busy_timeout: float = connection.BUSY_TIMEOUT_SECONDS) -> State:
        """Makes or migrates the file if need be. Raises BadInput("not-our-database" | "newer-schema")."""
        return cls(
            Pool(
                [connection.open_writer(data, connection.STATE, busy_timeout=busy_timeout)],
                connection.STATE.file,
            )
        )

    async def close(self) -> None:
        """Waits for what runs, then closes the file."""
        await self._pool.close()

    async def settings(self, guild: int) -> ServerSettings:
        """What the server has chosen, or the defaults."""

        def job(db: sqlite3.Connection) -> ServerSettings:
            row = db.execute(
                f"SELECT {', '.join(_CHOICES)} FROM settings WHERE guild = ?", (guild,)
            ).fetchone()
            if row is None:
                return ServerSettings(guild)
            chosen = dict(zip(_CHOICES, row, strict=True))
            chosen["languages"] = tuple(chosen["languages"].split())
            for name in _SWITCHES:
                chosen[name] = bool(chosen[name])
            return ServerSettings(guild, **chosen)

        return await self._pool.run(job)

    async def save_settings(self, settings: ServerSettings) -> None:
        """Keeps all of them for their server."""
        chosen = {name: getattr(settings, name) for name in _CHOICES}
        chosen["languages"] = " ".join(settings.languages)
        marks = ", ".join("?" * (len(chosen) + 1))
        changes = ", ".join(f"{name} = excluded.{name}" for name in chosen)
        await self._write(
            f"INSERT INTO settings (guild, {', '.join(chosen)}) VALUES ({marks})"
            f" ON CONFLICT (guild) DO UPDATE SET {changes}",
            (settings.guild, *chosen.values()),
        )

    async def fact(self, name: str) -> str | None:
        """A small thing that the bot keeps about itself, or None."""

        def job(db: sqlite3.Connection) -> str | None:
            row = db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
            return row[0] if row else None

        return await self._pool.run(job)

    async def set_fact(self, name: str, value: str) -> None:
        """Keeps it."""
        await self._write(
            "INSERT INTO fact (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    async def drop_fact(self, name: str) -> None:
        """Keeps it no longer."""
        await self._write("DELETE FROM fact WHERE name = ?", (name,))

    async def drop_facts(self, names: Sequence[str]) -> None:
        """Drops those of them that are there."""

        def job(db: sqlite3.Connection) -> None:
            db.executemany("DELETE FROM fact WHERE name = ?", [(name,) for name in names])

        await self._pool.run(job, writing=True)

    async def count(self, names: Sequence[str]) -> None:
        """Adds one to each of these facts, which are numbers."""

        def job(db: sqlite3.Connection) -> None:
            db.executemany(
                "INSERT INTO fact (name, value) VALUES (?, '1')"
                " ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
                [(name,) for name in names],
            )

        await self._pool.run(job, writing=True)

    async def visit(
        self, guild: int, member: int, now: datetime, gap: timedelta, kept: timedelta
    ) -> datetime | None:
        """Notes that a member is here, and returns when their visit before this one ended: one is over after
        a `gap` without use. None for the first. What is older than `kept` is forgotten."""

        def job(db: sqlite3.Connection) -> datetime | None:
            at = to_unix(now)
            db.execute("DELETE FROM visit WHERE last_at < ?", (to_unix(now - kept),))
            row = db.execute(
                "INSERT INTO visit (guild, member, last_at) VALUES (?, ?, ?)"
                " ON CONFLICT (guild, member) DO UPDATE SET last_at = max(last_at, excluded.last_at),"
                " before_at = iif(last_at < ?, last_at, before_at) RETURNING before_at",
                (guild, member, at, at - gap.total_seconds()),
            ).fetchone()
            before: float | None = row[0]
            return from_unix(before)

        return await self._pool.run(job, writing=True)

    async def keep(self, name: str, value: str) -> None:
        """Keeps a text under a name that stands for it alone; past so many, those that were kept longest ago
        go."""

        def job(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT INTO kept (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE"
                " SET id = 1 + (SELECT max(id) FROM kept) WHERE id <= (SELECT max(id) FROM kept) - ?",
                (name, value, MAX_STORED_TEXTS // 2),
            )
            db.execute("DELETE FROM kept WHERE id <= (SELECT max(id) FROM kept) - ?", (MAX_STORED_TEXTS,))

        await self._pool.run(job, writing=True)

    async def kept(self, name: str) -> str | None:
        """The text that was kept under this name, or None."""

        def job(db: sqlite3.Connection) -> str | None:
            row = db.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
            return row[0] if row else None

        return await self._pool.run(job)

    async def _write(self, sql: str, values: tuple[object, ...]) -> None:
        await self._pool.run(lambda db: db.execute(sql, values), writing=True)
