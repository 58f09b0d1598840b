"""The check of the bot's permissions in a channel: what is missing, why it is needed, and what to do."""

from __future__ import annotations

import discord

from bot.i18n import msg
from bot.ui.kit.markdown import line
from bot.ui.kit.post_strings import PERMISSIONS

NEEDED = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "create_public_threads",
    "attach_files",
    "read_message_history",
)
"""What the bot needs in every channel that it posts in. Pins and closed threads need more; the forms that
offer them check that."""


IMPLIED = {"view_channel": NEEDED[1:], "send_messages": ("attach_files",)}
"""What Discord denies as long as another permission is missing, whether or not it is allowed."""


def missing(permissions: discord.Permissions, channel: object) -> list[str]:
    """The permissions in NEEDED that these lack, in a channel of this kind, without those in IMPLIED."""
    if permissions.administrator:
        return []
    in_thread = isinstance(channel, discord.Thread)
    not_here = ("send_messages", "create_public_threads") if in_thread else ()
    lacking = [name for name in NEEDED if name not in not_here and not getattr(permissions, name)]
    implied = {name for missing_name in lacking for name in IMPLIED.get(missing_name, ())}
    return [name for name in lacking if name not in implied]


def describe(permissions: discord.Permissions, channel: object) -> list[str]:
    """What the bot lacks in a channel, each with the reason, and what to do; one line if it lacks nothing."""
    where = line(getattr(channel, "name", "") or "")
    lacking = missing(permissions, channel)
    if not lacking:
        return [msg("permissions-complete", channel=where)]
    return [
        msg("permissions-missing", channel=where, count=len(lacking)),
        *(
            msg(
                "permissions-item",
                permission=msg(PERMISSIONS[name]),
                why=msg("permissions-why", permission=name),
            )
            for name in lacking
        ),
        msg("permissions-what-to-do"),
    ]
