"""The settings of a server, for its moderators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.domain.server_settings import MAX_FOLLOWS_A_DAY, MAX_POSTING_CHANNELS, PostingRule
from bot.domain.zones import known_zone
from bot.i18n import LANGUAGES, formats, msg
from bot.ui.digests import options
from bot.ui.kit import leave_out, notices
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.component_tree import field_value
from bot.ui.kit.context import Interaction, NewsdeskClient, moderated_guild
from bot.ui.kit.error_reply import reply_error
from bot.ui.kit.language import localized, speak_members_language
from bot.ui.kit.leave_out import LeaveOutForm
from bot.ui.kit.responses import replace_card, respond
from bot.ui.settings import views
from bot.ui.settings.panel import DETECTED_LANGUAGES, SERVERS_OWN

ZONE_FORM = "zoneform"
LANGUAGE_CHOICES = [
    app_commands.Choice(name=localized("choice-server-language"), value=SERVERS_OWN),
    *(app_commands.Choice(name=formats.own_language_name(code), value=code) for code in LANGUAGES),
]


class SettingsCommands(commands.Cog):
    """The settings panel of a server."""

    @app_commands.command(description=localized("command-settings"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    @app_commands.describe(
        zone=localized("option-zone"),
        follows_a_day=localized("option-follows-a-day"),
        language=localized("option-language"),
        file=localized("option-file-to-import"),
    )
    @app_commands.choices(language=LANGUAGE_CHOICES)
    @app_commands.autocomplete(zone=options.complete_zone)
    async def settings(
        self,
        interaction: Interaction,
        zone: app_commands.Range[str, 1, 60] | None = None,
        follows_a_day: app_commands.Range[int, 0, MAX_FOLLOWS_A_DAY] | None = None,
        language: str | None = None,
        file: discord.Attachment | None = None,
    ) -> None:
        if file is not None:
            await respond(interaction, lambda viewer: views.import_preview(viewer, interaction, file))
        else:
            await respond(
                interaction,
                lambda viewer: views.settings(viewer, interaction, zone, follows_a_day, language),
            )

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        speak_members_language(interaction)
        try:
            zone = _submitted_zone(interaction)
            if zone is not None:
                await replace_card(interaction, await views.change(interaction, zone=known_zone(zone).key))
            filters = leave_out.submitted(interaction, "server")
            if filters is not None:
                await replace_card(interaction, await views.change(interaction, leave_out=filters[1]))
        except Exception as error:
            await reply_error(interaction, error)


class RoleChoice(DynamicComponent, template=r"role\d+:-"):
    """The select menu of the moderator role; only members with Manage Server can change it."""

    async def on_press(self, interaction: Interaction) -> None:
        values = self.menu(ui.RoleSelect).values
        role = values[0].id if values else None
        await replace_card(interaction, await views.change_moderator_role(interaction, role))


class ChannelChoice(DynamicComponent, template=r"place\d+:(?P<field>digest|moderator)"):
    """The select menus of the channel for new digests and of the one for notices to moderators."""

    async def on_press(self, interaction: Interaction) -> None:
        values = self.menu(ui.ChannelSelect).values
        chosen = values[0] if values else None
        field = f"{self.match['field']}_channel"
        await replace_card(interaction, await views.change_channel(interaction, field, chosen))


class DigestLanguageChoice(DynamicComponent, template=r"languages\d+:-"):
    """The select menu of the languages that digests pick from."""

    async def on_press(self, interaction: Interaction) -> None:
        known = tuple(sorted(code for code in self.menu(ui.Select).values if code in DETECTED_LANGUAGES))
        await replace_card(interaction, await views.change(interaction, languages=known))


class LanguageChoice(DynamicComponent, template=r"language\d+:-"):
    """The select menu of the language of what everybody sees."""

    async def on_press(self, interaction: Interaction) -> None:
        language = views.language_code(self.chosen)
        await replace_card(interaction, await views.change(interaction, language=language))


class Switch(DynamicComponent, template=r"(?P<what>shared|adult|letters)\d+:(?P<to>on|off)"):
    """The switches: the shared archive, articles marked 18+, letters in place of names."""

    async def on_press(self, interaction: Interaction) -> None:
        fields = {"shared": "shared_archive", "adult": "adult", "letters": "pseudonyms"}
        changes = {fields[self.match["what"]]: self.match["to"] == "on"}
        await replace_card(interaction, await views.change(interaction, **changes))


class MentionsSwitch(DynamicComponent, template=r"mentions\d+:(?P<to>on|off)"):
    """The switch of answers to mentions, on the card of places."""

    async def on_press(self, interaction: Interaction) -> None:
        card = await views.change_places(interaction, answers_mentions=self.match["to"] == "on")
        await replace_card(interaction, card)


class Places(DynamicComponent, template=r"places\d+:(?P<what>show|back|rule|channels)"):
    """The card of the places in which members can have the bot post: it is opened and left by buttons."""

    async def on_press(self, interaction: Interaction) -> None:
        match self.match["what"]:
            case "back":
                card = await views.change(interaction)
            case "rule" if self.chosen in get_args(PostingRule):
                card = await views.change_places(interaction, posting_rule=self.chosen)
            case "channels":
                chosen = self.menu(ui.ChannelSelect).values[:MAX_POSTING_CHANNELS]
                channels = tuple(channel.id for channel in chosen)
                card = await views.change_places(interaction, posting_channels=channels)
            case _:
                card = await views.change_places(interaction)
        await replace_card(interaction, card)


class ZoneButton(DynamicComponent, template=r"zone\d+:ask"):
    """The button that asks for the time zone."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        await interaction.response.send_modal(
            ZoneQuestion((await interaction.client.services.settings.get(guild)).zone)
        )


class ServerFiltersButton(DynamicComponent, template=r"filters\d+:server"):
    """The button that asks what all digests and notices of the server leave out."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        settings = await interaction.client.services.settings.get(guild)
        await interaction.response.send_modal(LeaveOutForm("server", settings.leave_out))


class ExportButton(DynamicComponent, template=r"export\d+:file"):
    """The button that exports the server's settings, digests and follows as a file."""

    async def on_press(self, interaction: Interaction) -> None:
        await moderated_guild(interaction)
        await respond(interaction, views.export)


class ImportButton(DynamicComponent, template=r"bring\d+:(?P<draft>[0-9a-f]{20}|-)"):
    """The buttons that import a file or discard it."""

    async def on_press(self, interaction: Interaction) -> None:
        await moderated_guild(interaction)
        draft = self.match["draft"]
        if draft == "-":
            await replace_card(interaction, notices.text(msg("settings-not-imported")))
            return
        await interaction.response.defer()
        await replace_card(interaction, await views.import_draft(interaction, draft))


class ZoneQuestion(ui.Modal):
    """The form for the time zone; the bot may restart between opening and submission."""

    def __init__(self, zone: str) -> None:
        super().__init__(title=msg("settings-zone-title"), custom_id=ZONE_FORM, timeout=None)
        self._typed: ui.TextInput[Any] = ui.TextInput(custom_id="zone", default=zone, max_length=60)
        self.add_item(ui.Label(text=msg("settings-zone-label"), component=self._typed))

    def is_finished(self) -> bool:
        """Always true: a submission is self-contained, so discord.py need not keep the form."""
        return True


def _submitted_zone(interaction: Interaction) -> str | None:
    """The text of a submitted form; None for other interactions."""
    data: Mapping[str, Any] = interaction.data or {}
    if interaction.type is not discord.InteractionType.modal_submit or data.get("custom_id") != ZONE_FORM:
        return None
    return field_value(data, "zone").strip()


async def setup(bot: NewsdeskClient) -> None:
    bot.add_dynamic_items(
        RoleChoice,
        ChannelChoice,
        DigestLanguageChoice,
        LanguageChoice,
        Switch,
        MentionsSwitch,
        Places,
        ZoneButton,
        ServerFiltersButton,
        ExportButton,
        ImportButton,
    )
    await bot.add_cog(SettingsCommands())
