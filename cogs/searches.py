"""/searches: searches that members save, run again, share and delete."""

from __future__ import annotations

from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.domain.follows import MAX_QUERY
from bot.domain.saved_searches import MAX_SEARCH_NAME, SearchSpec
from bot.ui.kit import autocomplete
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import Interaction, NewsdeskClient, viewer_of
from bot.ui.kit.error_reply import reply_error
from bot.ui.kit.language import localized, speak_members_language
from bot.ui.kit.limits import MAX_OPTIONS
from bot.ui.kit.responses import respond
from bot.ui.search import saved

SearchName = app_commands.Range[str, 1, MAX_SEARCH_NAME]


async def _names(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Completes the names of the searches that the member can run."""
    viewer = await viewer_of(interaction)
    searches = await viewer.services.saved_searches.searches(viewer.scope, interaction.user.id)
    names = dict.fromkeys(search.name for search in searches if typed.casefold() in search.name.casefold())
    return [Choice(name=name, value=name) for name in names][:MAX_OPTIONS]


class SavedSearchCommands(
    commands.GroupCog, name="searches", group_description=localized("command-searches")
):
    """Commands for saved searches, and the form of the Save button."""

    @app_commands.command(description=localized("command-searches-save"))
    @app_commands.describe(
        name=localized("option-name"),
        query=localized("option-query"),
        shared=localized("option-shared"),
    )
    @app_commands.autocomplete(query=autocomplete.queries)
    async def save(
        self,
        interaction: Interaction,
        name: SearchName,
        query: app_commands.Range[str, 1, MAX_QUERY],
        shared: bool = False,
    ) -> None:
        search = SearchSpec(query.strip())
        await respond(interaction, lambda viewer: saved.save(viewer, name, search, shared=shared))

    @app_commands.command(name="list", description=localized("command-searches-list"))
    async def list_searches(self, interaction: Interaction) -> None:
        await respond(interaction, saved.listing)

    @app_commands.command(description=localized("command-searches-run"))
    @app_commands.describe(name=localized("option-name"))
    @app_commands.autocomplete(name=_names)
    async def run(self, interaction: Interaction, name: SearchName) -> None:
        await respond(interaction, lambda viewer: saved.run(viewer, name))

    @app_commands.command(description=localized("command-searches-delete"))
    @app_commands.describe(name=localized("option-name"))
    @app_commands.autocomplete(name=_names)
    async def delete(self, interaction: Interaction, name: SearchName) -> None:
        await respond(interaction, lambda viewer: saved.delete(viewer, name))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        speak_members_language(interaction)
        try:
            if (submitted := saved.submitted_name(interaction)) is not None:
                route, name = submitted
                await respond(interaction, lambda viewer: saved.save_route(viewer, route, name))
        except Exception as error:
            await reply_error(interaction, error)


class SaveButton(DynamicComponent, template=r"save\d+:(?P<route>.+)"):
    """The button of a search that saves it under a name."""

    async def on_press(self, interaction: Interaction) -> None:
        await interaction.response.send_modal(saved.SaveSearchForm(self.match["route"]))


async def setup(bot: NewsdeskClient) -> None:
    bot.add_dynamic_items(SaveButton)
    await bot.add_cog(SavedSearchCommands())
