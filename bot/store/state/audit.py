"""Stores the audit list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from bot.clock import from_unix, to_unix
from bot.domain.audit import MAX_ENTRIES, RETENTION, AuditAction, AuditEntry
from bot.domain.loads import Person
from bot.store.engine import StateConnection
from bot.store.state.store import StateStore, to_json, value

_ENTRY = "id, guild, at, by_id, by_name, action, detail"


class AuditStore(StateStore):
    """Who did what; 0 stands for the shared archive, and None for all archives."""

    async def add(
        self, guild: int, by: Person, action: AuditAction, detail: Mapping[str, Any], now: datetime
    ) -> None:
        """Stores an entry, and deletes those of the server that are too old or too many."""

        def job(db: StateConnection) -> None:
            db.execute(
                "INSERT INTO audit (guild, at, by_id, by_name, action, detail) VALUES (?, ?, ?, ?, ?, ?)",
                (guild, to_unix(now), by.id, by.name, action, to_json(dict(detail))),
            )
            db.execute("DELETE FROM audit WHERE at < ?", (to_unix(now - RETENTION),))
            db.execute(
                "DELETE FROM audit WHERE guild = ?1 AND id <= (SELECT id FROM audit WHERE guild = ?1"
                " ORDER BY id DESC LIMIT 1 OFFSET ?2)",
                (guild, MAX_ENTRIES),
            )

        await self._write(job)

    async def entries(
        self, guild: int | None, actions: Sequence[AuditAction] | None, limit: int, offset: int
    ) -> tuple[AuditEntry, ...]:
        """Entries with these actions, or all, newest first."""
        where, values = _chosen(guild, actions)
        sql = f"SELECT {_ENTRY} FROM audit WHERE {where} ORDER BY id DESC LIMIT ? OFFSET ?"
        return await self._read_all(_entry, sql, *values, limit, offset)

    async def count(self, guild: int | None, actions: Sequence[AuditAction] | None) -> int:
        """The number of such entries."""
        where, values = _chosen(guild, actions)
        [count] = await self._read_all(value, f"SELECT count(*) FROM audit WHERE {where}", *values)
        return int(count)


def _chosen(guild: int | None, actions: Sequence[AuditAction] | None) -> tuple[str, list[object]]:
    """The condition for entries with these actions, or all, and its values."""
    where, values = ["true"], list[object]()
    if guild is not None:
        where.append("guild = ?")
        values.append(guild)
    if actions is not None:
        where.append(f"action IN ({', '.join('?' * len(actions))})" if actions else "false")
        values += actions
    return " AND ".join(where), values


def _entry(row: Sequence[Any]) -> AuditEntry:
    number, guild, at, by_id, by_name, action, detail = row
    return AuditEntry(
        id=number,
        guild=guild or None,
        at=from_unix(at),
        by=Person(by_id, by_name),
        action=action,
        detail=msgspec.json.decode(detail, type=dict[str, Any]),
    )
