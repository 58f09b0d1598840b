"""Stores the settings of servers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import msgspec

from bot.domain.exclusions import Exclusions
from bot.domain.server_settings import ServerSettings
from bot.store.engine import StateConnection
from bot.store.state.store import StateStore, to_json

_COLUMNS = tuple(field.name for field in fields(ServerSettings) if field.name != "guild")
_BOOLEANS = ("shared_archive", "adult", "pseudonyms", "answers_mentions")


_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM settings WHERE guild = ?"
_UPSERT = (
    f"INSERT INTO settings (guild, {', '.join(_COLUMNS)}) VALUES ({', '.join('?' * (len(_COLUMNS) + 1))})"
    f" ON CONFLICT (guild) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS)}"
)


class SettingsStore(StateStore):
    """The settings of all servers, one row each."""

    async def get(self, guild: int) -> ServerSettings:
        """The server's settings, or the defaults."""
        return _settings(guild, await self._read_one(tuple, _SELECT, guild))

    async def save(self, settings: ServerSettings) -> None:
        """Stores all settings of a server."""
        await self._change(_UPSERT, *_values(settings))

    async def change(self, guild: int, **changes: Any) -> ServerSettings:
        """Changes these fields and returns all settings, in one transaction: no change of another process is
        lost."""

        def change(db: StateConnection) -> ServerSettings:
            settings = replace(_settings(guild, db.execute(_SELECT, (guild,)).fetchone()), **changes)
            db.execute(_UPSERT, _values(settings))
            return settings

        return await self._write(change)


def _settings(guild: int, row: Sequence[Any] | None) -> ServerSettings:
    if row is None:
        return ServerSettings(guild)
    values = dict(zip(_COLUMNS, row, strict=True))
    values["languages"] = tuple(values["languages"].split())
    values["posting_channels"] = tuple(map(int, values["posting_channels"].split()))
    values["leave_out"] = msgspec.json.decode(values["leave_out"], type=Exclusions)
    return ServerSettings(guild, **values | {name: bool(values[name]) for name in _BOOLEANS})


def _values(settings: ServerSettings) -> tuple[object, ...]:
    values = {name: getattr(settings, name) for name in _COLUMNS}
    values["languages"] = " ".join(settings.languages)
    values["posting_channels"] = " ".join(map(str, settings.posting_channels))
    values["leave_out"] = to_json(settings.leave_out)
    return (settings.guild, *values.values())
