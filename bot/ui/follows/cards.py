"""Follows as cards: notices of what a load added, lists, and single follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.articles import Article
from bot.domain.follows import Follow, FollowUpdate, Notice
from bot.domain.search import Hit
from bot.i18n import msg
from bot.ui.follows import strings
from bot.ui.kit import format, leave_out, routes
from bot.ui.kit.card import Button, Card, Colour, RouteOption
from bot.ui.kit.format import dotted, small
from bot.ui.kit.limits import MAX_OPTION_TEXT, MAX_OPTIONS
from bot.ui.kit.markdown import time
from bot.ui.kit.truncate import label, truncate, utf16_length
from bot.ui.search import matches

MAX_HEADLINES = 10
"""The most headlines of one message."""
MAX_SECTIONS = 10
"""The most follows of one message with headlines; further ones get a line each."""
RESERVED_TEXT = 300
"""The UTF-16 units of a notice that are left to line breaks and, in direct messages, to its server's name."""
MAX_LISTED = 25
LIST_FRAME_ROOM = 400
"""The UTF-16 units of a list apart from its lines."""

TitledFollow = tuple[Follow, str | None]
"""A follow, and the title of the article that it follows, if that is in the archive."""


def notice(content: Notice, updates: Sequence[FollowUpdate], searches: Mapping[int, str], last: str) -> Card:
    """The notice of one load for a channel or member: the new matches of each follow, with buttons to open
    them. `searches` maps the ids of follows to the routes of their searches; `last` is the sentence for the
    last notice of a day."""
    last = small(last) if content.last else ""
    each = max(1, MAX_HEADLINES // len(updates))
    headlines = sum(len(update.articles[:each]) for update in updates[:MAX_SECTIONS])
    spare = _sections(updates, each, 0, last).remaining_text - RESERVED_TEXT
    card = _sections(updates, each, min(matches.MAX_EXPLANATION, spare // max(1, headlines)), last)
    _add_article_list(card, updates, searches)
    _add_mute_controls(card, content, updates)
    return card


def _sections(updates: Sequence[FollowUpdate], each: int, room: int, last: str) -> Card:
    """A card with `each` headlines of a follow, and in `room` why each matched."""
    card = Card(Colour.SEARCH)
    for update in updates[:MAX_SECTIONS]:
        _add_section(card, update, each, room)
    card.add_text(*(dotted(f"**{_heading(update)}**", _count(update)) for update in updates[MAX_SECTIONS:]))
    card.add_text(last)
    return card


def follow_card(follow: Follow, text: str, *, here: str | None) -> Card:
    """One follow with buttons to change it; `here` is the route with which the current channel can follow the
    same."""
    active = follow.state == "active"
    card = Card(
        Colour.SEARCH,
        text,
        small(leave_out.describe(follow.leave_out)),
        small(msg("follow-direct-limits")) if follow.direct and active else "",
    )
    number = str(follow.id)
    card.add_buttons(
        Button(msg("follow-mute"), number, "mute")
        if active
        else Button(msg("follow-resume"), number, "unmute"),
        Button(msg("follow-remove"), number, "unfollow"),
        Button(msg("leave-out-button"), number, "omit") if follow.watch.article is None else None,
        Button(msg("follow-here"), here, "here") if here is not None else None,
    )
    return card


def listing(own: Sequence[TitledFollow], channels: Sequence[TitledFollow], nothing: str, held: str) -> Card:
    """The follows of a member and of the channels that they can see, in lines that share the room; `held`
    says which notices and comments are withheld from the member."""
    if not own and not channels:
        return Card(Colour.SEARCH, nothing)
    card = Card(Colour.SEARCH)
    each = (card.remaining_text - LIST_FRAME_ROOM) // (len(own[:MAX_LISTED]) + len(channels[:MAX_LISTED]))
    for heading, follows in ((msg("follow-own"), own), (msg("follow-channels"), channels)):
        if follows:
            more = len(follows) - MAX_LISTED
            rest = small(msg("follow-more", count=more)) if more > 0 else ""
            lines = [_line(follow, title, each - 1) for follow, title in follows[:MAX_LISTED]]
            card.add_text(heading, *lines, rest)
    card.add_text(small(held))
    options = [
        (follow, f"{follow.id}. {strings.unescaped(follow.watch, title)}")
        for follow, title in (*own, *channels)
    ]
    _add_follow_list(card, "follows1:-", msg("follow-choose"), options)
    return card


def _line(follow: Follow, title: str | None, room: int) -> str:
    head = f"**{follow.id}** " if follow.direct else f"**{follow.id}** <#{follow.where}> · "
    tail = f" · {truncate(strings.state(follow), room // 2)}"
    return head + strings.describe_watch(follow.watch, title, room - utf16_length(head + tail)) + tail


def _add_section(card: Card, update: FollowUpdate, limit: int, room: int) -> None:
    card.add_text(f"### {_heading(update)}", small(_count(update)))
    if update.follow.watch.article is not None:
        return
    lines = []
    for article in update.articles[:limit]:
        lines += _headline(article, update.hits.get(article.id), room)
    more = update.match.total - len(update.articles[:limit])
    if more > 0:
        lines.append(small(msg("follow-more-at-least" if update.match.capped else "follow-more", count=more)))
    card.add_text("\n".join(lines))


def _heading(update: FollowUpdate) -> str:
    return strings.heading(update.follow.watch, update.articles[0].title)


def _headline(article: Article, hit: Hit | None, room: int) -> list[str]:
    origin = small(
        truncate(article.source or "", 40),
        time(article.posted_at) if article.posted_at else "",
        format.comment_count(article) if article.comment_count else "",
    )
    why = matches.explanation(hit, room) if hit is not None else ""
    return [f"**{truncate(article.title, 160)}**", *filter(None, [origin, why])]


def _count(update: FollowUpdate) -> str:
    match = update.match
    if update.follow.watch.article is not None:
        return msg("follow-new-comments", count=match.comments)
    return msg("follow-threads-at-least" if match.capped else "threads", count=match.total)


def _add_article_list(card: Card, updates: Sequence[FollowUpdate], searches: Mapping[int, str]) -> None:
    options = []
    for update in updates:
        route = searches.get(update.follow.id)
        if route is not None and len(updates) == 1:
            card.add_buttons(Button(msg("follow-show-all"), route))
        elif route is not None:
            options.append(
                RouteOption(msg("follow-show-all-for", what=strings.unescaped(update.follow.watch)), route)
            )
        options += [RouteOption(article.title, routes.article(article.id)) for article in update.articles]
    hits = [hit for update in updates for hit in update.hits.values()]
    options += [option for hit in hits if (option := matches.comment_choice("", hit))]
    card.add_select(msg("select-open"), options)


def _add_mute_controls(card: Card, content: Notice, updates: Sequence[FollowUpdate]) -> None:
    """Adds the buttons to mute or remove; their custom_ids contain the nonce that identifies the message."""
    if len(updates) == 1:
        card.add_buttons(Button(msg("follow-mute"), f"{updates[0].follow.id}.{content.nonce}", "mute"))
        return
    options = [
        (update.follow, strings.unescaped(update.follow.watch, update.articles[0].title))
        for update in updates
    ]
    _add_follow_list(card, f"mutes1:{content.nonce}", msg("follow-choose-mute"), options)


def _add_follow_list(card: Card, custom_id: str, prompt: str, labels: Sequence[tuple[Follow, str]]) -> None:
    options = [
        discord.SelectOption(label=label(text, MAX_OPTION_TEXT), value=str(follow.id))
        for follow, text in labels[:MAX_OPTIONS]
    ]
    chooser: ui.Select[Any] = ui.Select(custom_id=custom_id, placeholder=prompt, options=options)
    card.add_row(chooser)
