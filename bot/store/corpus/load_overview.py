"""Reads the loads of all archives, for the operator."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.loads import LoadState, Receipt
from bot.store.corpus.corpus_store import CorpusStore
from bot.store.corpus.receipts import latest_receipts


class LoadOverview(CorpusStore):
    """Loads across archives; made with `sharing`, it uses the connections of another reader."""

    async def latest(self, guild: int | None, limit: int) -> tuple[Receipt, ...]:
        """Receipts of a server's last loads, or of all, newest first, without their ids and rejections."""
        return await self._run(lambda db: latest_receipts(db, guild, limit))

    async def states(self) -> Mapping[LoadState, int]:
        """The number of loads in each state."""
        return await self._run(lambda db: dict(db.execute("SELECT state, count(*) FROM load GROUP BY state")))

    async def count_by(self, member: int) -> int:
        """The number of loads that a member began, in all archives."""
        sql = "SELECT count(*) FROM load WHERE by_id = ?"
        return await self._run(lambda db: int(db.execute(sql, (member,)).fetchone()[0]))
