"""The comment digest as a card."""

from __future__ import annotations

from bot.models import Beyond, CommentDigest, Disagreement, Quote, Theme
from bot.ui import address, phrases
from bot.ui.card import Button, Card, Colour, Option
from bot.ui.cards import HEADLINE, author
from bot.ui.fit import fit, fit_marked, measure
from bot.ui.markdown import time

QUOTE = 240
"""The most that one quote may take, escaped."""
QUOTES = 2
THEMES = 4
"""Themes with quotes; the others are named with their share."""
LINKS = 5
RESERVE = 600
"""Room that is kept for the lines after the quotes."""


def digest(said: CommentDigest, *, share: bool) -> Card:
    """What people say, by theme, each quote with its author, time and a way to it."""
    card = Card(Colour.COMMENTS)
    read = phrases.counted(said.read, "comment")
    card.say(f"### What people say in {read}: {fit(said.title, HEADLINE)}")
    shown: list[Quote] = []
    for quote in said.few:
        _say(card, [], [quote], shown)
    for theme in said.themes[:THEMES]:
        _say(card, [_share(theme, said)], theme.quotes[:QUOTES], shown)
    _rest(card, said)
    if said.disagreement:
        _say(
            card,
            [_against(said.disagreement)],
            [said.disagreement.one.quote, said.disagreement.other.quote],
            shown,
        )
    if said.minority:
        _say(card, ["**A minority worth reading**"], [said.minority], shown)
    if said.beyond:
        _say(card, ["**Beyond the article**", *(_beyond(one) for one in said.beyond[:2])], [], shown)
    if said.questions:
        _say(card, ["**Asked**"], said.questions[:2], shown)
    if said.links:
        cited = ", ".join(f"{fit(link.host, 60)} ({len(link.comments):,})" for link in said.links[:LINKS])
        card.say(f"-# cited: {cited}")
    if not said.total:
        card.say(f"-# {phrases.NO_COMMENTS}")
    else:
        card.say(f"-# {phrases.coverage(said)}")
    card.buttons(
        Button("Article", address.article(said.article)),
        Button("Comments", address.comments(said.article)) if said.total else None,
        Button("Share", address.digest(said.article), "share") if share else None,
    )
    card.jump(
        "Jump to…", [Option(f"{one.author}: {one.text}", address.comment(one.comment)) for one in shown]
    )
    return card


def quoted(quote: Quote) -> str:
    """“Free rent for a year is a bribe.” — *netmender*, 12 March 2024 09:14"""
    text = fit_marked(quote.text, quote.masks, QUOTE, "||") if quote.masks else fit(quote.text, QUOTE)
    return f"“{text}” — *{author(quote.author)}*, {time(quote.posted_at, 'f')}"


def _say(card: Card, lines: list[str], quotes: tuple[Quote, ...] | list[Quote], shown: list[Quote]) -> None:
    """Adds a block if it fits as a whole, and remembers which quotes can be jumped to."""
    block = "\n".join([*lines, *(quoted(quote) for quote in quotes)])
    if measure(block) <= card.room - RESERVE:
        card.say(block)
        shown += quotes


def _share(theme: Theme, said: CommentDigest) -> str:
    score = "" if theme.score is None else f" · {phrases.counted(theme.score, 'point')}"
    return f"**{fit(theme.label, 100)} · {len(theme.comments):,} of {said.read:,}**{score}"


def _rest(card: Card, said: CommentDigest) -> None:
    rest = [f"{fit(theme.label, 60)} · {len(theme.comments):,}" for theme in said.themes[THEMES:]]
    if rest:
        card.say(f"**Also** {', '.join(rest)}")
    if said.other and said.themes:
        card.say(f"**Other · {said.other:,} of {said.read:,}**")


def _against(views: Disagreement) -> str:
    one, other = views.one, views.other
    return (
        f"**Where they disagree** about {fit(views.about, 80)}: “{fit(one.words, 80)}” against "
        f"“{fit(other.words, 80)}”, {len(one.comments):,} to {len(other.comments):,}"
    )


def _beyond(one: Beyond) -> str:
    who = phrases.counted(len(one.comments), "commenter says", "commenters say")
    if one.kind == "contradicts" and one.article_says:
        return f"{who} {fit(one.said, 120)}; the article says {fit(one.article_says, 120)}."
    return f"{phrases.counted(len(one.comments), 'commenter adds', 'commenters add')} “{fit(one.said, 200)}”"
