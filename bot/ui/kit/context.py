"""What cards, buttons and commands know about the client and about who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.domain.answers import Payer
from bot.domain.articles import Scope
from bot.domain.loads import Person
from bot.domain.server_settings import ServerSettings
from bot.errors import NotAllowed
from bot.services import Services
from bot.ui.kit import format
from bot.ui.kit.cooldown import Cooldown

if TYPE_CHECKING:
    from bot.ui.loads.message import LoadTracker


class NewsdeskClient(commands.Bot):
    """The client as the parts that answer people see it."""

    services: Services
    load_tracker: LoadTracker
    cooldown: Cooldown

    def mention_command(self, name: str) -> str:
        """A command as text that a reader can press, `/search` where Discord's number of it is not known."""
        raise NotImplementedError


Interaction = discord.Interaction[NewsdeskClient]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks: which archives they see, and what their cards may offer."""

    services: Services
    scope: Scope
    moderator: bool
    can_share: bool
    mention_command: Callable[[str], str]
    member: int | None = None
    """Who it is, where it is one person who asks."""
    can_discuss: bool = False
    """Whether a thread can be opened where they ask."""

    @property
    def payer(self) -> Payer | None:
        """Whose tokens a language model may spend: what nobody asked for costs none."""
        return None if self.member is None else Payer(self.scope.guild, self.member)

    @property
    def can_follow(self) -> bool:
        """Whether cards may offer to follow something: follows belong to servers."""
        return self.scope.guild is not None

    def in_public(self) -> Viewer:
        """The same archives for a card that all can see."""
        return replace(self, can_share=False, can_discuss=False)

    def empty_notice(self) -> str:
        """That there is nothing to read here, and what would change that."""
        if self.scope.guild is None:
            return format.EMPTY_SHARED
        return format.EMPTY.format(load=self.mention_command("archive load"))


async def viewer_of(interaction: Interaction) -> Viewer:
    """Who asks here: in a server its own archive and, if it wants, the shared one; in a direct message the
    shared one."""
    opens = interaction.guild_id is not None and isinstance(interaction.channel, discord.TextChannel)
    return replace(await _reader(interaction), member=interaction.user.id, can_discuss=opens)


async def _reader(interaction: Interaction) -> Viewer:
    if interaction.guild_id is None:
        return await public_viewer(interaction.client, None, interaction.channel)
    services = interaction.client.services
    settings = await services.settings.get(interaction.guild_id)
    scope = settings.scope(adult=is_age_restricted(interaction.channel))
    return Viewer(
        services, scope, is_moderator(interaction, settings), True, interaction.client.mention_command
    )


async def public_viewer(client: NewsdeskClient, guild: int | None, channel: object) -> Viewer:
    """Whoever reads what is said to all in this channel of a server, or in a direct message."""
    if guild is None:
        return Viewer(client.services, Scope(None, True, adult=False), False, False, client.mention_command)
    scope = (await client.services.settings.get(guild)).scope(adult=is_age_restricted(channel))
    return Viewer(client.services, scope, False, False, client.mention_command)


def is_age_restricted(channel: object) -> bool:
    """Whether Discord lets only adults into this place."""
    kinds = discord.abc.GuildChannel | discord.Thread
    return isinstance(channel, kinds) and bool(getattr(channel, "is_nsfw", bool)())


def is_moderator(interaction: Interaction, settings: ServerSettings) -> bool:
    """Who may manage the server, and who has the role that it named."""
    if can_manage_guild(interaction):
        return True
    role = settings.moderator_role
    return role is not None and isinstance(interaction.user, discord.Member) and _has(interaction.user, role)


def can_manage_guild(interaction: Interaction) -> bool:
    """Whether the asker may manage the server, as Discord says with every interaction."""
    may = interaction.permissions
    return interaction.guild_id is not None and (may.administrator or may.manage_guild)


async def moderated_guild(interaction: Interaction) -> int:
    """The server whose moderator asks. Raises NotAllowed("server-only" | "moderators-only")."""
    if interaction.guild_id is None:
        raise NotAllowed("server-only")
    settings = await interaction.client.services.settings.get(interaction.guild_id)
    if not is_moderator(interaction, settings):
        raise NotAllowed("moderators-only")
    return interaction.guild_id


def person(interaction: Interaction) -> Person:
    """Who asks, for a receipt."""
    return Person(interaction.user.id, interaction.user.display_name)


def can_post(permissions: discord.Permissions, channel: object) -> bool:
    """Whether these permissions let somebody write in this place."""
    if permissions.administrator:
        return True
    if not permissions.view_channel:
        return False
    if isinstance(channel, discord.Thread):
        return permissions.send_messages_in_threads
    return permissions.send_messages


def _has(member: discord.Member, role: int) -> bool:
    return any(one.id == role for one in member.roles)
