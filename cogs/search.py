"""Search, and the look-up of a message's links and headlines."""

from __future__ import annotations

from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.search import Filters, SearchField
from bot.ui.kit import autocomplete
from bot.ui.kit.autocomplete import DATES_HELP, SEARCH_FIELDS, SEARCH_HELP, When, searchable_text
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
    @app_commands.describe(**SEARCH_HELP, **DATES_HELP)
    @app_commands.choices(place=SEARCH_FIELDS)
    @app_commands.autocomplete(query=autocomplete.queries, source=autocomplete.sources)
    async def search(
        self,
        interaction: Interaction,
        query: app_commands.Range[str, 1, 300],
        place: SearchField = "both",
        source: app_commands.Range[str, 1, 100] | None = None,
        author: app_commands.Range[str, 1, 100] | None = None,
        after: app_commands.Transform[datetime, When] | None = None,
        before: app_commands.Transform[datetime, When] | None = None,
    ) -> None:
        filters = Filters(source, author, after, before)
        await respond(interaction, lambda viewer: views.search(viewer, query, filters, place))

    async def find_message(self, interaction: Interaction, message: discord.Message) -> None:
        await respond(interaction, lambda viewer: views.mentioned(viewer, searchable_text(message)))


async def setup(bot: NewsdeskClient) -> None:
    await bot.add_cog(SearchCommands(bot))
