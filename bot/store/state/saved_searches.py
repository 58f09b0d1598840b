"""Stores the searches that members save."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from bot.clock import from_unix, to_unix
from bot.domain.saved_searches import MAX_SAVED, MAX_SHARED, SavedSearch, SearchSpec
from bot.errors import BadInput
from bot.store.engine import StateConnection
from bot.store.state.store import StateStore, to_json

_COLUMNS = "id, guild, member, name, search, shared, made_at"


def _saved(row: Sequence[Any]) -> SavedSearch:
    number, guild, member, name, search, shared, made_at = row
    return SavedSearch(
        id=number,
        guild=guild,
        member=member,
        name=name,
        search=msgspec.json.decode(search, type=SearchSpec),
        shared=bool(shared),
        made_at=from_unix(made_at),
    )


class SavedSearchStore(StateStore):
    """Searches by server, member and name; names ignore case."""

    async def save(
        self, guild: int, member: int, name: str, search: SearchSpec, now: datetime, *, shared: bool
    ) -> None:
        """Stores a search, in place of one of the same name. Raises BadInput("too-many-saved" |
        "too-many-shared")."""

        def job(db: StateConnection) -> None:
            db.execute(
                "INSERT INTO saved_search (guild, member, name, search, shared, made_at)"
                " VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (guild, member, name) DO UPDATE SET name = excluded.name,"
                " search = excluded.search, shared = excluded.shared, made_at = excluded.made_at",
                (guild, member, name, to_json(search), int(shared), to_unix(now)),
            )
            own, every = db.execute(
                "SELECT count(*) FILTER (WHERE member = ?), count(*) FILTER (WHERE shared <> 0)"
                " FROM saved_search WHERE guild = ?",
                (member, guild),
            ).fetchone()
            if own > MAX_SAVED:
                raise BadInput("too-many-saved", most=MAX_SAVED)
            if shared and every > MAX_SHARED:
                raise BadInput("too-many-shared", most=MAX_SHARED)

        await self._write(job)

    async def searches(self, guild: int, member: int) -> tuple[SavedSearch, ...]:
        """The member's own searches in the server, then those that others share there, each by name."""
        return await self._read_all(
            _saved,
            f"SELECT {_COLUMNS} FROM saved_search WHERE guild = ?1 AND (member = ?2 OR shared <> 0)"
            " ORDER BY member <> ?2, name, id",
            guild,
            member,
        )

    async def delete(self, number: int) -> bool:
        """Deletes a search; False if there is none."""
        return await self._change("DELETE FROM saved_search WHERE id = ?", number)
