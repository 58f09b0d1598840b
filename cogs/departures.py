"""Records which servers have the bot, and purges those that removed it long ago."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import discord
from discord.ext import commands

from bot.ui.kit.context import NewsdeskClient

INTERVAL_SECONDS = 3600.0
_log = logging.getLogger(__name__)


class Departures(commands.Cog):
    """A server counts as gone only if Discord says so: by the event of its removal, or in the list of servers
    after a login. Servers that are unavailable, as in an outage, are in that list."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self._bot = bot
        self._departures = bot.services.departures
        self._task: asyncio.Task[None] | None = None

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        await self._record()
        if self._task is None:
            self._task = asyncio.create_task(self._watch())

    @commands.Cog.listener()
    async def on_shard_ready(self, shard: int) -> None:
        await self._record()

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._record()

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._departures.left(self._bot.application_id or 0, guild.id)

    async def cog_unload(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _record(self) -> None:
        guilds = [guild.id for guild in self._bot.guilds]
        await self._departures.record(self._bot.application_id or 0, guilds)

    async def _watch(self) -> None:
        while True:
            try:
                await self.purge()
            except Exception:
                _log.exception("servers that removed the bot were not purged")
            await asyncio.sleep(INTERVAL_SECONDS)

    async def purge(self) -> None:
        """Purges what is due, while the bot is connected: otherwise its list of servers may be outdated."""
        if self._bot.connected and self._bot.is_ready():
            await self._departures.purge_due(self._bot.application_id or 0, self._is_gone)

    async def _is_gone(self, guild: int) -> bool | None:
        """Whether the bot is not in a server, as Discord says now; None if it does not answer."""
        if self._bot.get_guild(guild) is not None:
            return False
        try:
            await self._bot.fetch_guild(guild, with_counts=False)
        except (discord.NotFound, discord.Forbidden):
            return True
        except discord.HTTPException as error:
            _log.info("server %d is not purged now: %s", guild, error)
            return None
        return False


async def setup(bot: NewsdeskClient) -> None:
    await bot.add_cog(Departures(bot))
