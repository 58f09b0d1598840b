"""Texts of cards about follows: what they match, and why they pause."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.follows import Follow, FollowTarget
from bot.i18n import formats, msg
from bot.ui.kit.post_strings import delivery_reason
from bot.ui.kit.truncate import truncate, utf16_length
from bot.ui.search import strings as search_strings

MAX_WATCH_NAME = 700
"""The maximum UTF-16 units of the description of a follow."""
_REASONS = {
    "direct-refused": "follow-reason-direct-refused",
    "discord-refused": "follow-reason-discord-refused",
    "left": "follow-reason-left",
}


def describe_watch(watch: FollowTarget, title: str | None = None, limit: int = MAX_WATCH_NAME) -> str:
    """“fish market” (comments only and from courier.example); new comments on “Harbour council votes”;
    escaped, at most `limit` long."""
    name = _describe(watch, title, lambda text: truncate(text, 300))
    return name if utf16_length(name) <= limit else truncate(unescaped(watch, title), limit)


def unescaped(watch: FollowTarget, title: str | None = None) -> str:
    """`describe_watch` without escapes, for places without markdown."""
    return _describe(watch, title, str)


def heading(watch: FollowTarget, title: str) -> str:
    """New for “fish market”"""
    if watch.article is None:
        return msg("follow-heading", what=describe_watch(watch))
    return msg("follow-heading-comments", title=truncate(title, 200))


def state(follow: Follow) -> str:
    """active; muted; paused: the channel was deleted"""
    if follow.state == "active":
        return msg("follow-active")
    return msg("follow-paused", reason=reason(follow.reason)) if follow.reason else msg("follow-muted")


def reason(key: str) -> str:
    """Why a follow was paused, to stand after a colon."""
    return delivery_reason(key, _REASONS)


def _describe(watch: FollowTarget, title: str | None, clean: Callable[[str], str]) -> str:
    if watch.article is not None:
        return msg("follow-comments-gone") if title is None else msg("follow-comments", title=clean(title))
    filters = clean(formats.joined(search_strings.search_scope(watch.filters, watch.place)))
    if not watch.query:
        return msg("follow-everything", filters=filters)
    query = clean(watch.query)
    if not filters:
        return msg("quoted", text=query)
    return msg("follow-search-narrowed", query=query, filters=filters)
