"""Views of `/settings` and its components: change settings and render the panel."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import discord

from bot.clock import system_clock
from bot.domain.server_settings import ServerSettings
from bot.domain.zones import known_zone
from bot.errors import BadInput, NotAllowed
from bot.i18n import LANGUAGES, msg
from bot.services import settings_transfer
from bot.services.settings_transfer import SettingsChanges
from bot.ui.digests.channel_choice import can_plan, can_schedule
from bot.ui.help.greeting import first_channel
from bot.ui.kit import notices
from bot.ui.kit.card import Card, Colour
from bot.ui.kit.channels import ChosenChannel
from bot.ui.kit.context import (
    Interaction,
    Viewer,
    can_manage_guild,
    moderated_guild,
    moderated_server,
    person,
)
from bot.ui.kit.markdown import line
from bot.ui.kit.permissions import can_post
from bot.ui.settings import panel, permission_check, places


async def settings(
    viewer: Viewer,
    interaction: Interaction,
    zone: str | None = None,
    follow_cap: int | None = None,
    language: str | None = None,
) -> Card:
    """Applies the given changes and renders the panel. Raises BadInput("bad-zone")."""
    viewer.moderated_guild()
    changes: dict[str, Any] = {
        "zone": zone and known_zone(zone).key,
        "follow_cap": follow_cap,
        "language": language and language_code(language),
    }
    return await change(interaction, **{name: new for name, new in changes.items() if new is not None})


def language_code(chosen: str) -> str:
    """The language of a choice; empty for that of the server."""
    return chosen if chosen in LANGUAGES else ""


async def change(interaction: Interaction, **changes: Any) -> Card:
    """Changes settings of the moderator's server and renders the panel."""
    check = permission_check.describe(interaction.app_permissions, interaction.channel)
    return panel.panel(await _changed(interaction, changes), interaction.guild, check)


async def check(interaction: Interaction, guild: int) -> Card:
    """The check of the bot's permissions in the first channel of a server, for its moderators in a direct
    message. Raises what `moderated_server` raises."""
    server = await moderated_server(interaction, guild)
    user = interaction.client.user
    assert user is not None  # noqa: S101 - it is logged in
    me = server.get_member(user.id)
    channels = server.channels
    if me is None:  # a server of another process
        me = await server.fetch_member(user.id)
        channels = await server.fetch_channels()
    channel = first_channel(server, channels)
    if channel is None:
        return notices.text(msg("permissions-no-channel", server=line(server.name)))
    return Card(Colour.ABOUT, *permission_check.describe(channel.permissions_for(me), channel))


async def change_places(interaction: Interaction, **changes: Any) -> Card:
    """Changes where the bot posts and renders the card of that."""
    return places.places(await _changed(interaction, changes))


async def _changed(interaction: Interaction, changes: Mapping[str, Any]) -> ServerSettings:
    guild = await moderated_guild(interaction)
    service = interaction.client.services.settings
    return await (service.change(guild, **changes) if changes else service.get(guild))


async def change_channel(interaction: Interaction, field: str, chosen: ChosenChannel | None) -> Card:
    """Changes one of the server's channels. Raises NotAllowed("bot-may-not-post" | "member-may-not-post")."""
    if chosen is not None:
        channel = chosen.resolve()
        text = channel if isinstance(channel, discord.TextChannel) else None
        if text is None or not can_post(text.permissions_for(text.guild.me), text):
            raise NotAllowed("bot-may-not-post", where=chosen.name)
        if not can_post(chosen.permissions, text):
            raise NotAllowed("member-may-not-post", where=text.name)
    return await change(interaction, **{field: None if chosen is None else chosen.id})


async def change_moderator_role(interaction: Interaction, role: int | None) -> Card:
    """Changes the role whose members are moderators. Raises NotAllowed("managers-only")."""
    await moderated_guild(interaction)
    if not can_manage_guild(interaction):
        raise NotAllowed("managers-only")
    return await change(interaction, moderator_role=role)


async def export(viewer: Viewer) -> Card:
    """The server's settings, digests and follows as a file."""
    guild, services = viewer.moderated_guild(), viewer.services
    digests = await services.digests.schedules(guild)
    follows = await services.follows.follows(guild)
    return panel.exported(await services.settings_transfer.export(guild), len(digests), len(follows))


async def import_preview(viewer: Viewer, interaction: Interaction, file: discord.Attachment) -> Card:
    """Previews the changes that a file would make. Raises what `settings_transfer.read` raises."""
    viewer.moderated_guild()
    if file.size > settings_transfer.MAX_BYTES:
        raise BadInput("settings-file-too-large")
    content = await file.read()
    changes = await _changes(interaction, content)
    # The interaction's id makes each draft unique, so that the same file can be imported again.
    draft = await viewer.services.key_value.store_text(
        f"{interaction.id:020}{content.decode()}", viewer.scope.guild
    )
    return panel.import_changes(changes, draft)


async def import_draft(interaction: Interaction, draft: str) -> Card:
    """Imports the file of a stored draft. Raises NotFound("stale-button")."""
    services = interaction.client.services
    text = await services.key_value.load_text(draft)
    changes = await _changes(interaction, text[20:].encode())
    guild = await moderated_guild(interaction)
    await services.settings_transfer.apply(guild, changes, person(interaction), system_clock(), draft)
    return panel.import_changes(changes, None)


async def _changes(interaction: Interaction, content: bytes) -> SettingsChanges:
    here = interaction.guild
    roles = {role.id for role in here.roles} if here and can_manage_guild(interaction) else None
    return await interaction.client.services.settings_transfer.changes(
        await moderated_guild(interaction),
        settings_transfer.read(content),
        partial(can_plan, interaction),
        partial(can_schedule, interaction),
        roles,
        system_clock(),
    )
