"""Commands to read and post articles."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.ui.articles import views
from bot.ui.articles.cards import SUMMARY_LENGTHS
from bot.ui.help.command_list import FOR_SERVERS
from bot.ui.kit import autocomplete
from bot.ui.kit.autocomplete import TITLE, TITLE_HELP, Destination
from bot.ui.kit.channels import ChosenChannel
from bot.ui.kit.context import Interaction, NewsdeskClient
from bot.ui.kit.responses import respond
from bot.ui.posting import post_article


class ArticleCommands(commands.GroupCog, name="article", description="Read articles, and post them"):
    """Articles by title, by number, or at random."""

    @app_commands.command()
    @app_commands.describe(title=TITLE_HELP)
    @app_commands.autocomplete(title=autocomplete.titles)
    async def show(self, interaction: Interaction, title: TITLE) -> None:
        """Show an article: what it says in brief, and what there is to read"""
        await respond(interaction, lambda viewer: views.article(viewer, title))

    @app_commands.command()
    @app_commands.describe(title=TITLE_HELP, length="How many of its sentences")
    @app_commands.choices(
        length=[
            app_commands.Choice(name=f"{name}, {count} sentences", value=count)
            for name, count in zip(("short", "medium", "long"), SUMMARY_LENGTHS, strict=True)
        ]
    )
    @app_commands.autocomplete(title=autocomplete.titles)
    async def summary(self, interaction: Interaction, title: TITLE, length: int = SUMMARY_LENGTHS[1]) -> None:
        """Read the sentences that carry an article"""
        await respond(interaction, lambda viewer: views.article(viewer, title, length))

    @app_commands.command()
    @app_commands.describe(title="Part of its title; pick one from the list")
    @app_commands.autocomplete(title=autocomplete.titles)
    async def related(self, interaction: Interaction, title: TITLE) -> None:
        """Show the articles closest to one, and what they have in common"""
        await respond(interaction, lambda viewer: views.related(viewer, title))

    @app_commands.command()
    async def random(self, interaction: Interaction) -> None:
        """Show any article of the archive"""
        await respond(interaction, views.random)

    @app_commands.command(extras=FOR_SERVERS)
    @app_commands.describe(
        title=TITLE_HELP,
        channel="Where to post it; here if not given",
        thread="Open a thread for it",
    )
    @app_commands.autocomplete(title=autocomplete.titles)
    async def post(
        self,
        interaction: Interaction,
        title: TITLE,
        channel: app_commands.Transform[ChosenChannel, Destination] | None = None,
        thread: bool = False,
    ) -> None:
        """Post an article's card for all to see"""
        await post_article(interaction, title, channel, thread=thread)


async def setup(bot: NewsdeskClient) -> None:
    await bot.add_cog(ArticleCommands())
