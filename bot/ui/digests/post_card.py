"""A scheduled digest as it is posted: one card, a headline and a line below it for each article."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bot.domain.answers import Quote, Summary
from bot.domain.digests import Entry, Post
from bot.ui.articles import comment_digest_card
from bot.ui.articles.cards import author_name
from bot.ui.digests import strings
from bot.ui.kit import format, routes
from bot.ui.kit.card import Button, Card, Colour, Option
from bot.ui.kit.chart import chart
from bot.ui.kit.markdown import line, time
from bot.ui.kit.truncate import truncate, truncate_marked, utf16_length

MAX_ENTRY = 360
"""The most that one article takes."""
CHART_CAPTION_ROOM = 160
"""What the words below a picture take."""
MAX_SPACED_ENTRIES = 8
"""Up to so many articles stand apart from each other; more of them take the components."""
MAX_SOURCE = 40
MIN_TEXT = 60
"""So much of a sentence or of a quotation says something, also where it is cut."""
MAX_LABEL = 60


def render(content: Post, picture: bytes | None = None) -> Card:
    """The card of a post; `picture` is what `picture` has drawn of it. The mark is in the button."""
    card = Card(Colour.ARTICLE)
    write(card, content, picture)
    _article_list(card, content.entries)
    card.add_buttons(Button("Why these", f"{content.id}.{content.mark}", "picked"))
    return card


def write(card: Card, content: Post, picture: bytes | None = None) -> None:
    """Writes a post's heading and articles into a card, as wide as its room lets them be."""
    card.add_text(f"### {strings.heading(content.plan.choice)}")
    if not content.entries:
        card.add_text(strings.NOTHING_NEW)
    pictured = _charted_entry(content.entries) if picture is not None else None
    _entries(card, content.entries, pictured, picture)


def render_topic(
    topic: str, instead: str | None, entries: Sequence[Entry], here: str, *, share: bool
) -> Card:
    """A digest of one topic, for whoever asked; `instead` is the spelling that was searched for it."""
    card = Card(Colour.ARTICLE)
    card.add_text(
        f"### Digest: {truncate(topic, 200)}",
        ""
        if instead is None
        else f"0 threads for “{truncate(topic, 200)}”. Showing **“{truncate(instead, 200)}”**.",
    )
    _entries(card, entries)
    _article_list(card, entries)
    card.add_buttons(Button("Share", here, "share") if share else None)
    return card


async def draw_chart(content: Post) -> bytes | None:
    """The picture of when people wrote under the first article for which that tells something."""
    place = _charted_entry(content.entries)
    comment_digest = None if place is None else content.entries[place].digest
    if comment_digest is None or comment_digest.busy is None:
        return None
    return await asyncio.to_thread(chart, comment_digest.busy.counts)


def _charted_entry(entries: Sequence[Entry]) -> int | None:
    for place, entry in enumerate(entries):
        if entry.digest is not None and comment_digest_card.deserves_chart(entry.digest.busy):
            return place
    return None


def _entries(
    card: Card, entries: Sequence[Entry], pictured: int | None = None, picture: bytes | None = None
) -> None:
    room = card.remaining_text - (0 if pictured is None else CHART_CAPTION_ROOM)
    texts = _fit_together(room, [_writer(number, entry) for number, entry in enumerate(entries, 1)])
    for place, text in enumerate(texts):
        if place and len(texts) <= MAX_SPACED_ENTRIES:
            card.add_gap()
        card.add_text(text)
        comment_digest = entries[place].digest
        if (
            place == pictured
            and picture is not None
            and comment_digest is not None
            and comment_digest.busy is not None
        ):
            card.add_image("busy.png", picture, comment_digest_card.described(comment_digest.busy))
            card.add_text(f"-# Comments on {place + 1}: {comment_digest_card.spread(comment_digest.busy)}")


def _fit_together(room: int, writers: Sequence[Callable[[int], str]]) -> list[str]:
    """What each writes in its share of the room: what the short ones leave is for the long ones."""
    texts = [write(MAX_ENTRY) for write in writers]
    left = room
    rest = sorted(range(len(texts)), key=lambda place: utf16_length(texts[place]))
    for done, place in enumerate(rest):
        share = left // (len(rest) - done)
        if utf16_length(texts[place]) > share:
            texts[place] = writers[place](share)
        left -= utf16_length(texts[place])
    return texts


def _article_list(card: Card, entries: Sequence[Entry]) -> None:
    options = [
        Option(f"{number}. {entry.article.title}", routes.article(entry.article.id))
        for number, entry in enumerate(entries, 1)
    ]
    card.add_select("Open…", options)


def _writer(number: int, entry: Entry) -> Callable[[int], str]:
    return lambda room: _entry(number, entry, room)


def _entry(number: int, entry: Entry, room: int) -> str:
    """A headline, and below it what the article says, or what people say, or small where it is from, which
    else stands beside the headline. The headline is cut last."""
    frame = utf16_length(f"**{number}. **\n")
    title = truncate(entry.article.title, room - frame - MIN_TEXT)
    body = _body(entry, room - frame - utf16_length(title))
    if not body:
        small = _source_line(entry)
        title = truncate(entry.article.title, room - frame - utf16_length(small))
        return f"**{number}. {title}**\n{small}".strip()
    beside = _inline_source(entry)
    left = room - frame - utf16_length(title) - utf16_length(beside)
    if left >= min(2 * MIN_TEXT, utf16_length(body)):
        return f"**{number}. {title}**{beside}\n{_body(entry, left)}"
    return f"**{number}. {title}**\n{body}"


def _source_line(entry: Entry) -> str:
    """Small: courier.example · 12 March 2024 · 38 comments"""
    article = entry.article
    parts = [truncate(article.source, MAX_SOURCE)] if article.source else []
    if article.posted_at:
        parts.append(time(article.posted_at))
    if article.comment_count:
        parts.append(format.counted(article.comment_count, "comment"))
    return f"-# {' · '.join(parts)}" if parts else ""


def _inline_source(entry: Entry) -> str:
    """· courier.example · 12/03/2024, or · 38 comments where it is about these"""
    article = entry.article
    parts = [truncate(article.source, MAX_SOURCE)] if article.source else []
    if entry.digest is not None:
        parts.append(format.counted(article.comment_count, "comment"))
    elif article.posted_at:
        parts.append(time(article.posted_at, "d"))
    return "".join(f" · {part}" for part in parts)


def _body(entry: Entry, room: int) -> str:
    """What the style wants below the headline; empty where there is none, or nothing of it fits."""
    if entry.digest is None:
        summary = entry.summary
        return _sentences(summary, room) if summary is not None and summary.sentences else ""
    comment_digest = entry.digest
    theme = comment_digest.themes[0] if comment_digest.themes else None
    quotes = comment_digest.few if theme is None else theme.quotes
    opening = (
        ""
        if theme is None
        else f"{truncate(theme.label, MAX_LABEL)} · {len(theme.comments):,} of {comment_digest.read:,}"
    )
    if quotes:
        before = f"{opening}: " if opening else ""
        quote = _quote(quotes[0], room - utf16_length(before))
        if quote:
            return before + quote
    return opening if utf16_length(opening) <= room else ""


def _quote(quote: Quote, room: int) -> str:
    """The quotation and whose it is; empty where hardly anything of it fits."""
    who = f" *{author_name(quote.author[:40])}*"
    left = room - utf16_length(who) - len("“”")
    text = truncate_marked(quote.text, quote.masks, left, "||") if quote.masks else truncate(quote.text, left)
    if left < MIN_TEXT and text != truncate(quote.text, MAX_ENTRY):
        return ""
    return f"“{text}”{who}"


def _sentences(summary: Summary, room: int) -> str:
    """Whole sentences on one line as far as they go, or the beginning of the first."""
    text = ""
    for sentence in summary.sentences:
        longer = f"{text} {line(sentence.text)}".strip()
        if utf16_length(longer) > room:
            break
        text = longer
    return text or truncate(summary.sentences[0].text, room)
