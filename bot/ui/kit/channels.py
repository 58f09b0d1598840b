"""The channels in which the bot can post, and the permissions that it needs there."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import app_commands

from bot.domain.digests import DeliveryTarget
from bot.errors import BadInput, NotAllowed
from bot.ui.kit.context import Interaction
from bot.ui.kit.post_strings import NEEDS, permission_names

MessageChannel = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread
"""A channel of a server that contains messages."""
Channel = MessageChannel | discord.ForumChannel
ChosenChannel = app_commands.AppCommandChannel | app_commands.AppCommandThread
"""A channel as the option of a command; the bot may be unable to see it."""


async def resolve_chosen(
    interaction: Interaction, chosen: ChosenChannel | None
) -> tuple[object, discord.Permissions]:
    """Returns the chosen channel, or the current one, and the member's permissions there. Raises
    NotAllowed("bot-may-not-post") for a thread that the bot cannot see."""
    if chosen is None:
        return interaction.channel, interaction.permissions
    channel = chosen.resolve()
    if channel is None and isinstance(chosen, app_commands.AppCommandThread):
        try:
            channel = await chosen.fetch()
        except discord.HTTPException:
            raise NotAllowed("bot-may-not-post", where=chosen.name) from None
    return channel, chosen.permissions


def missing_permissions(
    channel: Channel, member: discord.Member, target: DeliveryTarget, *, pins: bool = False
) -> list[str]:
    """The permissions that a member, or the bot, lacks to post there, by their keys in `PERMISSIONS`. They
    include the message history, without which existing posts could not be found."""
    permissions = channel.permissions_for(member)
    if permissions.administrator:
        return []
    forum = isinstance(channel, discord.ForumChannel)
    writing = "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"
    needed = {
        "view_channel": permissions.view_channel,
        "create_posts" if forum else writing: getattr(permissions, writing),
        "read_message_history": permissions.read_message_history,
    }
    if target == "thread":
        needed["create_public_threads"] = permissions.create_public_threads
    if pins:
        pinning = "manage_threads" if forum else "pin_messages"
        needed[pinning] = getattr(permissions, pinning)
    return [name for name, has in needed.items() if not has]


def refusal(channel: Channel, target: DeliveryTarget, *, pins: bool = False) -> str | None:
    """Why digests cannot be posted there, or None if they can."""
    lacking = missing_permissions(channel, channel.guild.me, target, pins=pins)
    if lacking:
        return NEEDS + "+".join(lacking)
    if isinstance(channel, discord.Thread) and channel.archived and channel.locked:
        return None if channel.permissions_for(channel.guild.me).manage_threads else "thread-archived"
    return None


def check_can_post_digests(channel: Channel, target: DeliveryTarget, *, pins: bool = False) -> None:
    """Raises NotAllowed("bot-lacks" | "thread-locked") if digests cannot be posted there."""
    reason = refusal(channel, target, pins=pins)
    if reason is None:
        return
    if reason.startswith(NEEDS):
        raise NotAllowed("bot-lacks", where=channel.name, permissions=permission_names(reason))
    raise NotAllowed("thread-locked", where=channel.name)


def target_of(channel: Channel, *, thread: bool) -> DeliveryTarget:
    """The kind of post in that channel. Raises BadInput("no-threads-there")."""
    if isinstance(channel, discord.ForumChannel):
        return "forum"
    if thread and not isinstance(channel, discord.TextChannel):
        raise BadInput("no-threads-there", where=channel.name)
    return "thread" if thread else "channel"


def post_tags(forum: discord.ForumChannel, names: Sequence[str]) -> list[discord.ForumTag]:
    """The tags with these names, else the first that the bot can set if the forum requires one. Raises
    BadInput("no-such-tag" | "forum-needs-tag")."""
    can_manage_threads = forum.permissions_for(forum.guild.me).manage_threads
    usable = [tag for tag in forum.available_tags if can_manage_threads or not tag.moderated]
    tags = []
    for name in names:
        named = [tag for tag in usable if tag.name.casefold() == name.strip().casefold()]
        if not named:
            raise BadInput("no-such-tag", text=name, where=forum.name)
        tags += [tag for tag in named[:1] if tag not in tags]
    if not tags and forum.flags.require_tag:
        if not usable:
            raise BadInput("forum-needs-tag", where=forum.name)
        return usable[:1]
    return tags
