"""Commands to read an article's comments."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.domain.articles import CommentOrder
from bot.ui.articles import views
from bot.ui.kit import autocomplete
from bot.ui.kit.autocomplete import TITLE, TITLE_HELP
from bot.ui.kit.context import Interaction, NewsdeskClient
from bot.ui.kit.language import localized, localized_choices
from bot.ui.kit.responses import respond
from bot.ui.kit.routes import ListOptions

_ORDERS = localized_choices(
    {
        "thread": "comments-thread-button",
        "best": "comments-best-button",
        "newest": "comments-newest-button",
        "oldest": "comments-oldest-button",
    }
)


class CommentCommands(commands.GroupCog, name="comments", group_description=localized("command-comments")):
    """Comments, as a list and as a digest."""

    @app_commands.command(name="list", description=localized("command-comments-list"))
    @app_commands.describe(
        title=TITLE_HELP,
        sort=localized("option-sort"),
        hide_bots=localized("option-hide-bots"),
        one_thread=localized("option-one-thread"),
    )
    @app_commands.choices(sort=_ORDERS)
    @app_commands.autocomplete(title=autocomplete.titles)
    async def list_comments(
        self,
        interaction: Interaction,
        title: TITLE,
        sort: CommentOrder = "thread",
        hide_bots: bool = False,
        one_thread: bool = False,
    ) -> None:
        how = ListOptions(sort, hide_bots, one_thread)
        await respond(interaction, lambda viewer: views.comments(viewer, title, 0, how))

    @app_commands.command(description=localized("command-comments-digest"))
    @app_commands.describe(title=TITLE_HELP)
    @app_commands.autocomplete(title=autocomplete.titles)
    async def digest(self, interaction: Interaction, title: TITLE) -> None:
        await respond(interaction, lambda viewer: views.comment_digest(viewer, title))


async def setup(bot: NewsdeskClient) -> None:
    await bot.add_cog(CommentCommands())
