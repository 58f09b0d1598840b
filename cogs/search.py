"""Search, and the look-up of a message's links and headlines."""

from __future__ import annotations

from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.search import Filters, Order, SearchField
from bot.text.search.operators import with_operators
from bot.ui.kit import autocomplete
from bot.ui.kit.autocomplete import (
    DATES_HELP,
    ORDERS,
    SEARCH_FIELDS,
    SEARCH_HELP,
    STEERING_HELP,
    When,
    searchable_text,
)
from bot.ui.kit.context import Interaction, NewsdeskClient
from bot.ui.kit.language import localized
from bot.ui.kit.responses import respond
from bot.ui.search import views


class SearchCommands(commands.Cog):
    """Commands to find threads."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self.bot = bot
        self.find = app_commands.ContextMenu(
            name=localized("menu-find"),
            callback=self.find_message,
            extras={"name": "menu-find", "help": "menu-find-help"},
        )

    async def cog_load(self) -> None:
        self.bot.tree.add_command(self.find)

    async def cog_unload(self) -> None:
        self.bot.tree.remove_command(self.find.name, type=self.find.type)

    @app_commands.command(description=localized("command-search"))
    @app_commands.rename(place="in")
    @app_commands.describe(**SEARCH_HELP, **DATES_HELP, **STEERING_HELP)
    @app_commands.choices(place=SEARCH_FIELDS, order=ORDERS)
    @app_commands.autocomplete(
        query=autocomplete.queries,
        source=autocomplete.sources,
        subreddit=autocomplete.subreddits,
        flair=autocomplete.flairs,
    )
    async def search(
        self,
        interaction: Interaction,
        query: app_commands.Range[str, 1, 300],
        place: SearchField = "both",
        source: app_commands.Range[str, 1, 100] | None = None,
        author: app_commands.Range[str, 1, 100] | None = None,
        after: app_commands.Transform[datetime, When] | None = None,
        before: app_commands.Transform[datetime, When] | None = None,
        title: app_commands.Range[str, 1, 100] | None = None,
        subreddit: app_commands.Range[str, 1, 100] | None = None,
        flair: app_commands.Range[str, 1, 100] | None = None,
        min_score: int | None = None,
        min_comments: app_commands.Range[int, 0] | None = None,
        order: Order = "relevance",
    ) -> None:
        filters = Filters(source, author, after, before)
        text = with_operators(
            query,
            title=title,
            subreddit=subreddit,
            flair=flair,
            min_score=min_score,
            min_comments=min_comments,
        )
        await respond(interaction, lambda viewer: views.search(viewer, text, filters, place, order))

    async def find_message(self, interaction: Interaction, message: discord.Message) -> None:
        await respond(interaction, lambda viewer: views.mentioned(viewer, searchable_text(message)))


async def setup(bot: NewsdeskClient) -> None:
    await bot.add_cog(SearchCommands(bot))
