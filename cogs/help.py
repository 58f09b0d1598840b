"""/help and /about."""

from __future__ import annotations

from importlib.metadata import version
from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.ui.help import cards
from bot.ui.help.command_list import topic as page_about
from bot.ui.help.command_list import usable
from bot.ui.kit import notices
from bot.ui.kit.card import Card
from bot.ui.kit.context import Interaction, NewsdeskClient, Viewer
from bot.ui.kit.language import localized, localized_choices
from bot.ui.kit.responses import respond

TOPICS = localized_choices(
    {
        "search": "choice-help-search",
        "asking": "choice-help-asking",
        "following": "choice-help-following",
        "loading": "choice-help-loading",
    }
)


class HelpCommands(commands.Cog):
    """Help and information about the bot."""

    @app_commands.command(description=localized("command-help"))
    @app_commands.describe(topic=localized("option-topic-of-help"))
    @app_commands.choices(topic=TOPICS)
    async def help(
        self,
        interaction: Interaction,
        topic: Literal["search", "asking", "following", "loading"] | None = None,
    ) -> None:
        async def render(viewer: Viewer) -> Card:
            if topic is not None:
                return notices.text(page_about(topic, viewer))
            return cards.help_card(usable(interaction, viewer), viewer.mention_command("help"))

        await respond(interaction, render)

    @app_commands.command(description=localized("command-about"))
    async def about(self, interaction: Interaction) -> None:
        async def render(viewer: Viewer) -> Card:
            stats = await viewer.services.archive.stats(viewer.scope)
            questions = await viewer.services.question_log.counts(viewer.scope.guild)
            return cards.about(
                version("newsdesk"),
                stats,
                viewer.empty_notice(stats),
                questions,
                stored=viewer.services.question_log.writes_file,
                spending=await viewer.services.answers.spending(viewer.payer) if viewer.payer else None,
            )

        await respond(interaction, render)


async def setup(bot: NewsdeskClient) -> None:
    await bot.add_cog(HelpCommands())
