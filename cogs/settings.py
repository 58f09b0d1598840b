"""What a server chooses: for its moderators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.clock import system_clock
from bot.domain.digests import known_zone
from bot.domain.server_settings import MAX_FOLLOWS_A_DAY, ServerSettings
from bot.errors import BadInput, NotAllowed
from bot.services import settings_transfer
from bot.ui.digests import options
from bot.ui.kit import notices
from bot.ui.kit.card import Card
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.component_tree import field_value
from bot.ui.kit.context import Interaction, NewsdeskClient, Viewer, can_manage_guild, moderated_guild, person
from bot.ui.kit.error_reply import reply_error
from bot.ui.kit.permissions import can_post
from bot.ui.kit.responses import replace_card, respond
from bot.ui.settings import panel, strings

ZONE_FORM = "zoneform"


class SettingsCommands(commands.Cog):
    """One panel for a server."""

    @app_commands.command()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    @app_commands.describe(
        zone="Time zone of scheduled digests, such as Europe/Berlin",
        follows_a_day="How many messages follows may send to one channel or member in a day",
        file="A file that Export saved: see what it would change, and bring it back",
    )
    @app_commands.autocomplete(zone=options.complete_zone)
    async def settings(
        self,
        interaction: Interaction,
        zone: app_commands.Range[str, 1, 60] | None = None,
        follows_a_day: app_commands.Range[int, 0, MAX_FOLLOWS_A_DAY] | None = None,
        file: discord.Attachment | None = None,
    ) -> None:
        """What this server has chosen: moderators, channels, names, languages, time zone"""

        async def draw(viewer: Viewer) -> Card:
            guild = viewer.moderated_guild()
            if file is not None:
                return await _import_preview(interaction, guild, file)
            if zone is not None:
                await viewer.services.settings.change(guild, zone=known_zone(zone).key)
            if follows_a_day is not None:
                await viewer.services.settings.change(guild, follow_cap=follows_a_day)
            return _panel(interaction, await viewer.services.settings.get(guild))

        await respond(interaction, draw)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        try:
            zone = _submitted_zone(interaction)
            if zone is not None:
                await _change(interaction, zone=known_zone(zone).key)
        except Exception as error:
            await reply_error(interaction, error)


async def _import_preview(interaction: Interaction, guild: int, file: discord.Attachment) -> Card:
    if file.size > settings_transfer.MOST_BYTES:
        raise BadInput("bad-settings-file", problem=f"it has {file.size // 1024} KiB")
    services = interaction.client.services
    content = await file.read()
    would = await _changes(interaction, guild, settings_transfer.read(content))
    # The number of this question makes a draft of its own, so that the same file can be brought back again.
    return panel.import_changes(
        would, await services.key_value.store_text(f"{interaction.id:020}{content.decode()}")
    )


async def _changes(
    interaction: Interaction, guild: int, saved: settings_transfer.Saved
) -> settings_transfer.Changes:
    here = interaction.guild
    channels = {channel.id for channel in (*here.channels, *here.threads)} if here else set()
    roles = {role.id for role in here.roles} if here and can_manage_guild(interaction) else None
    return await interaction.client.services.settings_transfer.changes(
        guild, saved, channels, roles, system_clock()
    )


def _panel(interaction: Interaction, chosen: ServerSettings) -> Card:
    guild = interaction.guild
    roles = {role.id for role in guild.roles} if guild else ()
    channels = {channel.id for channel in guild.channels} if guild else ()
    return panel.panel(chosen, roles, channels)


async def _change(interaction: Interaction, **changes: Any) -> None:
    """Changes the settings of the presser's server, and shows them."""
    guild = await moderated_guild(interaction)
    changed = await interaction.client.services.settings.change(guild, **changes)
    await replace_card(interaction, _panel(interaction, changed))


class RoleChoice(DynamicComponent, template=r"role\d+:-"):
    """The role whose members are moderators; only who may manage the server appoints them."""

    async def on_press(self, interaction: Interaction) -> None:
        await moderated_guild(interaction)
        if not can_manage_guild(interaction):
            raise NotAllowed("managers-only")
        assert isinstance(self.item, ui.RoleSelect)  # noqa: S101 - only role lists have such an id
        await _change(interaction, moderator_role=self.item.values[0].id if self.item.values else None)


class ChannelChoice(DynamicComponent, template=r"place\d+:(?P<of>digest|moderator)"):
    """The channel of new digests, and the one where moderators are told."""

    async def on_press(self, interaction: Interaction) -> None:
        assert isinstance(self.item, ui.ChannelSelect)  # noqa: S101 - only channel lists have such an id
        place = self.item.values[0] if self.item.values else None
        if place is not None:
            channel = place.resolve()
            seen = channel if isinstance(channel, discord.TextChannel) else None
            if seen is None or not can_post(seen.permissions_for(seen.guild.me), seen):
                raise NotAllowed("bot-may-not-post", where=place.name)
        field = f"{self.match['of']}_channel"
        await _change(interaction, **{field: None if place is None else place.id})


class LanguageChoice(DynamicComponent, template=r"languages\d+:-"):
    """The languages that digests pick from."""

    async def on_press(self, interaction: Interaction) -> None:
        assert isinstance(self.item, ui.Select)  # noqa: S101 - only lists have such an id
        known = (code for code in self.item.values if code in strings.LANGUAGES)
        await _change(interaction, languages=tuple(sorted(known)))


class Switch(DynamicComponent, template=r"(?P<what>shared|adult|letters)\d+:(?P<to>on|off)"):
    """What is either on or off: the shared archive, articles marked 18+, letters for names."""

    async def on_press(self, interaction: Interaction) -> None:
        fields = {"shared": "shared_archive", "adult": "adult", "letters": "pseudonyms"}
        await _change(interaction, **{fields[self.match["what"]]: self.match["to"] == "on"})


class ZoneButton(DynamicComponent, template=r"zone\d+:ask"):
    """Asks for the time zone."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        await interaction.response.send_modal(
            ZoneQuestion((await interaction.client.services.settings.get(guild)).zone)
        )


class ExportButton(DynamicComponent, template=r"export\d+:file"):
    """The server's settings, digests and follows as a file."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)

        async def draw(viewer: Viewer) -> Card:
            digests = await viewer.services.digests.schedules(guild)
            follows = await viewer.services.follows.follows(guild)
            file = await viewer.services.settings_transfer.export(guild)
            return panel.exported(file, len(digests), len(follows))

        await respond(interaction, draw)


class ImportButton(DynamicComponent, template=r"bring\d+:(?P<draft>[0-9a-f]{20}|-)"):
    """Brings back what a file holds, or leaves it."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        draft = self.match["draft"]
        if draft == "-":
            await replace_card(interaction, notices.text(strings.NOT_IMPORTED))
            return
        await interaction.response.defer()
        services = interaction.client.services
        would = await _changes(
            interaction,
            guild,
            settings_transfer.read((await services.key_value.load_text(draft))[20:].encode()),
        )
        await services.settings_transfer.apply(guild, would, person(interaction), system_clock(), draft)
        await replace_card(interaction, panel.import_changes(would, None))


class ZoneQuestion(ui.Modal, title=strings.ZONE_TITLE):
    """The time zone as text; a restart between its opening and its sending is no matter."""

    def __init__(self, zone: str) -> None:
        super().__init__(custom_id=ZONE_FORM, timeout=None)
        self._typed: ui.TextInput[Any] = ui.TextInput(custom_id="zone", default=zone, max_length=60)
        self.add_item(ui.Label(text=strings.ZONE_LABEL, component=self._typed))

    def is_finished(self) -> bool:
        """Always: what is sent says all, so that discord.py need not remember the form."""
        return True


def _submitted_zone(interaction: Interaction) -> str | None:
    """What was typed, where the interaction is the form that is sent."""
    data: Mapping[str, Any] = interaction.data or {}
    if interaction.type is not discord.InteractionType.modal_submit or data.get("custom_id") != ZONE_FORM:
        return None
    return field_value(data, "zone").strip()


async def setup(bot: NewsdeskClient) -> None:
    bot.add_dynamic_items(
        RoleChoice, ChannelChoice, LanguageChoice, Switch, ZoneButton, ExportButton, ImportButton
    )
    await bot.add_cog(SettingsCommands())
