"""Reading what people say under an article."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.ui import router
from bot.ui.kit import autocomplete
from bot.ui.kit.autocomplete import TITLE
from bot.ui.kit.context import Desk, Interaction
from bot.ui.kit.responses import answer


class Comments(commands.GroupCog, name="comments", description="Read what people say under an article"):
    """Comments one by one, and in brief."""

    @app_commands.command(name="list")
    @app_commands.describe(title="Part of the article's title; pick one from the list")
    @app_commands.autocomplete(title=autocomplete.titles)
    async def list_comments(self, interaction: Interaction, title: TITLE) -> None:
        """Read the comments of an article, newest first"""
        await answer(interaction, lambda reader: router.comments(reader, title))

    @app_commands.command()
    @app_commands.describe(title="Part of the article's title; pick one from the list")
    @app_commands.autocomplete(title=autocomplete.titles)
    async def digest(self, interaction: Interaction, title: TITLE) -> None:
        """What the commenters say in brief, in their own words"""
        await answer(interaction, lambda reader: router.digest(reader, title))


async def setup(bot: Desk) -> None:
    await bot.add_cog(Comments())
