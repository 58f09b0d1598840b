"""The status, for moderators and the bot's owner."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.ui.help.command_list import FOR_MODERATORS
from bot.ui.kit.context import Interaction, NewsdeskClient
from bot.ui.kit.language import localized
from bot.ui.kit.responses import respond
from bot.ui.status import views


class StatusCommand(commands.Cog):
    """The bot's owner sees all servers, moderators their own."""

    @app_commands.command(description=localized("command-status"), extras=FOR_MODERATORS)
    @app_commands.default_permissions(manage_guild=True)
    async def status(self, interaction: Interaction) -> None:
        owner = await interaction.client.is_owner(interaction.user)
        await respond(interaction, lambda viewer: views.status(viewer, owner=owner))


async def setup(bot: NewsdeskClient) -> None:
    await bot.add_cog(StatusCommand())
