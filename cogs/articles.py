"""Reading and posting articles."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.ui import router
from bot.ui.articles.cards import LENGTHS
from bot.ui.help.command_list import FOR_SERVERS
from bot.ui.kit import autocomplete
from bot.ui.kit.autocomplete import TITLE, Destination
from bot.ui.kit.context import Desk, Interaction
from bot.ui.kit.responses import answer
from bot.ui.posting import Chosen, post_article


class Articles(commands.GroupCog, name="article", description="Read articles, and post them"):
    """Articles by title, number or chance."""

    @app_commands.command()
    @app_commands.describe(title="Part of its title; pick one from the list")
    @app_commands.autocomplete(title=autocomplete.titles)
    async def show(self, interaction: Interaction, title: TITLE) -> None:
        """Show an article: what it says in brief, and what there is to read"""
        await answer(interaction, lambda reader: router.article(reader, title))

    @app_commands.command()
    @app_commands.describe(
        title="Part of its title; pick one from the list", length="How many of its sentences"
    )
    @app_commands.choices(
        length=[
            app_commands.Choice(name=f"{name}, {count} sentences", value=count)
            for name, count in zip(("short", "medium", "long"), LENGTHS, strict=True)
        ]
    )
    @app_commands.autocomplete(title=autocomplete.titles)
    async def summary(self, interaction: Interaction, title: TITLE, length: int = LENGTHS[1]) -> None:
        """Read the sentences that carry an article"""
        await answer(interaction, lambda reader: router.article(reader, title, length))

    @app_commands.command()
    async def random(self, interaction: Interaction) -> None:
        """Show any article of the archive"""
        await answer(interaction, router.random)

    @app_commands.command(extras=FOR_SERVERS)
    @app_commands.describe(
        title="Part of its title; pick one from the list",
        channel="Where to post it; here if not given",
        thread="Open a thread for it",
    )
    @app_commands.autocomplete(title=autocomplete.titles)
    async def post(
        self,
        interaction: Interaction,
        title: TITLE,
        channel: app_commands.Transform[Chosen, Destination] | None = None,
        thread: bool = False,
    ) -> None:
        """Post an article's card for all to see"""
        await post_article(interaction, title, channel, thread=thread)


async def setup(bot: Desk) -> None:
    await bot.add_cog(Articles())
