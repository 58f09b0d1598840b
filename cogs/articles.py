"""Commands to read and post articles."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.ui.articles import timeline, views
from bot.ui.articles.cards import SUMMARY_LENGTHS
from bot.ui.help.command_list import FOR_SERVERS
from bot.ui.kit import autocomplete
from bot.ui.kit.autocomplete import TITLE, TITLE_HELP, Destination
from bot.ui.kit.channels import ChosenChannel
from bot.ui.kit.context import Interaction, NewsdeskClient
from bot.ui.kit.language import localized
from bot.ui.kit.responses import respond
from bot.ui.posting import post_article

_LENGTHS = (
    (SUMMARY_LENGTHS[0], "choice-length-short"),
    (SUMMARY_LENGTHS[1], "choice-length-medium"),
    (SUMMARY_LENGTHS[2], "choice-length-long"),
)


class ArticleCommands(commands.GroupCog, name="article", group_description=localized("command-article")):
    """Articles by title, by number, or at random."""

    @app_commands.command(description=localized("command-article-show"))
    @app_commands.describe(title=TITLE_HELP)
    @app_commands.autocomplete(title=autocomplete.titles)
    async def show(self, interaction: Interaction, title: TITLE) -> None:
        await respond(interaction, lambda viewer: views.article(viewer, title))

    @app_commands.command(description=localized("command-article-summary"))
    @app_commands.describe(title=TITLE_HELP, length=localized("option-length"))
    @app_commands.choices(length=[app_commands.Choice(name=localized(id_), value=n) for n, id_ in _LENGTHS])
    @app_commands.autocomplete(title=autocomplete.titles)
    async def summary(self, interaction: Interaction, title: TITLE, length: int = SUMMARY_LENGTHS[1]) -> None:
        await respond(interaction, lambda viewer: views.article(viewer, title, length))

    @app_commands.command(description=localized("command-article-related"))
    @app_commands.describe(title=TITLE_HELP)
    @app_commands.autocomplete(title=autocomplete.titles)
    async def related(self, interaction: Interaction, title: TITLE) -> None:
        await respond(interaction, lambda viewer: views.related(viewer, title))

    @app_commands.command(description=localized("command-article-timeline"))
    @app_commands.describe(title=TITLE_HELP)
    @app_commands.autocomplete(title=autocomplete.titles)
    async def timeline(self, interaction: Interaction, title: TITLE) -> None:
        await respond(interaction, lambda viewer: timeline.timeline(viewer, title))

    @app_commands.command(description=localized("command-article-random"))
    async def random(self, interaction: Interaction) -> None:
        await respond(interaction, views.random)

    @app_commands.command(description=localized("command-article-post"), extras=FOR_SERVERS)
    @app_commands.describe(
        title=TITLE_HELP,
        channel=localized("option-channel-to-post"),
        thread=localized("option-thread"),
    )
    @app_commands.autocomplete(title=autocomplete.titles)
    async def post(
        self,
        interaction: Interaction,
        title: TITLE,
        channel: app_commands.Transform[ChosenChannel, Destination] | None = None,
        thread: bool = False,
    ) -> None:
        await post_article(interaction, title, channel, thread=thread)


async def setup(bot: NewsdeskClient) -> None:
    await bot.add_cog(ArticleCommands())
