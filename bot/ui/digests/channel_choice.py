"""The channels that members choose for digests and notices, checked when chosen and again before use."""

from __future__ import annotations

import discord

from bot.domain.digests import ContentSource, DeliveryTarget, DigestConfig, Timing
from bot.errors import BadInput, NotAllowed
from bot.ui.kit import channels
from bot.ui.kit.channels import Channel, ChosenChannel, MessageChannel, resolve_chosen
from bot.ui.kit.context import Interaction
from bot.ui.kit.permissions import can_post
from bot.ui.kit.post_strings import permission_names

ANY = ContentSource("newest")


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


def check_plan(interaction: Interaction, channel: Channel, config: DigestConfig) -> None:
    """Checks that both the member and the bot can make a digest's posts in its channel, as every way of
    planning one does. Raises NotAllowed("member-may-not-post" | "member-may-not-thread" | "member-lacks" |
    "bot-lacks" | "thread-locked" | "member-may-not-ping" | "bot-may-not-ping") and BadInput("no-such-role" |
    "not-announcements" | "no-such-tag" | "forum-needs-tag")."""
    options, member = config.posts, interaction.user
    if isinstance(member, discord.Member):
        permissions = channel.permissions_for(member)
        _check_member(channel, permissions, thread=config.target == "thread")
        if options.pin:
            lacking = channels.missing_permissions(channel, member, config.target, pins=True)
            if lacking:
                names = permission_names("+".join(lacking))
                raise NotAllowed("member-lacks", where=channel.name, permissions=names)
    channels.check_can_post_digests(channel, config.target, pins=options.pin)
    if options.role is not None:
        _check_ping(channel, member, options.role)
    if options.publish and not (isinstance(channel, discord.TextChannel) and channel.is_news()):
        raise BadInput("not-announcements", where=channel.name)
    if isinstance(channel, discord.ForumChannel):
        named = [config.tag] if config.tag else []
        channels.post_tags(channel, [*named, *(rule.tag for rule in options.tags)])


def _check_ping(channel: Channel, member: discord.User | discord.Member, number: int) -> None:
    """Checks that both the member and the bot can mention a role, which cannot be @everyone."""
    role = channel.guild.get_role(number)
    if role is None or role.is_default():
        raise BadInput("no-such-role")
    for who, is_bot in ((member, False), (channel.guild.me, True)):
        everyone = isinstance(who, discord.Member) and channel.permissions_for(who).mention_everyone
        if not (role.mentionable or everyone):
            raise NotAllowed(
                "bot-may-not-ping" if is_bot else "member-may-not-ping", role=role.name, where=channel.name
            )


def can_plan(interaction: Interaction, number: int, target: DeliveryTarget) -> bool:
    """Whether the member can plan such posts in the channel with this number: both they and the bot must be
    able to make them."""
    guild = interaction.guild_id or 0
    return can_schedule(interaction, DigestConfig(guild, number, Timing("daily"), ANY, target=target))


def can_schedule(interaction: Interaction, config: DigestConfig) -> bool:
    """Whether the member can plan a digest in its channel."""
    channel = interaction.guild and interaction.guild.get_channel_or_thread(config.channel)
    if not isinstance(channel, Channel) or not isinstance(interaction.user, discord.Member):
        return False
    if isinstance(channel, discord.ForumChannel) != (config.target == "forum"):
        return False
    try:
        check_plan(interaction, channel, config)
    except (NotAllowed, BadInput):
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
    """The channel of a digest; None if it was deleted or is hidden from the bot, or for direct messages."""
    if config.direct:
        return None
    guild = interaction.guild
    channel = guild.get_channel_or_thread(config.channel) if guild is not None else None
    if guild is not None and channel is None:
        try:
            channel = await guild.fetch_channel(config.channel)
        except (discord.NotFound, discord.Forbidden):
            return None
    return channel if isinstance(channel, Channel) else None


async def require_channel(
    interaction: Interaction, config: DigestConfig, gone: BadInput | None, *, planning: bool = False
) -> None:
    """Raises `gone`, unless it is None, if the channel of a digest was deleted, and NotAllowed("bot-lacks" |
    "thread-locked") if the bot cannot post in it; with `planning`, what `check_plan` raises."""
    channel = await current_channel(interaction, config)
    if channel is not None and planning:
        check_plan(interaction, channel, config)
    elif channel is not None:
        channels.check_can_post_digests(channel, config.target, pins=config.posts.pin)
    elif gone is not None and not config.direct:
        raise gone
