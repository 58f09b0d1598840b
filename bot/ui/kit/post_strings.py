"""Texts about posts whose threads were undone or erased, and why messages were not sent or edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.posts import PostedMessage
from bot.i18n import formats, msg

NEEDS = "needs:"
"""Prefix of a reason that is followed by the keys of the missing permissions, joined by `+`."""
PERMISSIONS = {
    "view_channel": "permission-view-channel",
    "send_messages": "permission-send-messages",
    "send_messages_in_threads": "permission-send-messages-in-threads",
    "attach_files": "permission-attach-files",
    "create_posts": "permission-create-posts",
    "create_public_threads": "permission-create-public-threads",
    "read_message_history": "permission-read-message-history",
    "pin_messages": "permission-pin-messages",
    "manage_threads": "permission-manage-threads",
}
"""Names of permissions. `create_posts` is `send_messages` in a forum, where Discord names it differently."""
_DELIVERY_REASONS = {
    "bot-removed": "reason-bot-removed",
    "channel-gone": "reason-channel-gone",
    "fault": "reason-fault",
    "may-not-post": "reason-may-not-post",
    "thread-archived": "reason-thread-archived",
}
_EDIT_REASONS = {
    **_DELIVERY_REASONS,
    "direct-refused": "reason-edit-direct-refused",
    "discord-refused": "reason-edit-refused",
    "may-not-post": "reason-edit-no-access",
    "message-gone": "reason-message-gone",
    "too-late": "reason-edit-too-late",
}
_SINCE = {
    "nothing-left": "post-since-emptied",
    "deleted": "post-since-deleted",
    "waiting": "post-since-waiting",
}


def delivery_reason(key: str, own: Mapping[str, str]) -> str:
    """Why a message was not sent, to stand after a colon; `own` are the messages for a kind of message."""
    if key.startswith(NEEDS):
        return msg("reason-needs", permissions=permission_names(key))
    id_ = own.get(key) or _DELIVERY_REASONS.get(key)
    return msg(id_) if id_ else key


def edit_reason(key: str) -> str:
    """Why a message was not edited, to stand after a colon."""
    return delivery_reason(key, _EDIT_REASONS)


def since(removed: int, what: str | None) -> str:
    """edited since: 2 items removed; empty if nothing changed."""
    if what == "marked":
        return msg("post-since-undone", count=removed)
    if what == "edited":
        return msg("post-since-edited", count=removed)
    if what in _SINCE:
        return msg(_SINCE[what])
    return msg("post-since-not-edited", reason=edit_reason(what)) if what in _EDIT_REASONS else ""


def fates(posts: Sequence[PostedMessage]) -> list[str]:
    """The outcome of edits: the number of edited posts, and a line with a link for each that was not
    edited."""
    edited = sum(post.state == "posted" for post in posts)
    deleted = sum(post.reason == "nothing-left" for post in posts)
    waiting = sum(post.state in ("claimed", "sending") for post in posts)
    lines = [
        msg("posts-edited", count=edited) if edited else "",
        msg("posts-deleted", count=deleted) if deleted else "",
        msg("posts-waiting", count=waiting) if waiting else "",
        *map(_failure, posts),
    ]
    return [line for line in lines if line]


def _failure(post: PostedMessage) -> str:
    """Why a post was not edited; empty if it was, or had nothing left."""
    if post.state not in ("failed", "missed") or post.reason not in _EDIT_REASONS:
        return ""
    if post.direct:
        return msg("post-not-edited-direct", reason=edit_reason(post.reason))
    return msg("post-not-edited", link=post.link, reason=edit_reason(post.reason))


def permission_names(reason: str) -> str:
    """View Channel, Send Messages and Read Message History"""
    names = reason.removeprefix(NEEDS).split("+")
    return formats.joined(msg(PERMISSIONS[name]) for name in names)
