"""The greeting of new servers and its buttons: the sample archive, the settings, a check of permissions."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.i18n import msg, use_language
from bot.ui.help.greeting import welcome
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import Interaction, NewsdeskClient, moderated_server, person, public_language
from bot.ui.kit.responses import respond
from bot.ui.settings import views


class Greeting(commands.Cog):
    """Greets each server once."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await welcome(self._bot, guild)


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
