"""Stores the settings of servers."""

from __future__ import annotations

from dataclasses import fields

from bot.domain.server_settings import ServerSettings
from bot.store.state.store import StateStore

_COLUMNS = tuple(field.name for field in fields(ServerSettings) if field.name != "guild")
_BOOLEANS = ("shared_archive", "adult", "pseudonyms")


class SettingsStore(StateStore):
    """The settings of all servers, one row each."""

    async def get(self, guild: int) -> ServerSettings:
        """The server's settings, or the defaults."""
        row = await self._read_one(
            tuple, f"SELECT {', '.join(_COLUMNS)} FROM settings WHERE guild = ?", guild
        )
        if row is None:
            return ServerSettings(guild)
        values = dict(zip(_COLUMNS, row, strict=True))
        values["languages"] = tuple(values["languages"].split())
        return ServerSettings(guild, **values | {name: bool(values[name]) for name in _BOOLEANS})

    async def save(self, settings: ServerSettings) -> None:
        """Stores all settings of a server."""
        values = {name: getattr(settings, name) for name in _COLUMNS}
        values["languages"] = " ".join(settings.languages)
        marks = ", ".join("?" * (len(values) + 1))
        changes = ", ".join(f"{name} = excluded.{name}" for name in values)
        await self._change(
            f"INSERT INTO settings (guild, {', '.join(values)}) VALUES ({marks})"
            f" ON CONFLICT (guild) DO UPDATE SET {changes}",
            settings.guild,
            *values.values(),
        )
