"""The settings of servers."""

from __future__ import annotations

from typing import Any

from bot.domain.articles import Scope
from bot.domain.server_settings import ServerSettings
from bot.services.audit import AuditService
from bot.store.state.settings import SettingsStore


class SettingsService:
    """The settings of all servers."""

    def __init__(self, store: SettingsStore, audit: AuditService) -> None:
        self._store = store
        self._audit = audit

    async def get(self, guild: int) -> ServerSettings:
        """Returns the server's settings, with defaults for those it has not changed."""
        return await self._store.get(guild)

    async def change(self, guild: int, **changes: Any) -> ServerSettings:
        """Changes these fields of ServerSettings and returns all settings."""
        before = await self._store.get(guild)
        after = await self._store.change(guild, **changes)
        for name in changes:
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                await self._audit.record(guild, "setting", setting=name, old=old, new=new)
        return after

    async def scope(self, guild: int, *, adult: bool) -> Scope:
        """Returns the scope of archives for the server; `adult` is whether the channel is age-restricted."""
        return (await self._store.get(guild)).scope(adult=adult)
