"""The greeting of a new server, posted once, or sent to whoever invited the bot if it can post nowhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Literal

import discord

from bot.i18n import msg, use_language
from bot.services.outbox_worker import PermanentDeliveryError
from bot.ui.kit.card import Button, Card, Colour
from bot.ui.kit.context import NewsdeskClient
from bot.ui.kit.delivery import delivery_errors, find_message, notify_user, resolve_direct_messages
from bot.ui.kit.format import small
from bot.ui.kit.language import server_language
from bot.ui.kit.markdown import line
from bot.ui.kit.permissions import can_post

FirstStep = Literal["sample", "settings", "check"]
"""What a button of the greeting does: it loads the sample, opens the settings, or checks permissions."""

_PREFIX = "greeted:"
"""How the key begins under which a server's greeting is stored; the server's id follows."""
_PENDING, _GREETED = "pending", "1"
"""What is stored for a server before and after its greeting."""

_log = logging.getLogger(__name__)


async def welcome(bot: NewsdeskClient, guild: discord.Guild, text: Callable[[], str] | None = None) -> None:
    """Posts a welcome message once in a new server, in its language. If there is no channel in which the bot
    can post, whoever invited it gets it as a direct message, with what is missing. `text` makes its beginning
    if the sample is loaded already. Raises TransientDeliveryError: call it again later, as `pending_servers`
    says. What cannot be sent, or may have been sent where that cannot be seen, is not tried again."""
    key = _key(guild)
    state = await bot.services.key_value.get(key)
    if state not in (None, _PENDING):
        return
    await bot.services.key_value.set(key, _PENDING)
    with use_language(server_language(await bot.services.settings.get(guild.id), guild)):
        try:
            if not await _post(bot, guild, text, again=state is not None):
                with delivery_errors():
                    await _send_directly(bot, guild, again=state is not None)
        except PermanentDeliveryError as error:
            _log.info("server %d is not greeted: %s", guild.id, error)
    await bot.services.key_value.set(key, _GREETED)


async def pending_servers(bot: NewsdeskClient) -> set[int]:
    """The ids of all servers, of other processes too, to which a welcome message was begun and is not known
    to have arrived."""
    keys = await bot.services.key_value.keys(_PREFIX, _PENDING)
    return {int(key.removeprefix(_PREFIX)) for key in keys}


def _key(guild: discord.Guild) -> str:
    return f"{_PREFIX}{guild.id}"


async def _post(
    bot: NewsdeskClient, guild: discord.Guild, text: Callable[[], str] | None, *, again: bool
) -> bool:
    """Posts the welcome message in the first channel that takes it; returns False if none does. Raises
    PermanentDeliveryError if an earlier one may be in a channel whose messages the bot cannot read."""
    for channel in _channels(guild):
        if again and await _is_posted(bot, channel, f"settings.{guild.id}", guild):
            return True
        try:
            with delivery_errors():
                await channel.send(view=_in_channel(bot, guild.id, text), nonce=_nonce(guild))
        except PermanentDeliveryError as error:
            _log.info("server %d cannot be greeted in channel %d: %s", guild.id, channel.id, error)
        else:
            return True
    return False


async def _send_directly(bot: NewsdeskClient, guild: discord.Guild, *, again: bool) -> None:
    inviter = await _inviter(guild)
    if inviter is None:
        return
    if again:
        channel = await resolve_direct_messages(bot, inviter)
        if await _is_posted(bot, channel, f"check.{guild.id}", guild):
            return
    await notify_user(bot, inviter, _in_direct_message(bot, guild), _nonce(guild))


async def _is_posted(
    bot: NewsdeskClient, channel: discord.TextChannel | discord.DMChannel, route: str, guild: discord.Guild
) -> bool:
    """Whether a channel has the bot's message with the button of a route. Raises PermanentDeliveryError if
    the bot cannot read the channel's messages, and TransientDeliveryError."""
    # Without this permission Discord returns no messages, and no error.
    if not channel.permissions_for(guild.me).read_message_history:
        raise PermanentDeliveryError("may-not-read")
    since = guild.me.joined_at or discord.utils.utcnow()
    return await find_message(channel, route, since, bot) is not None


def _nonce(guild: discord.Guild) -> str:
    """Discord drops what is sent again with it within a few minutes."""
    return f"w{guild.id}"


def first_channel(
    guild: discord.Guild, channels: Iterable[discord.abc.GuildChannel]
) -> discord.TextChannel | None:
    """Which of a server's channels it would be greeted in, if the bot could post there: the one for system
    messages, else the uppermost text channel."""
    texts = [channel for channel in channels if isinstance(channel, discord.TextChannel)]
    system = guild._system_channel_id  # `system_channel` is None if the server was fetched
    return min(texts, key=lambda channel: (channel.id != system, channel.position, channel.id), default=None)


def _channels(guild: discord.Guild) -> list[discord.TextChannel]:
    """The channels in which the bot can post, the one for system messages first."""
    channels = dict.fromkeys(filter(None, (guild.system_channel, *guild.text_channels)))
    return [channel for channel in channels if can_post(channel.permissions_for(guild.me), channel)]


def _in_channel(bot: NewsdeskClient, guild: int, text: Callable[[], str] | None) -> Card:
    card = Card(Colour.ABOUT, text() if text is not None else _welcome(bot))
    if text is None:
        card.add_text(small(msg("welcome-sample", sample=msg("welcome-button-sample"))))
    card.add_buttons(
        _step("sample", guild, msg("welcome-button-sample")) if text is None else None,
        _step("settings", guild, msg("welcome-button-settings")),
        Button(msg("welcome-button-digest"), "new.0", "schedule"),
    )
    return card


def _in_direct_message(bot: NewsdeskClient, guild: discord.Guild) -> Card:
    """The greeting without what only works in the server."""
    card = Card(Colour.ABOUT, _welcome(bot), msg("welcome-no-channel", server=line(guild.name)))
    commands = {name: bot.mention_command(name) for name in ("settings", "digest create")}
    card.add_text(
        small(msg("welcome-sample-direct", sample=msg("welcome-button-sample"), server=line(guild.name))),
        small(msg("welcome-in-server", settings=commands["settings"], create=commands["digest create"])),
    )
    card.add_buttons(
        _step("sample", guild.id, msg("welcome-button-sample")),
        _step("check", guild.id, msg("welcome-button-check")),
    )
    return card


def _welcome(bot: NewsdeskClient) -> str:
    commands = {name: bot.mention_command(name) for name in ("search", "ask", "help")}
    return msg("welcome", load=bot.mention_command("archive load"), **commands)


def _step(step: FirstStep, guild: int, label: str) -> Button:
    return Button(label, f"{step}.{guild}", "first")


async def _inviter(guild: discord.Guild) -> int | None:
    """Who added the bot, if it can see the audit log, else the server's owner."""
    if guild.me.guild_permissions.view_audit_log:
        try:
            async for entry in guild.audit_logs(limit=20, action=discord.AuditLogAction.bot_add):
                if entry.target is not None and entry.target.id == guild.me.id:
                    return entry.user_id
        except discord.HTTPException as error:
            _log.info("the audit log of server %d cannot be read: %s", guild.id, error)
    return guild.owner_id
