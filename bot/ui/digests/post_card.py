"""A scheduled digest as it is posted: one card, a headline and a line below it for each article."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bot.domain.answers import Quote, Summary
from bot.domain.digests import Entry, Post
from bot.ui.articles import comment_digest_card
from bot.ui.articles.cards import author
from bot.ui.digests import strings
from bot.ui.kit import format, routes
from bot.ui.kit.card import Button, Card, Colour, Option
from bot.ui.kit.chart import chart
from bot.ui.kit.markdown import line, time
from bot.ui.kit.truncate import fit, fit_marked, measure

ENTRY = 360
"""The most that one article takes."""
FOR_PICTURE = 160
"""What the words below a picture take."""
APART = 8
"""Up to so many articles stand apart from each other; more of them take the components."""
SOURCE = 40
LEAST = 60
"""So much of a sentence or of a quotation says something, also where it is cut."""
LABEL = 60


def post(of: Post, picture: bytes | None = None) -> Card:
    """The card of a post; `picture` is what `picture` has drawn of it. The mark is in the button."""
    card = Card(Colour.ARTICLE)
    write(card, of, picture)
    _ways(card, of.entries)
    card.buttons(Button("Why these", f"{of.id}.{of.mark}", "picked"))
    return card


def write(card: Card, of: Post, picture: bytes | None = None) -> None:
    """Writes a post's heading and articles into a card, as wide as its room lets them be."""
    card.say(f"### {strings.heading(of.plan.choice)}")
    if not of.entries:
        card.say(strings.NOTHING_NEW)
    pictured = _pictured(of.entries) if picture is not None else None
    _entries(card, of.entries, pictured, picture)


def topic(asked: str, instead: str | None, entries: Sequence[Entry], here: str, *, share: bool) -> Card:
    """A digest of one topic, for whoever asked; `instead` is the spelling that was searched for it."""
    card = Card(Colour.ARTICLE)
    card.say(
        f"### Digest: {fit(asked, 200)}",
        "" if instead is None else f"0 threads for “{fit(asked, 200)}”. Showing **“{fit(instead, 200)}”**.",
    )
    _entries(card, entries)
    _ways(card, entries)
    card.buttons(Button("Share", here, "share") if share else None)
    return card


async def picture(of: Post) -> bytes | None:
    """The picture of when people wrote under the first article for which that tells something."""
    place = _pictured(of.entries)
    said = None if place is None else of.entries[place].digest
    if said is None or said.busy is None:
        return None
    return await asyncio.to_thread(chart, said.busy.counts)


def _pictured(entries: Sequence[Entry]) -> int | None:
    for place, entry in enumerate(entries):
        if entry.digest is not None and comment_digest_card.worth_a_picture(entry.digest.busy):
            return place
    return None


def _entries(
    card: Card, entries: Sequence[Entry], pictured: int | None = None, picture: bytes | None = None
) -> None:
    room = card.room - (0 if pictured is None else FOR_PICTURE)
    texts = _shared(room, [_writer(number, entry) for number, entry in enumerate(entries, 1)])
    for place, text in enumerate(texts):
        if place and len(texts) <= APART:
            card.gap()
        card.say(text)
        said = entries[place].digest
        if place == pictured and picture is not None and said is not None and said.busy is not None:
            card.picture("busy.png", picture, comment_digest_card.described(said.busy))
            card.say(f"-# Comments on {place + 1}: {comment_digest_card.spread(said.busy)}")


def _shared(room: int, writers: Sequence[Callable[[int], str]]) -> list[str]:
    """What each writes in its share of the room: what the short ones leave is for the long ones."""
    texts = [write(ENTRY) for write in writers]
    left = room
    rest = sorted(range(len(texts)), key=lambda place: measure(texts[place]))
    for done, place in enumerate(rest):
        share = left // (len(rest) - done)
        if measure(texts[place]) > share:
            texts[place] = writers[place](share)
        left -= measure(texts[place])
    return texts


def _ways(card: Card, entries: Sequence[Entry]) -> None:
    options = [
        Option(f"{number}. {entry.article.title}", routes.article(entry.article.id))
        for number, entry in enumerate(entries, 1)
    ]
    card.jump("Open…", options)


def _writer(number: int, entry: Entry) -> Callable[[int], str]:
    return lambda room: _entry(number, entry, room)


def _entry(number: int, entry: Entry, room: int) -> str:
    """A headline, and below it what the article says, or what people say, or small where it is from, which
    else stands beside the headline. The headline is cut last."""
    frame = measure(f"**{number}. **\n")
    title = fit(entry.article.title, room - frame - LEAST)
    said = _said(entry, room - frame - measure(title))
    if not said:
        small = _small(entry)
        title = fit(entry.article.title, room - frame - measure(small))
        return f"**{number}. {title}**\n{small}".strip()
    beside = _beside(entry)
    left = room - frame - measure(title) - measure(beside)
    if left >= min(2 * LEAST, measure(said)):
        return f"**{number}. {title}**{beside}\n{_said(entry, left)}"
    return f"**{number}. {title}**\n{said}"


def _small(entry: Entry) -> str:
    """Small: courier.example · 12 March 2024 · 38 comments"""
    article = entry.article
    parts = [fit(article.source, SOURCE)] if article.source else []
    if article.posted_at:
        parts.append(time(article.posted_at))
    if article.comment_count:
        parts.append(format.counted(article.comment_count, "comment"))
    return f"-# {' · '.join(parts)}" if parts else ""


def _beside(entry: Entry) -> str:
    """· courier.example · 12/03/2024, or · 38 comments where it is about these"""
    article = entry.article
    parts = [fit(article.source, SOURCE)] if article.source else []
    if entry.digest is not None:
        parts.append(format.counted(article.comment_count, "comment"))
    elif article.posted_at:
        parts.append(time(article.posted_at, "d"))
    return "".join(f" · {part}" for part in parts)


def _said(entry: Entry, room: int) -> str:
    """What the style wants below the headline; empty where there is none, or nothing of it fits."""
    if entry.digest is None:
        summary = entry.summary
        return _sentences(summary, room) if summary is not None and summary.sentences else ""
    said = entry.digest
    theme = said.themes[0] if said.themes else None
    quotes = said.few if theme is None else theme.quotes
    opening = "" if theme is None else f"{fit(theme.label, LABEL)} · {len(theme.comments):,} of {said.read:,}"
    if quotes:
        before = f"{opening}: " if opening else ""
        quote = _quote(quotes[0], room - measure(before))
        if quote:
            return before + quote
    return opening if measure(opening) <= room else ""


def _quote(one: Quote, room: int) -> str:
    """The quotation and whose it is; empty where hardly anything of it fits."""
    who = f" *{author(one.author[:40])}*"
    left = room - measure(who) - len("“”")
    text = fit_marked(one.text, one.masks, left, "||") if one.masks else fit(one.text, left)
    if left < LEAST and text != fit(one.text, ENTRY):
        return ""
    return f"“{text}”{who}"


def _sentences(summary: Summary, room: int) -> str:
    """Whole sentences on one line as far as they go, or the beginning of the first."""
    said = ""
    for sentence in summary.sentences:
        longer = f"{said} {line(sentence.text)}".strip()
        if measure(longer) > room:
            break
        said = longer
    return said or fit(summary.sentences[0].text, room)
