"""Erasure of authors, for moderators."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.clock import system_clock
from bot.domain.articles import author_name
from bot.errors import BadInput, UserError
from bot.ui.kit.card import Card
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import Interaction, NewsdeskClient, Viewer, moderated_guild, person
from bot.ui.kit.language import localized
from bot.ui.kit.responses import replace_card, respond
from bot.ui.kit.truncate import utf16_length
from bot.ui.privacy import cards

MAX_NAME = 80
"""UTF-16 units; the name must fit into the custom_id of a button."""


@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
class Privacy(commands.GroupCog, name="privacy", group_description=localized("command-privacy")):
    """Discord shows this to members with Manage Server; the permission is checked again on use."""

    @app_commands.command(name="forget", description=localized("command-privacy-forget"))
    @app_commands.describe(author=localized("option-author-to-forget"))
    async def erase(self, interaction: Interaction, author: app_commands.Range[str, 1, MAX_NAME]) -> None:
        await respond(interaction, lambda viewer: _question(viewer, " ".join(author.split())))


async def _question(viewer: Viewer, author: str) -> Card:
    """Asks for confirmation. Raises NotAllowed("moderators-only") and BadInput("no-name")."""
    viewer.moderated_guild()
    if author_name(author) is None or utf16_length(author) > MAX_NAME:
        raise BadInput("no-name")
    return cards.erasure_question(author)


class ErasureButton(DynamicComponent, template=r"forget\d+:(?P<author>.+)"):
    """The button that confirms the erasure of the author in its custom_id."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        author, by = self.match["author"], person(interaction)
        await interaction.response.edit_message(view=cards.erasing(author))
        try:
            erased = await interaction.client.services.loads.erase_author(guild, author, by)
        except UserError:
            await replace_card(interaction, cards.erasure_question(author))
            raise
        posts = interaction.client.services.posts
        edited = await posts.wait_until_edited(await posts.author_erased(guild, system_clock()))
        await replace_card(interaction, cards.erased(author, erased, by, edited))


async def setup(bot: NewsdeskClient) -> None:
    bot.add_dynamic_items(ErasureButton)
    await bot.add_cog(Privacy())
