"""Greets new servers, later if Discord is down, and handles the greeting's buttons."""

from __future__ import annotations

import asyncio
import logging

import discord
from discord.ext import commands

from bot.i18n import msg, use_language
from bot.services.outbox_worker import TransientDeliveryError
from bot.ui.help.greeting import is_pending, welcome
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import Interaction, NewsdeskClient, moderated_server, person, public_language
from bot.ui.kit.responses import respond
from bot.ui.settings import views

RETRY_INTERVALS_SECONDS = (60, 600, 3_600)
"""How long to wait after each attempt that failed through no fault of the server; then the next start of the
bot tries again."""

_log = logging.getLogger(__name__)


class Greeting(commands.Cog):
    """Greets each server once."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self._bot = bot
        self._greeting: set[int] = set()

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._greet(guild)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Greets the servers whose greeting an earlier run could not send."""
        for guild in self._bot.guilds:
            if await is_pending(self._bot, guild):
                await self._greet(guild)

    async def _greet(self, guild: discord.Guild) -> None:
        if guild.id in self._greeting:
            return
        self._greeting.add(guild.id)
        try:
            for seconds in (*RETRY_INTERVALS_SECONDS, None):
                try:
                    await welcome(self._bot, guild)
                except TransientDeliveryError as error:
                    _log.warning("server %d is not greeted yet: %s", guild.id, error)
                else:
                    return
                if seconds is None or self._bot.get_guild(guild.id) is None:
                    return
                await asyncio.sleep(seconds)
        finally:
            self._greeting.discard(guild.id)


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
