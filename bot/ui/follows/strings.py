"""Texts of cards about follows: what they match, where notices are sent, and why they pause."""

from __future__ import annotations

from bot.domain.follows import Follow, FollowTarget
from bot.ui.digests import strings
from bot.ui.kit.markdown import line, one_line
from bot.ui.kit.post_strings import DELIVERY_REASONS
from bot.ui.kit.truncate import truncate, utf16_length
from bot.ui.search import strings as search_strings

MAX_WATCH_NAME = 700
"""The maximum UTF-16 units of the description of a follow."""
FOLLOWED = "You follow {what}. When a load brings something new for it, you get one direct message."
FOLLOWED_HERE = (
    "<#{where}> follows {what}. When a load brings something new for it, one message tells it there."
)
KNOWN = "You follow {what} already."
KNOWN_HERE = "<#{where}> follows {what} already."
DIRECT_LIMITS = "If you take no direct messages from members of this server, the follow pauses."
MUTED = "Muted: {what}. {list} lists it, to go on or to remove it."
RESUMED = "It goes on with the next load: {what}."
REMOVED = "Removed: {what}."
NONE = (
    "You follow nothing here yet. {add} follows a search; search results and articles have a Follow button."
)
LISTED_OWN = "**You** are told by direct message"
LISTED_CHANNELS = "**Channels** here"
MORE = "and {count} more"
HELD_BACK = (
    "In the last day {loads} came in of which you were not told, past the limit. {catchup} shows what."
)
LAST_TODAY = (
    "This is the last message of follows here today: {settings} has the number. {catchup} shows the rest."
)
NEW_COMMENTS = "new comments on *{title}*"
GONE_THREAD = "new comments on a thread that is not here any more"
PAUSED_NOTICE = "{count} in <#{where}> paused: {reason} Mend it, then {list} lets them go on."
CHOOSE = "Open a follow…"
CHOOSE_MUTE = "Mute…"
OPEN = "Open…"
IN_SERVER = "From {server}, where you follow this."

REASONS = {
    **DELIVERY_REASONS,
    "discord-refused": "Discord does not take the message.",
    "direct-refused": "you take no direct messages from Newsdesk.",
    "left": "you have left the server.",
}
HELP = (
    "### Following\n"
    "{add} keeps a search. When a load brings new threads for it, you get one direct message with their "
    "headlines; with `channel`, for moderators and who may manage that channel, the channel is told instead. "
    "**Follow** on a search does the same, and on an article it tells of new comments there.\n"
    "A thread is told of once in each follow, also when it gets more comments; taken back and loaded again, "
    "it is new. All follows of a channel are one message for each load. **Mute** on that message stops a "
    "follow until {list} lets it go on; {remove} ends it.\n"
    "A place gets only so many messages a day, which moderators set; {catchup} shows all that came in since "
    "you were last here.\n"
    "-# What is marked 18+ is told in age-restricted channels alone. Who takes no direct messages, or has "
    "left the server, finds the follow paused."
)


def describe_watch(watch: FollowTarget, title: str | None = None, limit: int = MAX_WATCH_NAME) -> str:
    """“fish market” in comments, from courier.example; new comments on *Harbour council votes*; escaped, at
    most `limit` long."""
    if watch.article is not None and title is None:
        return truncate(GONE_THREAD, limit)
    if watch.article is not None:
        room = limit - len(NEW_COMMENTS.format(title=""))
        return NEW_COMMENTS.format(title=truncate(title or "", min(150, room)))
    text = truncate(watch.query, 150)
    name = " ".join(filter(None, [f"“{text}”" if text else "everything", line(_narrowed(watch))]))
    return (
        name
        if utf16_length(name) <= limit
        else truncate(one_line(f"“{watch.query}” {_narrowed(watch)}"), limit)
    )


def unescaped(watch: FollowTarget, title: str | None = None) -> str:
    """`describe_watch` without escapes, for places without markdown."""
    if watch.article is not None:
        return GONE_THREAD if title is None else f"new comments on “{title}”"
    return " ".join(filter(None, [f"“{watch.query}”" if watch.query else "everything", _narrowed(watch)]))


def option_label(watch: FollowTarget, title: str | None = None) -> str:
    """`describe_watch` for labels, which do not support markdown."""
    if watch.article is not None:
        return f"Comments on {title or 'a thread'}"
    return watch.query or _narrowed(watch)


def heading(watch: FollowTarget, title: str | None = None) -> str:
    """New for “fish market”"""
    return (
        f"New for {describe_watch(watch)}"
        if watch.article is None
        else f"New comments on {truncate(title or '', 200)}"
    )


def state(follow: Follow) -> str:
    """active; paused: the channel is not there any more."""
    if follow.state == "active":
        return "active"
    return f"paused: {reason(follow.reason)}" if follow.reason else "muted"


def reason(key: str) -> str:
    """Why a follow was paused."""
    return REASONS.get(key) or strings.reason(key)


def _narrowed(watch: FollowTarget) -> str:
    return ", ".join(search_strings.search_scope(watch.filters, watch.place, "relevance")[1:])
