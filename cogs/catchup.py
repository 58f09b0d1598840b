"""/catchup: what was added since a member's last visit."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.clock import Clock, system_clock
from bot.errors import NotAllowed, UserError
from bot.ui.follows import catch_up_card
from bot.ui.follows.views import with_titles
from bot.ui.kit.card import Card
from bot.ui.kit.context import Interaction, NewsdeskClient, Viewer, server_of
from bot.ui.kit.language import localized
from bot.ui.kit.responses import respond


def _is_private(interaction: Interaction) -> bool:
    """Whether a member asks for, or deletes, what is stored about them, which leaves no record of a visit."""
    data: Mapping[str, Any] = interaction.data or {}
    return data.get("name") == "privacy" or data.get("custom_id", "").startswith("mine")


class CatchUpCommands(commands.Cog):
    """Records when members use the bot, and shows what they missed."""

    def __init__(self, bot: NewsdeskClient, clock: Clock = system_clock) -> None:
        self._bot = bot
        self._clock = clock

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        guild = server_of(interaction)
        if (
            guild is None
            or interaction.type is discord.InteractionType.autocomplete
            or _is_private(interaction)
        ):
            return
        with suppress(UserError):  # the reply matters more than the record of the visit
            await self._bot.services.catch_up.visit(guild, interaction.user.id, self._clock())

    @app_commands.command(description=localized("command-catchup"))
    @app_commands.guild_only()
    async def catchup(self, interaction: Interaction) -> None:
        async def render(viewer: Viewer) -> Card:
            guild = viewer.scope.guild
            if guild is None:
                raise NotAllowed("server-only")
            missed = await viewer.services.catch_up.catch_up(
                viewer.scope, guild, interaction.user.id, self._clock()
            )
            channels = {post.where for post in missed.posts}
            visible = {channel for channel in channels if _sees(interaction, channel)}
            paused = await with_titles(viewer, missed.paused)
            return catch_up_card.render(
                missed, visible, paused, viewer.mention_command, named=viewer.moderator
            )

        await respond(interaction, render)


def _sees(interaction: Interaction, channel_id: int) -> bool:
    """Whether the member can see the channel; False for private threads, whose members are unknown here."""
    guild, member = interaction.guild, interaction.user
    channel = guild.get_channel_or_thread(channel_id) if guild is not None else None
    if channel is None or not isinstance(member, discord.Member):
        return False
    private = isinstance(channel, discord.Thread) and channel.is_private()
    return not private and channel.permissions_for(member).view_channel


async def setup(bot: NewsdeskClient) -> None:
    await bot.add_cog(CatchUpCommands(bot))
