"""What came in since somebody was last here."""

from __future__ import annotations

from contextlib import suppress

import discord
from discord import app_commands
from discord.ext import commands

from bot.clock import Clock, system_clock
from bot.errors import NotAllowed, UserError
from bot.ui.follows import catch_up_card
from bot.ui.follows.views import title
from bot.ui.kit.card import Card
from bot.ui.kit.context import Interaction, NewsdeskClient, Viewer
from bot.ui.kit.responses import respond


class Catchup(commands.Cog):
    """Knows when members use the bot, and tells them what they missed."""

    def __init__(self, bot: NewsdeskClient, clock: Clock = system_clock) -> None:
        self._bot = bot
        self._clock = clock

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        if interaction.guild_id is None or interaction.type is discord.InteractionType.autocomplete:
            return
        with suppress(UserError):  # what somebody asks for is more than when they did
            await self._bot.services.catch_up.visit(interaction.guild_id, interaction.user.id, self._clock())

    @app_commands.command()
    @app_commands.guild_only()
    async def catchup(self, interaction: Interaction) -> None:
        """What was loaded and posted since you were last here"""

        async def draw(viewer: Viewer) -> Card:
            guild = viewer.scope.guild
            if guild is None:
                raise NotAllowed("server-only")
            catching, user = viewer.services.catch_up, interaction.user.id
            found = await catching.catch_up(viewer.scope, guild, user, self._clock())
            places = {one.where for one in found.posts}
            visible = {place for place in places if _sees(interaction, place)}
            paused = [(of, await title(viewer.services, viewer.scope, of)) for of in found.paused]
            return catch_up_card.render(
                found, visible, paused, viewer.mention_command("follow list"), named=viewer.moderator
            )

        await respond(interaction, draw)


def _sees(interaction: Interaction, channel: int) -> bool:
    guild, user = interaction.guild, interaction.user
    place = guild.get_channel_or_thread(channel) if guild is not None else None
    if place is None or not isinstance(user, discord.Member):
        return False
    # Who is in a private thread is not known here.
    hidden = isinstance(place, discord.Thread) and place.is_private()
    return not hidden and place.permissions_for(user).view_channel


async def setup(bot: NewsdeskClient) -> None:
    await bot.add_cog(Catchup(bot))
