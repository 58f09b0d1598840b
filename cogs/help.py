"""What the bot can do, and what it is."""

from __future__ import annotations

from importlib.metadata import version
from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.ui.help.command_list import topic as page_about
from bot.ui.help.command_list import usable
from bot.ui.kit import notices
from bot.ui.kit.card import Card
from bot.ui.kit.context import Desk, Interaction, Reader
from bot.ui.kit.responses import answer


class Help(commands.Cog):
    """Help for whoever asks."""

    @app_commands.command()
    @app_commands.describe(topic="More about one thing")
    async def help(
        self,
        interaction: Interaction,
        topic: Literal["search", "asking", "following", "loading"] | None = None,
    ) -> None:
        """What you can do here"""

        async def draw(reader: Reader) -> Card:
            if topic is not None:
                return notices.text(page_about(topic, reader))
            return notices.help_card(usable(interaction, reader), reader.command("help"))

        await answer(interaction, draw)

    @app_commands.command()
    async def about(self, interaction: Interaction) -> None:
        """What Newsdesk is, and what it does with what it reads"""

        async def draw(reader: Reader) -> Card:
            held = await reader.library.stats(reader.scope)
            asked = await reader.library.questions(reader.scope.guild)
            return notices.about(
                version("newsdesk"),
                held,
                reader.nothing_yet(),
                asked,
                kept=reader.library.keeps_questions,
                spending=await reader.library.spending(reader.payer) if reader.payer else None,
            )

        await answer(interaction, draw)


async def setup(bot: Desk) -> None:
    await bot.add_cog(Help())
