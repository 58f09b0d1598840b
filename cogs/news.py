"""/news: a digest of one topic, for the member who asks."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.ui.digests import views
from bot.ui.kit.context import Interaction, NewsdeskClient
from bot.ui.kit.language import localized
from bot.ui.kit.responses import respond


class NewsCommands(commands.Cog):
    """Reads the archive by topic."""

    @app_commands.command(description=localized("command-news"))
    @app_commands.describe(topic=localized("option-topic"))
    async def news(self, interaction: Interaction, topic: app_commands.Range[str, 1, 200]) -> None:
        await respond(interaction, lambda viewer: views.topic(viewer, topic))


async def setup(bot: NewsdeskClient) -> None:
    await bot.add_cog(NewsCommands())
