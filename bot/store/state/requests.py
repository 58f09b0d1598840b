"""Stores requests of members to be erased from a server's archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.clock import from_unix, to_unix
from bot.domain.privacy import (
    MAX_OPEN_REQUESTS,
    MAX_REQUESTS,
    REQUEST_PERIOD,
    REQUEST_RETENTION,
    ErasureRequest,
)
from bot.errors import BadInput
from bot.store.engine import StateConnection
from bot.store.state.store import StateStore

_REQUEST = "id, guild, member, author, note, made_at"


class RequestStore(StateStore):
    """Requests, open and decided. Decided ones have neither name nor note, and only count for the limit."""

    async def add(
        self, guild: int, member: int, author: str, note: str, now: datetime
    ) -> tuple[ErasureRequest, bool]:
        """Stores a request and returns it with whether it is new; a member's open request for an author is
        stored once. Raises BadInput("too-many-requests" | "too-many-open-requests")."""
        at = to_unix(now)

        def job(db: StateConnection) -> tuple[ErasureRequest, bool]:
            db.execute(
                "DELETE FROM request WHERE made_at < CASE WHEN decided_at IS NULL THEN ? ELSE ? END",
                (to_unix(now - REQUEST_RETENTION), to_unix(now - REQUEST_PERIOD)),
            )
            known = db.execute(
                f"SELECT {_REQUEST} FROM request WHERE guild = ? AND member = ? AND decided_at IS NULL"
                " AND lower(author) = lower(?)",
                (guild, member, author),
            ).fetchone()
            if known is not None:
                return _request(known), False
            recent, open_ = db.execute(
                "SELECT count(*) FILTER (WHERE member = ? AND made_at >= ?),"
                " count(*) FILTER (WHERE decided_at IS NULL) FROM request WHERE guild = ?",
                (member, to_unix(now - REQUEST_PERIOD), guild),
            ).fetchone()
            if recent >= MAX_REQUESTS:
                raise BadInput("too-many-requests", most=MAX_REQUESTS, days=REQUEST_PERIOD.days)
            if open_ >= MAX_OPEN_REQUESTS:
                raise BadInput("too-many-open-requests")
            row = db.execute(
                "INSERT INTO request (guild, member, author, note, made_at) VALUES (?, ?, ?, ?, ?)"
                f" RETURNING {_REQUEST}",
                (guild, member, author, note, at),
            ).fetchone()
            return _request(row), True

        return await self._write(job)

    async def open_requests(self, guild: int) -> tuple[ErasureRequest, ...]:
        """The undecided requests of a server, oldest first."""
        sql = f"SELECT {_REQUEST} FROM request WHERE guild = ? AND decided_at IS NULL ORDER BY id"
        return await self._read_all(_request, sql, guild)

    async def open_request(self, guild: int, number: int) -> ErasureRequest | None:
        """One undecided request of a server, or None."""
        sql = f"SELECT {_REQUEST} FROM request WHERE guild = ? AND id = ? AND decided_at IS NULL"
        return await self._read_one(_request, sql, guild, number)

    async def decide(self, guild: int, number: int, now: datetime) -> bool:
        """Closes a request, and removes its name and note; False if it is not open."""
        decided = await self._change(
            "UPDATE request SET author = '', note = '', decided_at = ? WHERE guild = ? AND id = ?"
            " AND decided_at IS NULL",
            to_unix(now),
            guild,
            number,
        )
        await self._pool.truncate_log()
        return decided


def _request(row: Sequence[Any]) -> ErasureRequest:
    number, guild, member, author, note, made_at = row
    return ErasureRequest(number, guild, member, author, note, from_unix(made_at))
