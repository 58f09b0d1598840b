"""The permissions that the bot needs where it posts, as Discord's settings name them."""

from __future__ import annotations

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
