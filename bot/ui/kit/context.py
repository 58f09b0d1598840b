"""The client and the viewer, as cards, buttons and commands see them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import discord
from discord.ext import commands

from bot.domain.answers import Payer
from bot.domain.articles import Scope, Stats
from bot.domain.loads import Person, Preview, Progress, Receipt
from bot.domain.server_settings import ServerSettings
from bot.errors import NotAllowed, NotFound
from bot.i18n import ENGLISH, msg
from bot.services import Services
from bot.services.audit import ACTOR
from bot.services.fair_queue import REQUESTER, Requester
from bot.ui.kit.cooldown import Cooldown
from bot.ui.kit.language import member_language, server_language
from bot.ui.kit.servers import ServersElsewhere

T = TypeVar("T")
LoadEvents = AsyncGenerator[Progress | Receipt | Preview]
"""The events of a load: its progress, then its receipt or preview."""


class LoadTracking(Protocol):
    """The loads shown in messages; implemented by `bot.ui.loads.tracker`."""

    async def start(self, interaction: Interaction, name: str, events: LoadEvents) -> None:
        """Replies to a command with a message that shows the load until it ends."""

    async def resume(self, interaction: Interaction, load: int, name: str, events: LoadEvents) -> None:
        """Shows a resumed load in the message of the pressed button, until it ends."""

    def cancel_waiting(self, message: int) -> bool:
        """Cancels the load that is queued in the message with this id; returns False if there is none."""

    async def run_cancellable(
        self, load: int, work: Coroutine[Any, Any, T], on_progress: Callable[[], Awaitable[None]]
    ) -> T:
        """Returns the result of `work` on a load, and awaits `on_progress` every few seconds meanwhile.
        Raises BadInput("undo-cancelled") if `cancel` stops it."""

    def cancel(self, load: int) -> bool:
        """Stops the work on a load; returns False if there is none."""

    async def close(self) -> None:
        """Stops all loads and says so in their messages."""


class NewsdeskClient(commands.Bot):
    """The client as cards, buttons and commands see it."""

    services: Services
    load_tracker: LoadTracking
    cooldown: Cooldown
    connected: bool = False
    """Whether the gateway is connected."""

    link_changed: Callable[[bool], None] = staticmethod(lambda _: None)
    """Called when that changes."""

    servers_elsewhere: ServersElsewhere | None = None
    """The servers of other processes; None if the bot is one process."""

    async def find_server(self, guild: int, *, fresh: bool = False) -> discord.Guild | None:
        """Returns a server that the bot is in, else None. One of another process is fetched, without its
        channels and members; with `fresh`, also if it was fetched a moment ago, as is needed to judge by its
        roles. Raises discord.HTTPException."""
        known = self.get_guild(guild)
        if known is not None or self.servers_elsewhere is None:
            return known
        return await self.servers_elsewhere.get(guild, fresh=fresh)

    def mention_command(self, name: str) -> str:
        """A clickable mention of a command; plain `/search` if its id is unknown."""
        raise NotImplementedError


Interaction = discord.Interaction[NewsdeskClient]


@dataclass(frozen=True, slots=True)
class Viewer:
    """The viewer of a card: the archives that they can see, and the actions that it can offer."""

    services: Services
    scope: Scope
    moderator: bool
    can_share: bool
    mention_command: Callable[[str], str]
    member: int | None = None
    """The user's id; None for several people."""
    language: str = ENGLISH
    """The language of their cards."""
    public_language: str = ENGLISH
    """The language of cards that everybody in the channel sees."""
    can_discuss: bool = False
    """Whether a thread can be opened in the channel."""

    @property
    def payer(self) -> Payer | None:
        """Whose tokens a language model can spend; None unless a specific member asks."""
        return None if self.member is None else Payer(self.scope.guild, self.member)

    @property
    def can_follow(self) -> bool:
        """Whether cards can offer follows, which belong to servers."""
        return self.scope.guild is not None

    def in_public(self) -> Viewer:
        """The same viewer for a card that everybody sees."""
        return replace(self, can_share=False, can_discuss=False, language=self.public_language)

    def empty_notice(self, stats: Stats) -> str:
        """The text for an archive without articles: nothing is loaded yet, or only comments, and what to do
        about it."""
        if stats.waiting:
            return msg("load-waiting", count=stats.waiting)
        if self.scope.guild is None:
            return msg("archive-empty-shared")
        return msg("archive-empty", load=self.mention_command("archive load"))

    def moderated_guild(self) -> int:
        """The id of the server, if the viewer is one of its moderators. Raises
        NotAllowed("moderators-only")."""
        if not self.moderator or self.scope.guild is None:
            raise NotAllowed("moderators-only")
        return self.scope.guild


async def viewer_of(interaction: Interaction) -> Viewer:
    """The viewer of an interaction: in a server they see its own archive and, if enabled, the shared one;
    elsewhere the shared one."""
    client, guild = interaction.client, server_of(interaction)
    REQUESTER.set(Requester(guild or 0, interaction.user.id))
    ACTOR.set(person(interaction))
    if guild is None:
        language = member_language(interaction)
        viewer = await public_viewer(client, None, None)
        return replace(viewer, member=interaction.user.id, language=language, public_language=language)
    settings = await client.services.settings.get(guild)
    return Viewer(
        client.services,
        settings.scope(adult=is_age_restricted(interaction.channel)),
        is_moderator(interaction, settings),
        True,
        client.mention_command,
        interaction.user.id,
        can_discuss=isinstance(interaction.channel, discord.TextChannel),
        language=member_language(interaction),
        public_language=server_language(settings, interaction.guild),
    )


def server_of(interaction: Interaction) -> int | None:
    """The id of the server, if it invited the bot; None in a direct message, and in a server in which only
    the user has installed it: nothing of that server is read or changed then."""
    if interaction.is_user_integration() and not interaction.is_guild_integration():
        return None
    return interaction.guild_id


async def public_viewer(client: NewsdeskClient, guild: int | None, channel: object) -> Viewer:
    """The viewer for everybody in a channel of a server, or in a direct message. Age-restricted content is
    visible only in age-restricted channels."""
    if guild is None:
        scope = Scope(None, True, adult=False)
        return Viewer(client.services, scope, False, False, client.mention_command)
    settings = await client.services.settings.get(guild)
    language = await public_language(client, guild)
    return Viewer(
        client.services,
        settings.scope(adult=is_age_restricted(channel)),
        False,
        False,
        client.mention_command,
        language=language,
        public_language=language,
    )


async def public_language(client: NewsdeskClient, guild: int) -> str:
    """The language of what everybody in a server sees."""
    server = None
    with suppress(discord.HTTPException):  # only the language depends on it
        server = await client.find_server(guild)
    return server_language(await client.services.settings.get(guild), server)


def is_age_restricted(channel: object) -> bool:
    """Whether the channel is age-restricted."""
    kinds = discord.abc.GuildChannel | discord.Thread
    return isinstance(channel, kinds) and bool(getattr(channel, "is_nsfw", bool)())


def is_moderator(interaction: Interaction, settings: ServerSettings) -> bool:
    """Whether the member can manage the server, or has its moderator role."""
    if can_manage_guild(interaction):
        return True
    member, role = interaction.user, settings.moderator_role
    return role is not None and isinstance(member, discord.Member) and member.get_role(role) is not None


def can_manage_guild(interaction: Interaction) -> bool:
    """Whether the member can manage the server, by the permissions that Discord sends with the
    interaction."""
    permissions = interaction.permissions
    return server_of(interaction) is not None and (permissions.administrator or permissions.manage_guild)


async def moderated_guild(interaction: Interaction) -> int:
    """The id of the server, if the member is one of its moderators. Raises NotAllowed("server-only" |
    "moderators-only")."""
    ACTOR.set(person(interaction))
    guild = server_of(interaction)
    if guild is None:
        raise NotAllowed("server-only")
    settings = await interaction.client.services.settings.get(guild)
    if not is_moderator(interaction, settings):
        raise NotAllowed("moderators-only")
    return guild


async def moderated_server(interaction: Interaction, guild: int) -> discord.Guild:
    """The server in a button's custom_id, if whoever pressed it, there or in a direct message, is one of its
    moderators. One of another process has no channels and members. Raises NotAllowed("not-a-member" |
    "moderators-only") and NotFound("stale-button")."""
    if (server_of(interaction) or guild) != guild:
        raise NotFound("stale-button")
    server = await interaction.client.find_server(guild, fresh=True)
    if server is None:
        raise NotFound("stale-button")
    if not interaction.context.dm_channel:
        await moderated_guild(interaction)
        return server
    try:
        member = await server.fetch_member(interaction.user.id)
    except discord.NotFound:
        raise NotAllowed("not-a-member") from None
    ACTOR.set(person(interaction))
    role = (await interaction.client.services.settings.get(guild)).moderator_role
    permissions = member.guild_permissions
    if not (permissions.administrator or permissions.manage_guild or (role and member.get_role(role))):
        raise NotAllowed("moderators-only")
    return server


def person(interaction: Interaction) -> Person:
    """The member as the person in a receipt."""
    return Person(interaction.user.id, interaction.user.display_name)
