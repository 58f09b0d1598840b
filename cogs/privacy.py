"""Privacy: what is stored about a member, requests to be erased, the policy, and the erasure of authors."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.domain.privacy import MAX_NOTE
from bot.errors import NotFound, UserError
from bot.i18n import error_message, msg
from bot.ui.help.command_list import FOR_SERVERS
from bot.ui.kit import notices
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import Interaction, NewsdeskClient, moderated_guild
from bot.ui.kit.language import localized
from bot.ui.kit.responses import replace_card, respond, update
from bot.ui.kit.routes import custom_id_pattern
from bot.ui.privacy import cards, erasure, personal_data, policy, requests


class Privacy(commands.GroupCog, name="privacy", group_description=localized("command-privacy")):
    """For everybody; the erasure of authors by moderators is `/archive forget`."""

    @app_commands.command(description=localized("command-privacy-mine"))
    async def mine(self, interaction: Interaction) -> None:
        await respond(interaction, personal_data.personal_data)

    @app_commands.command(
        name="request", description=localized("command-privacy-request"), extras=FOR_SERVERS
    )
    @app_commands.describe(author=localized("option-author-to-request"), note=localized("option-note"))
    async def ask_for_erasure(
        self,
        interaction: Interaction,
        author: app_commands.Range[str, 1, cards.MAX_NAME],
        note: app_commands.Range[str, 1, MAX_NOTE] | None = None,
    ) -> None:
        name = " ".join(author.split())
        await respond(interaction, lambda viewer: requests.request(viewer, interaction, name, note or ""))

    @app_commands.command(name="policy", description=localized("command-privacy-policy"))
    async def show_policy(self, interaction: Interaction) -> None:
        await respond(interaction, policy.policy)


class PersonalDataButton(DynamicComponent, template=r"mine\d+:(?P<what>ask|delete)"):
    """The buttons that delete what is stored about a member, after a question."""

    async def on_press(self, interaction: Interaction) -> None:
        delete = self.match["what"] == "delete"
        await update(interaction, personal_data.deleted if delete else personal_data.deletion_question)


class RequestButton(DynamicComponent, template=r"request\d+:(?P<what>grant|decline)\.(?P<request>\d+)"):
    """The buttons with which moderators decide on a request."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        services, number = interaction.client.services, int(self.match["request"])
        granted = self.match["what"] == "grant"
        try:
            request = await services.privacy.open_request(guild, number)
        except NotFound as error:  # decided elsewhere: the card with the name goes
            await replace_card(interaction, notices.text(error_message(error)))
            return
        await interaction.response.defer()
        if granted:
            await erasure.erase(interaction, guild, request.author)
        await services.privacy.decide(guild, number)
        if not granted:
            await services.audit.record(guild, "request-declined")
        by = interaction.user.mention
        await replace_card(interaction, requests.decided_card(request.member, by, granted=granted))
        await requests.notify_member(interaction, request, granted=granted)


class ErasureButton(DynamicComponent, template=custom_id_pattern(("forget", "near"), "(?P<author>.+)")):
    """The buttons that confirm the erasure of the author in their custom_id, and that ask about another
    name."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        author = self.match["author"]
        if self.match["verb"] == "near":
            await update(interaction, lambda viewer: erasure.question(viewer, author))
            return
        await interaction.response.edit_message(view=cards.erasing(author))
        try:
            card = await erasure.erase(interaction, guild, author)
        except UserError:
            preview = await interaction.client.services.erasure.preview(guild, author)
            await replace_card(interaction, cards.erasure_question(author, preview))
            raise
        await replace_card(interaction, card)


class KeepButton(DynamicComponent, template=r"keep\d+:(?P<what>posts|-)"):
    """The button that declines what a question offers."""

    async def on_press(self, interaction: Interaction) -> None:
        kept = msg("posts-kept" if self.match["what"] == "posts" else "nothing-changed")
        await replace_card(interaction, notices.text(kept))


async def setup(bot: NewsdeskClient) -> None:
    bot.add_dynamic_items(PersonalDataButton, RequestButton, ErasureButton, KeepButton)
    await bot.add_cog(Privacy())
