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
from bot.ui.kit.truncate import fit, label, measure

HEADLINES = 10
"""Headlines of one message."""
SECTIONS = 10
"""Follows that are told of with headlines; of more there is a line each."""
LISTED = 25
FOR_REST = 400
"""Room beside the lines of a list."""

Named = tuple[Follow, str | None]
"""A follow, and the title of what it follows if that is an article that is here."""


def notice(one: Notice, told: Sequence[Told], shelves: Mapping[int, str], last: str) -> Card:
    """One load as it is told: for each follow what is new, and the ways to it. `shelves` are the addresses of
    the follows' searches; `last` says that nothing more is told today, where that is so."""
    card = Card(Colour.SEARCH)
    each = max(1, HEADLINES // len(told))
    for part in told[:SECTIONS]:
        _section(card, part, each)
    rest = [
        f"**{strings.heading(part.follow.watch, part.articles[0].title)}** · {_count(part)}"
        for part in told[SECTIONS:]
    ]
    card.say("\n".join(rest))
    card.say(f"-# {last}" if one.last else "")
    _ways(card, told, shelves)
    _mutes(card, one, told)
    return card


def followed(of: Follow, said: str, *, here: str | None) -> Card:
    """One follow, and what can be done about it; `here` is the address by which this channel could follow
    the same."""
    card = Card(Colour.SEARCH)
    card.say(said, f"-# {strings.DIRECT_LIMITS}" if of.direct and of.state == "active" else "")
    number = str(of.id)
    card.buttons(
        Button("Mute", number, "mute") if of.state == "active" else Button("Go on", number, "unmute"),
        Button("Remove", number, "unfollow"),
        Button("Tell this channel too", here, "here") if here is not None else None,
    )
    return card


def text(said: str) -> Card:
    """One sentence about follows."""
    card = Card(Colour.SEARCH)
    card.say(said)
    return card


def listing(own: Sequence[Named], channels: Sequence[Named], nothing: str, held: str) -> Card:
    """What somebody follows, and the channels that they may see it of, in lines that share the room; `held`
    says what they were not told."""
    card = Card(Colour.SEARCH)
    if not own and not channels:
        card.say(nothing)
        return card
    each = (card.room - FOR_REST) // (len(own[:LISTED]) + len(channels[:LISTED]))
    for heading, found in ((strings.LISTED_OWN, own), (strings.LISTED_CHANNELS, channels)):
        if found:
            more = len(found) - LISTED
            rest = f"-# {strings.MORE.format(count=more)}" if more > 0 else ""
            card.say(heading, *(_line(of, title, each - 1) for of, title in found[:LISTED]), rest)
    card.say(f"-# {held}" if held else "")
    options = [
        discord.SelectOption(label=label(f"{of.id}. {strings.short(of.watch, title)}", 100), value=str(of.id))
        for of, title in [*own, *channels][:LISTED]
    ]
    chooser: ui.Select[Any] = ui.Select(custom_id="follows1:-", placeholder=strings.CHOOSE, options=options)
    card.row(chooser)
    return card


def _line(of: Follow, title: str | None, room: int) -> str:
    head = f"**{of.id}** " if of.direct else f"**{of.id}** <#{of.where}> · "
    tail = f" · {fit(strings.state(of), room // 2)}"
    return head + strings.what(of.watch, title, room - measure(head) - measure(tail)) + tail


def _section(card: Card, part: Told, most: int) -> None:
    watch = part.follow.watch
    card.say(f"### {strings.heading(watch, part.articles[0].title)}", f"-# {_count(part)}")
    if watch.article is not None:
        return
    shown = part.articles[:most]
    lines = [line for article in shown for line in _headline(article)]
    more = part.match.total - len(shown)
    if more > 0:
        lines.append(f"-# {strings.MORE.format(count=_at_least(more, part))}")
    card.say("\n".join(lines))


def _headline(article: Article) -> list[str]:
    origin = [fit(article.source, 40)] if article.source else []
    if article.posted_at:
        origin.append(time(article.posted_at))
    if article.comment_count:
        origin.append(format.counted(article.comment_count, "comment"))
    return [f"**{fit(article.title, 160)}**", *([f"-# {' · '.join(origin)}"] if origin else [])]


def _count(part: Told) -> str:
    if part.follow.watch.article is not None:
        return format.counted(part.match.comments, "new comment")
    return f"{'at least ' if part.match.capped else ''}{format.counted(part.match.total, 'thread')}"


def _at_least(count: int, part: Told) -> str:
    return f"at least {count:,}" if part.match.capped else f"{count:,}"


def _ways(card: Card, told: Sequence[Told], shelves: Mapping[int, str]) -> None:
    options = []
    for part in told:
        where = shelves.get(part.follow.id)
        if where is not None:
            options.append(Option(f"All for {strings.short(part.follow.watch)}", where))
        options += [Option(article.title, routes.article(article.id)) for article in part.articles]
    if len(told) == 1 and told[0].follow.id in shelves:
        card.buttons(Button("Show all", shelves[told[0].follow.id]))
        options = options[1:]
    card.jump(strings.OPEN, options)


def _mutes(card: Card, one: Notice, told: Sequence[Told]) -> None:
    """The mark by which the message is found again stands in what mutes."""
    if len(told) == 1:
        card.buttons(Button("Mute", f"{told[0].follow.id}.{one.mark}", "mute"))
        return
    options = [
        discord.SelectOption(
            label=label(strings.short(part.follow.watch, part.articles[0].title), 100),
            value=str(part.follow.id),
        )
        for part in told[:LISTED]
    ]
    chooser: ui.Select[Any] = ui.Select(
        custom_id=f"mutes1:{one.mark}", placeholder=strings.CHOOSE_MUTE, options=options
    )
    card.row(chooser)
