"""Stores the visits of members."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clock import from_unix, to_unix
from bot.store.engine import StateConnection
from bot.store.state.store import StateStore

MAX_AHEAD = timedelta(days=1)
"""A visit further ahead was recorded while the clock was wrong."""


class VisitStore(StateStore):
    """The last visit of each member to each server, and the end of the visit before."""

    async def record(
        self, guild: int, member: int, now: datetime, gap: timedelta, retention: timedelta
    ) -> datetime | None:
        """Records a visit, and returns the end of the member's visit before this one; None for the first. A
        visit ends after a `gap` without use. Deletes visits older than `retention`, and those that a clock
        set wrong has put ahead."""

        def job(db: StateConnection) -> float | None:
            at = to_unix(now)
            kept = to_unix(now - retention), to_unix(now + MAX_AHEAD)
            db.execute("DELETE FROM visit WHERE last_at NOT BETWEEN ? AND ?", kept)
            row = db.execute(
                "INSERT INTO visit (guild, member, last_at) VALUES (?, ?, ?)"
                " ON CONFLICT (guild, member) DO UPDATE SET"
                " last_at = CASE WHEN visit.last_at > excluded.last_at THEN visit.last_at"
                " ELSE excluded.last_at END,"
                " before_at = CASE WHEN visit.last_at < ? THEN visit.last_at ELSE visit.before_at END"
                " RETURNING before_at",
                (guild, member, at, at - gap.total_seconds()),
            ).fetchone()
            before: float | None = row[0]
            return before

        return from_unix(await self._write(job))
