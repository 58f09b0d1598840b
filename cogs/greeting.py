"""Greets new servers, later if Discord is down, and handles the greeting's buttons."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

import discord
from discord.ext import commands

from bot.i18n import msg, use_language
from bot.services.outbox_worker import TransientDeliveryError
from bot.ui.help.greeting import pending_servers, welcome
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import Interaction, NewsdeskClient, moderated_server, person, public_language
from bot.ui.kit.responses import respond
from bot.ui.settings import views

RETRY_INTERVALS_SECONDS = (60, 600, 3_600)
"""How long to wait after each attempt that failed through no fault of the server; then the next start of the
bot, or the next process that has the server, tries again."""

_log = logging.getLogger(__name__)


class Greeting(commands.Cog):
    """Greets each server once, independently of the others."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self._bot = bot
        self._tasks: dict[int, asyncio.Task[None]] = {}

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        self._start(guild.id)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Greets the servers whose greeting an earlier run could not send."""
        await self._greet_pending(self._bot.guilds)

    @commands.Cog.listener()
    async def on_shard_ready(self, shard: int) -> None:
        """Greets the servers of a shard whose greeting was not sent by another process that had it."""
        await self._greet_pending(guild for guild in self._bot.guilds if guild.shard_id == shard)

    async def cog_unload(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _greet_pending(self, guilds: Iterable[discord.Guild]) -> None:
        for guild in await pending_servers(self._bot) & {guild.id for guild in guilds}:
            self._start(guild)

    def _start(self, guild: int) -> None:
        if guild not in self._tasks:
            self._tasks[guild] = asyncio.create_task(self._greet(guild))
            self._tasks[guild].add_done_callback(lambda _: self._tasks.pop(guild))

    async def _greet(self, guild_id: int) -> None:
        for seconds in (0, *RETRY_INTERVALS_SECONDS):
            await asyncio.sleep(seconds)
            # Anew each time: the bot may have been removed, or the shard may have moved or come back.
            guild = self._bot.get_guild(guild_id)
            if guild is None:
                return
            if guild.unavailable:  # in an outage: its channels are not known
                continue
            try:
                await welcome(self._bot, guild)
            except TransientDeliveryError as error:
                _log.warning("server %d is not greeted yet: %s", guild_id, error)
            except Exception:
                _log.exception("server %d is not greeted", guild_id)
                return
            else:
                return


class FirstStepButton(DynamicComponent, template=r"first\d+:(?P<step>sample|settings|check)\.(?P<guild>\d+)"):
    """The buttons of the greeting, for moderators of its server."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = int(self.match["guild"])
        match self.match["step"]:
            case "sample":
                await moderated_server(interaction, guild)
                await _load_sample(interaction, guild)
            case "settings":
                await respond(interaction, lambda viewer: views.settings(viewer, interaction))
            case _:
                await respond(interaction, lambda _: views.check(interaction, guild))


async def _load_sample(interaction: Interaction, guild: int) -> None:
    client = interaction.client
    with use_language(await public_language(client, guild)):
        name = msg("sample-name")
    async with client.services.sample.loading(guild, name, person(interaction)) as events:
        await client.load_tracker.start(interaction, name, events)


async def setup(bot: NewsdeskClient) -> None:
    bot.add_dynamic_items(FirstStepButton)
    await bot.add_cog(Greeting(bot))
