"""Texts about posts whose threads were undone or erased."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.posts import PostedMessage
from bot.ui.kit.format import counted

NEEDS = "needs:"
"""Prefix of a reason that is followed by the keys of the missing permissions, joined by `+`."""
PERMISSIONS = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "create_posts": "Create Posts",
    "create_public_threads": "Create Public Threads",
    "read_message_history": "Read Message History",
}
"""Names of permissions in Discord. `create_posts` is `send_messages` in a forum, where Discord names it
differently."""
MARKED = "{posts} of Newsdesk in this server still {show} what was taken back."
QUESTION = (
    "They keep it unless you redact them: then what is gone is taken out, and a post of which nothing is "
    "left is deleted."
)
NOTICE = (
    "{link} still shows what was taken back or forgotten, and Newsdesk could not edit it: {reason} Delete it "
    "there."
)
NONE = "No post here waits to be redacted."
WAITING = "{posts} more will be edited as soon as Discord lets it."
DELIVERY_REASONS = {
    "bot-removed": "Newsdesk is no longer in that server.",
    "channel-gone": "the channel is not there any more.",
    "fault": "a fault of the bot's; the operator's log has it.",
    "may-not-post": "Newsdesk may not write there. It needs View Channel and Send Messages.",
    "thread-archived": "the thread is archived and locked.",
}
"""Why a message was not sent, for messages of any kind."""
REASONS = {
    **DELIVERY_REASONS,
    "direct-refused": "the member takes no direct messages.",
    "discord-refused": "Discord does not take the edit.",
    "may-not-post": "Newsdesk may not see that channel any more.",
    "message-gone": "the message was deleted before.",
    "too-late": "Discord could not be reached for a week.",
}


def removed(count: int) -> str:
    """2 items that stood here were removed."""
    return f"{counted(count, 'item')} that stood here {'was' if count == 1 else 'were'} removed."


def since(removed: int, what: str | None) -> str:
    """; edited since, 2 items removed; not edited: the channel is gone. Empty if nothing changed."""
    items = counted(removed, "item")
    if what == "marked":
        return f"; {items} taken back since" if removed else "; comments taken back since"
    if what == "edited":
        return f"; edited since, {items} removed" if removed else "; edited since"
    if what == "nothing-left":
        return "; deleted since, as nothing was left of it"
    if what == "deleted":
        return "; deleted there since"
    if what == "waiting":
        return "; to be edited"
    return f"; not edited: {REASONS[what]}" if what in REASONS else ""


def fates(posts: Sequence[PostedMessage]) -> list[str]:
    """The outcome of edits: the number of edited posts, and a line with a link for each that was not
    edited."""
    edited = sum(post.state == "posted" for post in posts)
    deleted = sum(post.reason == "nothing-left" for post in posts)
    waiting = sum(post.state in ("claimed", "sending") for post in posts)
    lines = [
        f"{counted(edited, 'post')} edited." if edited else "",
        f"{counted(deleted, 'post')} deleted, as nothing was left of {'it' if deleted == 1 else 'them'}."
        if deleted
        else "",
        WAITING.format(posts=counted(waiting, "post")) if waiting else "",
    ]
    lines += [
        f"Not edited: {post.link if not post.direct else 'a direct message'}: {REASONS[post.reason]}"
        for post in posts
        if post.state in ("failed", "missed") and post.reason in REASONS
    ]
    return [line for line in lines if line]


def permission_names(reason: str) -> str:
    """View Channel, Send Messages and Read Message History"""
    *most, last = (PERMISSIONS.get(name, name) for name in reason.removeprefix(NEEDS).split("+"))
    return f"{', '.join(most)} and {last}" if most else last
