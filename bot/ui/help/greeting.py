"""The greeting of a new server, and its buttons: the sample archive, the settings, and a first digest."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Literal

import discord

from bot.i18n import msg, use_language
from bot.ui.kit.card import Button, Card, Colour
from bot.ui.kit.context import NewsdeskClient
from bot.ui.kit.delivery import notify_user
from bot.ui.kit.format import small
from bot.ui.kit.language import server_language
from bot.ui.kit.markdown import line
from bot.ui.kit.permissions import can_post

FirstStep = Literal["sample", "settings", "check"]
"""What a button of the greeting does: it loads the sample, opens the settings, or checks permissions."""

_log = logging.getLogger(__name__)


async def welcome(bot: NewsdeskClient, guild: discord.Guild, text: Callable[[], str] | None = None) -> None:
    """Posts a welcome message once in a new server, in its language. If there is no channel in which the bot
    can post, whoever invited it gets it as a direct message, with what is missing. `text` makes its beginning
    if the sample is loaded already."""
    key = f"greeted:{guild.id}"
    if await bot.services.key_value.get(key):
        return
    await bot.services.key_value.set(key, "1")
    with use_language(server_language(await bot.services.settings.get(guild.id), guild)):
        for channel in _channels(guild):
            try:
                await channel.send(view=_in_channel(bot, guild.id, text))
            except discord.Forbidden as error:
                _log.info("server %d cannot be greeted in channel %d: %s", guild.id, channel.id, error)
            else:
                return
        if (inviter := await _inviter(guild)) is not None:
            await notify_user(bot, inviter, _in_direct_message(bot, guild), f"w{guild.id}")


def first_channel(guild: discord.Guild) -> discord.TextChannel | None:
    """The channel that a new server would be greeted in, if the bot could post there."""
    return guild.system_channel or first_text_channel(guild.channels)


def first_text_channel(channels: Iterable[discord.abc.GuildChannel]) -> discord.TextChannel | None:
    """The uppermost text channel of a server."""
    texts = [channel for channel in channels if isinstance(channel, discord.TextChannel)]
    return min(texts, key=lambda channel: (channel.position, channel.id), default=None)


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
