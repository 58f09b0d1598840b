"""Token usage of language models per day, server and member: reserved before a request, settled after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.domain.answers import Payer
from bot.store.engine import StateConnection
from bot.store.state.store import StateStore

ALL = 0
"""Key of a whole server among its members, and of no server (direct messages, command line) among servers."""


class TokenUsageStore(StateStore):
    """Tokens by UTC day, server and member. Tokens reserved by a process that ended before settling them stay
    spent."""

    async def reserve(
        self, payer: Payer, tokens: int, now: datetime, *, max_server_tokens: int, max_member_tokens: int
    ) -> Literal["server-budget", "member-budget"] | None:
        """Counts the tokens as spent if server and member stay within their budgets for the day of `now`;
        else counts nothing and returns the name of the exceeded budget."""

        def job(db: StateConnection) -> Literal["server-budget", "member-budget"] | None:
            day = _day(now)
            guild, member = _whose(payer)
            db.execute("DELETE FROM spent WHERE day < ?", (_day(now - timedelta(days=1)),))
            if _spent(db, day, guild, ALL) + tokens > max_server_tokens:
                return "server-budget"
            if member != ALL and _spent(db, day, guild, member) + tokens > max_member_tokens:
                return "member-budget"
            _add(db, day, payer, tokens)
            return None

        return await self._write(job)

    async def settle(self, payer: Payer, reserved: int, spent: int, day: datetime) -> None:
        """Replaces the tokens reserved on that day by those spent."""
        await self._write(lambda db: _add(db, _day(day), payer, spent - reserved))

    async def spent(self, payer: Payer, now: datetime) -> tuple[int, int]:
        """Tokens spent by the payer's server and by the member on the day of `now`."""

        def job(db: StateConnection) -> tuple[int, int]:
            guild, member = _whose(payer)
            own = _spent(db, _day(now), guild, member) if member != ALL else 0
            return _spent(db, _day(now), guild, ALL), own

        return await self._pool.run(job)


def next_day(now: datetime) -> datetime:
    """The start of the day after that of `now`."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def _whose(payer: Payer) -> tuple[int, int]:
    return payer.guild or ALL, payer.member or ALL


def _spent(db: StateConnection, day: str, guild: int, member: int) -> int:
    row = db.execute(
        "SELECT tokens FROM spent WHERE day = ? AND guild = ? AND member = ?", (day, guild, member)
    ).fetchone()
    return int(row[0]) if row else 0


def _add(db: StateConnection, day: str, payer: Payer, tokens: int) -> None:
    guild, member = _whose(payer)
    for who in {ALL, member}:
        db.execute(
            "INSERT INTO spent (day, guild, member, tokens) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (day, guild, member) DO UPDATE SET tokens ="
            " CASE WHEN spent.tokens + ? > 0 THEN spent.tokens + ? ELSE 0 END",
            (day, guild, who, max(0, tokens), tokens, tokens),
        )
