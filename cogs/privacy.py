"""Erasure of authors, for moderators."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.clock import system_clock
from bot.domain.articles import author_name
from bot.errors import BadInput, UserError
from bot.i18n import msg
from bot.ui.kit import notices
from bot.ui.kit.card import Card
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import Interaction, NewsdeskClient, Viewer, moderated_guild, person
from bot.ui.kit.language import localized
from bot.ui.kit.responses import replace_card, respond, update
from bot.ui.kit.routes import custom_id_pattern
from bot.ui.kit.truncate import utf16_length
from bot.ui.privacy import cards


@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
class Privacy(commands.GroupCog, name="privacy", group_description=localized("command-privacy")):
    """Discord shows this to members with Manage Server; the permission is checked again on use."""

    @app_commands.command(name="forget", description=localized("command-privacy-forget"))
    @app_commands.describe(author=localized("option-author-to-forget"))
    async def erase(
        self, interaction: Interaction, author: app_commands.Range[str, 1, cards.MAX_NAME]
    ) -> None:
        await respond(interaction, lambda viewer: _question(viewer, " ".join(author.split())))


async def _question(viewer: Viewer, author: str) -> Card:
    """Asks for confirmation. Raises NotAllowed("moderators-only") and BadInput("no-name")."""
    guild = viewer.moderated_guild()
    if author_name(author) is None or utf16_length(author) > cards.MAX_NAME:
        raise BadInput("no-name")
    return cards.erasure_question(author, await viewer.services.erasure.preview(guild, author))


class ErasureButton(DynamicComponent, template=custom_id_pattern(("forget", "near"), "(?P<author>.+)")):
    """The buttons that confirm the erasure of the author in their custom_id, and that ask about another
    name."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        author, by, services = self.match["author"], person(interaction), interaction.client.services
        if self.match["verb"] == "near":
            await update(interaction, lambda viewer: _question(viewer, author))
            return
        await interaction.response.edit_message(view=cards.erasing(author))
        try:
            erased = await services.erasure.erase(guild, author, by)
        except UserError:
            preview = await services.erasure.preview(guild, author)
            await replace_card(interaction, cards.erasure_question(author, preview))
            raise
        edited = await services.posts.wait_until_edited(
            await services.posts.author_erased(guild, system_clock())
        )
        await replace_card(
            interaction, cards.erased(author, erased, by, edited, await services.erasure.backups())
        )


class KeepButton(DynamicComponent, template=r"keep\d+:(?P<what>posts|-)"):
    """The button that declines what a question offers."""

    async def on_press(self, interaction: Interaction) -> None:
        kept = msg("posts-kept" if self.match["what"] == "posts" else "nothing-changed")
        await replace_card(interaction, notices.text(kept))


async def setup(bot: NewsdeskClient) -> None:
    bot.add_dynamic_items(ErasureButton, KeepButton)
    await bot.add_cog(Privacy())
