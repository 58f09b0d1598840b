"""Who may write where, and the permissions that the bot needs, as Discord's settings name them."""

from __future__ import annotations

from typing import Protocol

import discord

from bot.errors import NotAllowed

NEEDS = "needs:"
"""Prefix of a reason; the keys of the missing permissions follow, joined by `+`."""
PERMISSIONS = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "create_posts": "Create Posts",
    "create_public_threads": "Create Public Threads",
    "read_message_history": "Read Message History",
}
"""`create_posts` is `send_messages` in a forum, where Discord calls it otherwise."""


def permission_names(reason: str) -> str:
    """View Channel, Send Messages and Read Message History"""
    *most, last = (PERMISSIONS.get(name, name) for name in reason.removeprefix(NEEDS).split("+"))
    return f"{', '.join(most)} and {last}" if most else last


class Named(Protocol):
    """A channel of a server."""

    @property
    def name(self) -> str: ...


def can_post(permissions: discord.Permissions, channel: object) -> bool:
    """Whether somebody with these permissions can write in this channel."""
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
    """Raises NotAllowed where the member or the bot may not write, or not open a thread:
    "member-may-not-post", "bot-may-not-post", "member-may-not-thread" or "bot-may-not-thread"."""
    for permissions, is_bot in ((member, False), (bot, True)):
        if not can_post(permissions, channel):
            raise NotAllowed("bot-may-not-post" if is_bot else "member-may-not-post", where=channel.name)
        if opens_thread and not permissions.create_public_threads:
            raise NotAllowed("bot-may-not-thread" if is_bot else "member-may-not-thread", where=channel.name)
