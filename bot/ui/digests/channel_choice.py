"""The channels that members choose for digests and notices, checked when chosen and again before use."""

from __future__ import annotations

import discord

from bot.domain.digests import DeliveryTarget, DigestConfig
from bot.errors import BadInput, NotAllowed
from bot.ui.kit import channels
from bot.ui.kit.channels import Channel, ChosenChannel, MessageChannel, resolve_chosen
from bot.ui.kit.context import Interaction
from bot.ui.kit.permissions import can_post


async def choose_channel(
    interaction: Interaction, chosen: ChosenChannel | None, default: int | None = None, *, thread: bool
) -> Channel:
    """Returns the chosen channel, else the one with the id `default`, else the current one, if the member can
    post there. Raises NotAllowed("bot-may-not-post" | "member-may-not-post" | "member-may-not-thread"),
    BadInput("not-a-place-to-post")."""
    channel, permissions = await resolve_chosen(interaction, chosen)
    if chosen is None and default is not None and interaction.guild is not None:
        known = interaction.guild.get_channel_or_thread(default)
        if known is not None and isinstance(interaction.user, discord.Member):
            channel, permissions = known, known.permissions_for(interaction.user)
    if not isinstance(channel, Channel):
        raise BadInput("not-a-place-to-post")
    _check_member(channel, permissions, thread=thread)
    return channel


def _check_member(channel: Channel, permissions: discord.Permissions, *, thread: bool) -> None:
    if not can_post(permissions, channel):
        raise NotAllowed("member-may-not-post", where=channel.name)
    if thread and not (permissions.create_public_threads or permissions.administrator):
        raise NotAllowed("member-may-not-thread", where=channel.name)


def can_plan(interaction: Interaction, number: int, target: DeliveryTarget) -> bool:
    """Whether the member can plan such posts in the channel with this number: both they and the bot must be
    able to make them."""
    channel = interaction.guild and interaction.guild.get_channel_or_thread(number)
    if not isinstance(channel, Channel) or not isinstance(interaction.user, discord.Member):
        return False
    if isinstance(channel, discord.ForumChannel) != (target == "forum"):
        return False
    try:
        _check_member(channel, channel.permissions_for(interaction.user), thread=target == "thread")
        channels.check_can_post_digests(channel, target)
    except NotAllowed:
        return False
    return True


async def choose_message_channel(interaction: Interaction, chosen: ChosenChannel | None) -> MessageChannel:
    """Returns a channel for messages in which both the member and the bot can post. Raises what
    `choose_channel` and `check_can_post_digests` raise."""
    channel = await choose_channel(interaction, chosen, thread=False)
    if isinstance(channel, discord.ForumChannel):
        raise BadInput("not-a-message-channel")
    channels.check_can_post_digests(channel, "channel")
    return channel


async def current_channel(interaction: Interaction, config: DigestConfig) -> Channel | None:
    """The channel of a digest; None if it was deleted or is hidden from the bot."""
    guild = interaction.guild
    channel = guild.get_channel_or_thread(config.channel) if guild is not None else None
    if guild is not None and channel is None:
        try:
            channel = await guild.fetch_channel(config.channel)
        except (discord.NotFound, discord.Forbidden):
            return None
    return channel if isinstance(channel, Channel) else None


async def require_channel(interaction: Interaction, config: DigestConfig, gone: BadInput | None) -> None:
    """Raises `gone`, unless it is None, if the channel of a digest was deleted, and NotAllowed("bot-lacks" |
    "thread-locked") if the bot cannot post in it."""
    channel = await current_channel(interaction, config)
    if channel is not None:
        channels.check_can_post_digests(channel, config.target)
    elif gone is not None:
        raise gone
