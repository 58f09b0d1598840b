"""Commands to read an article's comments."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.ui.articles import views
from bot.ui.kit import autocomplete
from bot.ui.kit.autocomplete import TITLE
from bot.ui.kit.context import Interaction, NewsdeskClient
from bot.ui.kit.responses import respond

TITLE_HELP = "Part of the article's title; pick one from the list"


class CommentCommands(
    commands.GroupCog, name="comments", description="Read what people say under an article"
):
    """Comments, as a list and as a digest."""

    @app_commands.command(name="list")
    @app_commands.describe(title=TITLE_HELP)
    @app_commands.autocomplete(title=autocomplete.titles)
    async def list_comments(self, interaction: Interaction, title: TITLE) -> None:
        """Read the comments of an article, newest first"""
        await respond(interaction, lambda viewer: views.comments(viewer, title))

    @app_commands.command()
    @app_commands.describe(title=TITLE_HELP)
    @app_commands.autocomplete(title=autocomplete.titles)
    async def digest(self, interaction: Interaction, title: TITLE) -> None:
        """What the commenters say in brief, in their own words"""
        await respond(interaction, lambda viewer: views.comment_digest(viewer, title))


async def setup(bot: NewsdeskClient) -> None:
    await bot.add_cog(CommentCommands())
