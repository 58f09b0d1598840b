"""The audit list of servers: who loaded, undid, erased, exported, or changed a setting, a digest or the
filters of a channel's follow."""

from __future__ import annotations

import asyncio
import logging
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from bot.clock import Clock, system_clock
from bot.domain.audit import KINDS, AuditAction, AuditEntry, AuditKind
from bot.domain.loads import Person
from bot.errors import UserError
from bot.store.engines import engine_of
from bot.store.state.audit import AuditStore

_log = logging.getLogger(__name__)

ACTOR: ContextVar[Person | None] = ContextVar("ACTOR", default=None)
"""The member on whose behalf the current task works; None for what the bot does by itself."""


class AuditService:
    """The audit lists of all servers; None stands for the shared archive."""

    def __init__(self, store: AuditStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def record(
        self, guild: int | None, action: AuditAction, by: Person | None = None, **detail: Any
    ) -> None:
        """Records what a person has done: `by`, or else the member of the current task. What the bot does by
        itself is not recorded. An entry that cannot be stored is logged: the action itself is done."""
        person = by or ACTOR.get()
        if person is None:
            return
        try:
            await self._store.add(guild or 0, person, action, detail, self._clock())
        except UserError as error:
            _log.warning("%s is missing from the audit list: %s", action, error)

    async def page(
        self, guild: int | None, kind: AuditKind | None, limit: int, offset: int = 0
    ) -> tuple[int, tuple[AuditEntry, ...]]:
        """Returns the number of a server's entries of one kind, or of all kinds, and a page of them, newest
        first; of all archives for None."""
        actions = None if kind is None else KINDS[kind]
        return (
            await self._store.count(guild, actions),
            await self._store.entries(guild, actions, limit, offset),
        )


def record_once(data: Path, guild: int | None, by: Person, action: AuditAction, **detail: Any) -> None:
    """Records what was done without open services, as on the command line."""

    async def record() -> None:
        try:
            store = await asyncio.to_thread(AuditStore.open, engine_of(data))
        except UserError as error:
            _log.warning("%s is missing from the audit list: %s", action, error)
            return
        try:
            await AuditService(store, system_clock).record(guild, action, by, **detail)
        finally:
            await store.close()

    asyncio.run(record())
