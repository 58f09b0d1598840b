"""/browse: articles by source, subreddit, flair or day; /trend: how often something occurs over time."""

from __future__ import annotations

from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.domain.browsing import FACETS
from bot.ui.browse import trends, views
from bot.ui.browse.strings import label
from bot.ui.browse.views import BrowseBy
from bot.ui.kit import autocomplete
from bot.ui.kit.context import Interaction, NewsdeskClient, viewer_of
from bot.ui.kit.language import localized, localized_choices
from bot.ui.kit.limits import MAX_OPTIONS
from bot.ui.kit.responses import respond

CHOICES = localized_choices(
    {
        "newest": "choice-browse-newest",
        "source": "choice-browse-source",
        "subreddit": "choice-browse-subreddit",
        "flair": "choice-browse-flair",
        "day": "choice-browse-day",
        "month": "choice-browse-month",
    }
)


async def _values(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Completes the values of what is browsed by."""
    viewer, by = await viewer_of(interaction), interaction.namespace.by
    for facet in FACETS:
        if facet != by:
            continue
        if facet in ("source", "subreddit", "flair"):
            names = await viewer.services.browsing.values(viewer.scope, facet, typed, MAX_OPTIONS)
            return autocomplete.choices(names)
        page = await viewer.services.browsing.facets(viewer.scope, facet, MAX_DATES)
        named = {value.value: label(facet, value.value) for value in page.values}
        folded = typed.strip().casefold()
        return [
            Choice(name=name, value=value)
            for value, name in named.items()
            if folded in name.casefold() or value.startswith(folded)
        ][:MAX_OPTIONS]
    return []


MAX_DATES = 400
"""The newest days or months that are completed."""


class BrowseCommands(commands.Cog):
    """Commands for those who do not search for anything."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self.bot = bot

    @app_commands.command(description=localized("command-browse"))
    @app_commands.describe(by=localized("option-by"), value=localized("option-value"))
    @app_commands.choices(by=CHOICES)
    @app_commands.autocomplete(value=_values)
    async def browse(
        self,
        interaction: Interaction,
        by: BrowseBy = "newest",
        value: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        await respond(interaction, lambda viewer: views.browse(viewer, by, value))

    @app_commands.command(description=localized("command-trend"))
    @app_commands.describe(query=localized("option-query"))
    @app_commands.autocomplete(query=autocomplete.queries)
    async def trend(self, interaction: Interaction, query: app_commands.Range[str, 1, 300]) -> None:
        await respond(interaction, lambda viewer: trends.trend_of(viewer, query.strip()))


async def setup(bot: NewsdeskClient) -> None:
    await bot.add_cog(BrowseCommands(bot))
