"""Follows as cards: what a load brought, and what somebody follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.articles import Article
from bot.domain.follows import Follow, Notice, Told
from bot.ui.follows import strings
from bot.ui.kit import format, routes
from bot.ui.kit.card import Button, Card, Colour, Option
from bot.ui.kit.markdown import time
from bot.ui.kit.truncate import label, truncate, utf16_length

MAX_HEADLINES = 10
"""Headlines of one message."""
MAX_SECTIONS = 10
"""Follows that are told of with headlines; of more there is a line each."""
MAX_LISTED = 25
LIST_FRAME_ROOM = 400
"""Room beside the lines of a list."""

TitledFollow = tuple[Follow, str | None]
"""A follow, and the title of what it follows if that is an article that is here."""


def notice(content: Notice, updates: Sequence[Told], searches: Mapping[int, str], last: str) -> Card:
    """One load as it is told: for each follow what is new, and the ways to it. `shelves` are the addresses of
    the follows' searches; `last` says that nothing more is told today, where that is so."""
    card = Card(Colour.SEARCH)
    each = max(1, MAX_HEADLINES // len(updates))
    for part in updates[:MAX_SECTIONS]:
        _section(card, part, each)
    rest = [
        f"**{strings.heading(part.follow.watch, part.articles[0].title)}** · {_count(part)}"
        for part in updates[MAX_SECTIONS:]
    ]
    card.add_text("\n".join(rest))
    card.add_text(f"-# {last}" if content.last else "")
    _article_list(card, updates, searches)
    _mute_controls(card, content, updates)
    return card


def follow_card(follow: Follow, text: str, *, here: str | None) -> Card:
    """One follow, and what can be done about it; `here` is the address by which this channel could follow
    the same."""
    card = Card(Colour.SEARCH)
    card.add_text(text, f"-# {strings.DIRECT_LIMITS}" if follow.direct and follow.state == "active" else "")
    number = str(follow.id)
    card.add_buttons(
        Button("Mute", number, "mute") if follow.state == "active" else Button("Go on", number, "unmute"),
        Button("Remove", number, "unfollow"),
        Button("Tell this channel too", here, "here") if here is not None else None,
    )
    return card


def text(said: str) -> Card:
    """One sentence about follows."""
    card = Card(Colour.SEARCH)
    card.add_text(said)
    return card


def listing(own: Sequence[TitledFollow], channels: Sequence[TitledFollow], nothing: str, held: str) -> Card:
    """What somebody follows, and the channels that they may see it of, in lines that share the room; `held`
    says what they were not told."""
    card = Card(Colour.SEARCH)
    if not own and not channels:
        card.add_text(nothing)
        return card
    each = (card.remaining_text - LIST_FRAME_ROOM) // (len(own[:MAX_LISTED]) + len(channels[:MAX_LISTED]))
    for heading, found in ((strings.LISTED_OWN, own), (strings.LISTED_CHANNELS, channels)):
        if found:
            more = len(found) - MAX_LISTED
            rest = f"-# {strings.MORE.format(count=more)}" if more > 0 else ""
            card.add_text(heading, *(_line(of, title, each - 1) for of, title in found[:MAX_LISTED]), rest)
    card.add_text(f"-# {held}" if held else "")
    options = [
        discord.SelectOption(
            label=label(f"{of.id}. {strings.option_label(of.watch, title)}", 100), value=str(of.id)
        )
        for of, title in [*own, *channels][:MAX_LISTED]
    ]
    chooser: ui.Select[Any] = ui.Select(custom_id="follows1:-", placeholder=strings.CHOOSE, options=options)
    card.add_row(chooser)
    return card


def _line(follow: Follow, title: str | None, room: int) -> str:
    head = f"**{follow.id}** " if follow.direct else f"**{follow.id}** <#{follow.where}> · "
    tail = f" · {truncate(strings.state(follow), room // 2)}"
    return (
        head
        + strings.describe_watch(follow.watch, title, room - utf16_length(head) - utf16_length(tail))
        + tail
    )


def _section(card: Card, update: Told, most: int) -> None:
    watch = update.follow.watch
    card.add_text(f"### {strings.heading(watch, update.articles[0].title)}", f"-# {_count(update)}")
    if watch.article is not None:
        return
    shown = update.articles[:most]
    lines = [line for article in shown for line in _headline(article)]
    more = update.match.total - len(shown)
    if more > 0:
        lines.append(f"-# {strings.MORE.format(count=_at_least(more, update))}")
    card.add_text("\n".join(lines))


def _headline(article: Article) -> list[str]:
    origin = [truncate(article.source, 40)] if article.source else []
    if article.posted_at:
        origin.append(time(article.posted_at))
    if article.comment_count:
        origin.append(format.counted(article.comment_count, "comment"))
    return [f"**{truncate(article.title, 160)}**", *([f"-# {' · '.join(origin)}"] if origin else [])]


def _count(update: Told) -> str:
    if update.follow.watch.article is not None:
        return format.counted(update.match.comments, "new comment")
    return f"{'at least ' if update.match.capped else ''}{format.counted(update.match.total, 'thread')}"


def _at_least(count: int, update: Told) -> str:
    return f"at least {count:,}" if update.match.capped else f"{count:,}"


def _article_list(card: Card, updates: Sequence[Told], searches: Mapping[int, str]) -> None:
    options = []
    for part in updates:
        where = searches.get(part.follow.id)
        if where is not None:
            options.append(Option(f"All for {strings.option_label(part.follow.watch)}", where))
        options += [Option(article.title, routes.article(article.id)) for article in part.articles]
    if len(updates) == 1 and updates[0].follow.id in searches:
        card.add_buttons(Button("Show all", searches[updates[0].follow.id]))
        options = options[1:]
    card.add_select(strings.OPEN, options)


def _mute_controls(card: Card, content: Notice, updates: Sequence[Told]) -> None:
    """The mark by which the message is found again stands in what mutes."""
    if len(updates) == 1:
        card.add_buttons(Button("Mute", f"{updates[0].follow.id}.{content.mark}", "mute"))
        return
    options = [
        discord.SelectOption(
            label=label(strings.option_label(part.follow.watch, part.articles[0].title), 100),
            value=str(part.follow.id),
        )
        for part in updates[:MAX_LISTED]
    ]
    chooser: ui.Select[Any] = ui.Select(
        custom_id=f"mutes1:{content.mark}", placeholder=strings.CHOOSE_MUTE, options=options
    )
    card.add_row(chooser)
