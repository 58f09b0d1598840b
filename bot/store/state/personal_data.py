"""Reads and deletes what the state has about one member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.articles import DELETED
from bot.domain.privacy import DataKind
from bot.store.engine import StateConnection
from bot.store.state.store import StateStore

_OWN = "(coalesce(plan ->> 'target', '') = 'direct' AND CAST(plan ->> 'channel' AS BIGINT) = ?1)"
"""Whether a schedule sends a member direct messages."""
_QUERIES: Mapping[DataKind, tuple[str, ...]] = {
    "follows": (
        "SELECT guild, watch, state, reason, made_at FROM follow"
        " WHERE direct <> 0 AND place = ?1 AND state <> 'deleted'",
    ),
    "channel_follows": (
        "SELECT guild, place AS channel, watch, made_at FROM follow"
        " WHERE direct = 0 AND by_id = ?1 AND state <> 'deleted'",
    ),
    "own_digests": (f"SELECT guild, id AS digest, plan, state, made_at FROM schedule WHERE {_OWN}",),
    "digests": (
        "SELECT guild, id AS digest, state, made_at, by_name FROM schedule"
        f" WHERE by_id = ?1 AND state <> 'deleted' AND NOT {_OWN}",
    ),
    "shared": ("SELECT guild, place AS channel, message, kind, posted_at FROM post WHERE by_id = ?1",),
    "messages": (
        "SELECT guild, message, state, due_at, 'notice' AS kind FROM notice WHERE direct <> 0 AND place = ?1",
        "SELECT guild, message, state, posted_at, kind FROM post WHERE direct <> 0 AND place = ?1",
        "SELECT guild, message, state, due_at, 'digest' AS kind FROM delivery"
        " WHERE target = 'direct' AND channel = ?1",
    ),
    "searches": ("SELECT guild, name, search, shared, made_at FROM saved_search WHERE member = ?1",),
    "visits": ("SELECT guild, last_at, before_at FROM visit WHERE member = ?1",),
    "requests": ("SELECT guild, author, note, made_at, decided_at FROM request WHERE member = ?1",),
    "tokens": ("SELECT day, guild, tokens FROM spent WHERE member = ?1",),
    "audit": ("SELECT guild, at, action, by_name FROM audit WHERE by_id = ?1",),
}
_DELETIONS = (
    f"DELETE FROM delivery_article WHERE schedule IN (SELECT id FROM schedule WHERE {_OWN})",
    f"DELETE FROM delivery WHERE schedule IN (SELECT id FROM schedule WHERE {_OWN})",
    f"DELETE FROM schedule WHERE {_OWN}",
    "DELETE FROM followed_article WHERE follow IN (SELECT id FROM follow WHERE direct <> 0 AND place = ?1)",
    "DELETE FROM follow WHERE direct <> 0 AND place = ?1",
    f"UPDATE follow SET by_id = NULL, by_name = '{DELETED}' WHERE by_id = ?1",
    f"UPDATE schedule SET by_id = NULL, by_name = '{DELETED}' WHERE by_id = ?1",
    "DELETE FROM notice WHERE direct <> 0 AND place = ?1",
    "DELETE FROM post_article WHERE post IN (SELECT id FROM post WHERE direct <> 0 AND place = ?1)",
    "DELETE FROM post WHERE direct <> 0 AND place = ?1",
    "UPDATE post SET by_id = NULL WHERE by_id = ?1",
    "DELETE FROM saved_search WHERE member = ?1",
    "DELETE FROM visit WHERE member = ?1",
)
"""Requests and counts of tokens stay for as long as limits are measured by them, entries of the audit list
until they are old."""


class PersonalDataStore(StateStore):
    """The records that have a member's id, of all servers."""

    async def read(self, member: int) -> dict[DataKind, tuple[Mapping[str, Any], ...]]:
        """The records by kind, with the names of their columns; times are unix seconds."""

        def job(db: StateConnection) -> dict[DataKind, tuple[Mapping[str, Any], ...]]:
            return {
                kind: tuple(record for query in queries for record in _records(db, query, member))
                for kind, queries in _QUERIES.items()
            }

        return await self._reads.run(job)

    async def delete(self, member: int) -> None:
        """Deletes the records of the kinds in `bot.domain.privacy.DELETABLE`, permanently."""

        def job(db: StateConnection) -> None:
            for statement in _DELETIONS:
                db.execute(statement, (member,))

        await self._write(job)
        await self._pool.truncate_log()


def _records(db: StateConnection, query: str, member: int) -> list[Mapping[str, Any]]:
    rows = db.execute(query, (member,))
    names = [column[0] for column in rows.description]
    return [dict(zip(names, row, strict=True)) for row in rows]
