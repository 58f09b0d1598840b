"""Permissions to post."""

from __future__ import annotations

from typing import Protocol

import discord

from bot.domain.server_settings import ServerSettings
from bot.errors import NotAllowed


class Named(Protocol):
    """A channel of a server."""

    @property
    def name(self) -> str: ...


def can_post(permissions: discord.Permissions, channel: object) -> bool:
    """Whether these permissions allow posting in this channel."""
    if permissions.administrator:
        return True
    if not permissions.view_channel:
        return False
    if isinstance(channel, discord.Thread):
        return permissions.send_messages_in_threads
    return permissions.send_messages


def check_can_post(
    channel: Named, member: discord.Permissions, bot: discord.Permissions, *, opens_thread: bool = False
) -> None:
    """Raises NotAllowed if the member or the bot cannot post, or cannot open a thread: "member-may-not-post",
    "bot-may-not-post", "member-may-not-thread" or "bot-may-not-thread"."""
    for permissions, is_bot in ((member, False), (bot, True)):
        if not can_post(permissions, channel):
            raise NotAllowed("bot-may-not-post" if is_bot else "member-may-not-post", where=channel.name)
        if opens_thread and not permissions.create_public_threads:
            raise NotAllowed("bot-may-not-thread" if is_bot else "member-may-not-thread", where=channel.name)


def may_post(settings: ServerSettings, channel: object) -> bool:
    """Whether the server's settings let members have the bot post in this channel; threads follow theirs."""
    return settings.may_post_in(
        *(getattr(channel, name, None) for name in ("id", "parent_id", "category_id"))
    )


def check_may_post(settings: ServerSettings, channel: Named) -> None:
    """Raises NotAllowed("not-a-posting-channel") where the server's settings forbid posts of members."""
    if not may_post(settings, channel):
        raise NotAllowed("not-a-posting-channel", where=channel.name)
