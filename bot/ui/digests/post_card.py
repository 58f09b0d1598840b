"""A scheduled digest as posted: one card with a headline and a line of text for each article."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from bot.domain.answers import ActivityHistogram, Quote, Summary
from bot.domain.digests import DigestEntry, DigestPost
from bot.domain.search import Hit, SearchPage
from bot.domain.stories import has_other_threads
from bot.i18n import formats, msg
from bot.text.discussion.quotes import is_neat
from bot.ui.articles import activity_chart
from bot.ui.articles import strings as strings_of_digests
from bot.ui.articles.cards import MAX_MARKUP, author_name, with_source
from bot.ui.digests import template
from bot.ui.kit import format, routes, source_text
from bot.ui.kit.card import Button, Card, Colour, RouteOption, share_button
from bot.ui.kit.chart import chart
from bot.ui.kit.format import dotted, small
from bot.ui.kit.markdown import time
from bot.ui.kit.truncate import truncate, utf16_length
from bot.ui.search import matches
from bot.ui.search.strings import incomplete

MAX_ENTRY = 360
"""The maximum UTF-16 units of one article, besides why a search found it."""
CHART_CAPTION_ROOM = 160
"""The UTF-16 units reserved for the caption of a chart."""
MAX_SPACED_ENTRIES = 8
"""The most articles that are separated by gaps; with more, a card would exceed Discord's limit of
components."""
MAX_SOURCE = 40
MAX_ALSO, MAX_ALSO_TITLE = 2, 80
"""The most other threads of a story that are named, and the characters of their headlines."""
MIN_TEXT = 60
"""The UTF-16 units below which a truncated sentence or quote is useless."""


def render(content: DigestPost, picture: bytes | None = None) -> Card:
    """The card of a post; `picture` is the result of `draw_chart` for it. The button contains the nonce."""
    card = Card(Colour.ARTICLE)
    role = content.plan.posts.role
    if role is not None and not content.part:
        card.add_mention(f"<@&{role}>")
    write(card, content, picture)
    _add_article_list(card, content.entries)
    card.add_buttons(Button(msg("digest-why-these"), f"{content.id}.{content.nonce}", "picked"))
    return card


def write(card: Card, content: DigestPost, picture: bytes | None = None) -> None:
    """Adds a post's heading, articles and footer to a card, each article as long as the room permits."""
    options = content.plan.posts
    values = template.post_values(content)
    if options.heading:
        card.add_text(template.fill(options.heading, values))
    elif not content.each:
        card.add_text(f"### {values['topic']}")
    if not content.entries:
        card.add_text(msg("digest-nothing-new"))
    footer = template.fill(options.footer, values)
    card.remaining_text -= utf16_length(footer)
    if content.each:
        writers = [partial(_single, entry) for entry in content.entries]
    else:
        writers = [partial(_entry, number, entry) for number, entry in enumerate(content.entries, 1)]
    if options.item:
        writers = [
            partial(_by_template, options.item, number, entry)
            for number, entry in enumerate(content.entries, content.part + 1)
        ]
    _add_entries(card, content.entries, picture, writers)
    card.remaining_text += utf16_length(footer)
    card.add_text(footer)


def render_topic(page: SearchPage, entries: Sequence[DigestEntry], here: str, *, share: bool) -> Card:
    """A digest of one topic, for the member who requested it: the articles of a page of hits."""
    card = Card(Colour.ARTICLE)
    short = truncate(page.query, 200)
    card.add_text(msg("topic-heading", topic=short))
    if page.instead is not None:
        card.add_text(msg("topic-respelt", topic=short, instead=truncate(page.instead, 200)))
    missing = "\n".join(map(small, incomplete(page)))
    card.remaining_text -= utf16_length(missing)
    _add_entries(card, entries)
    card.remaining_text += utf16_length(missing)
    card.add_text(missing)
    _add_article_list(card, entries)
    card.add_buttons(share_button(here, share))
    return card


async def draw_chart(content: DigestPost) -> bytes | None:
    """The activity chart of the first article that deserves one, as a PNG; None if there is none."""
    _, activity = _charted(content.entries)
    return None if activity is None else await asyncio.to_thread(chart, activity.counts)


def _charted(entries: Sequence[DigestEntry]) -> tuple[int, ActivityHistogram | None]:
    """The index of the article with the chart, and the activity to draw."""
    for index, entry in enumerate(entries):
        if entry.comment_digest is not None and activity_chart.deserves_chart(entry.comment_digest.activity):
            return index, entry.comment_digest.activity
    return -1, None


def _add_entries(
    card: Card,
    entries: Sequence[DigestEntry],
    picture: bytes | None = None,
    writers: Sequence[Callable[[int], str]] | None = None,
) -> None:
    charted, activity = _charted(entries) if picture is not None else (-1, None)
    room = card.remaining_text - (0 if activity is None else CHART_CAPTION_ROOM)
    if writers is None:
        writers = [partial(_entry, number, entry) for number, entry in enumerate(entries, 1)]
    texts = _share_room(room, writers)
    for index, text in enumerate(texts):
        if index and len(texts) <= MAX_SPACED_ENTRIES:
            card.add_gap()
        card.add_text(text)
        if index == charted and picture is not None and activity is not None:
            card.add_image("busy.png", picture, activity_chart.alt_text(activity))
            caption = activity_chart.caption(activity)
            card.add_text(small(msg("digest-chart-caption", number=str(index + 1), caption=caption)))


def _share_room(room: int, writers: Sequence[Callable[[int], str]]) -> list[str]:
    """The text of each writer within its share of the room; room that short texts leave is given to longer
    ones."""
    texts = [write(MAX_ENTRY + matches.MAX_EXPLANATION) for write in writers]
    shortest_first = sorted(range(len(texts)), key=lambda index: utf16_length(texts[index]))
    for done, index in enumerate(shortest_first):
        share = room // (len(texts) - done)
        if utf16_length(texts[index]) > share:
            texts[index] = writers[index](share)
        room -= utf16_length(texts[index])
    return texts


def _add_article_list(card: Card, entries: Sequence[DigestEntry]) -> None:
    options = [
        RouteOption(f"{number}. {entry.article.title}", routes.article(entry.article.id))
        for number, entry in enumerate(entries, 1)
    ]
    options += [
        option
        for number, entry in enumerate(entries, 1)
        if entry.hit is not None and (option := matches.comment_choice(f"{number}. ", entry.hit))
    ]
    card.add_select(msg("select-open"), options)


def _entry(number: int, entry: DigestEntry, room: int) -> str:
    """An article, and why a search found it if the headline does not say so."""
    why = ""
    if entry.hit is not None:
        why = matches.explanation(entry.hit, min(matches.MAX_EXPLANATION, room - 2 * MIN_TEXT))
    if entry.hit is not None and why:
        entry = replace(entry, summary=_without(entry.summary, entry.hit))
    also = small(_also(entry))
    article = _article(number, entry, min(MAX_ENTRY, room - utf16_length(f"\n{why}\n{also}")))
    return "\n".join(filter(None, (article, also, why)))


def _also(entry: DigestEntry) -> str:
    """Also: r/harbour and “Market moves” herald.example; empty if its story has no other thread"""
    names = []
    for thread in entry.also:
        title = "" if thread.same_story else f"“{truncate(thread.title, MAX_ALSO_TITLE)}”"
        names.append(" ".join(filter(None, (title, truncate(thread.place or "", MAX_SOURCE)))))
    names = list(dict.fromkeys(filter(None, names)))
    if len(names) > MAX_ALSO:
        more = len(names) - MAX_ALSO
        return msg("digest-also-more", reports=", ".join(names[:MAX_ALSO]), count=more)
    return msg("digest-also", reports=formats.joined(names)) if names else ""


def _single(entry: DigestEntry, room: int) -> str:
    """An article that has a post of its own."""
    why = matches.explanation(entry.hit, matches.MAX_EXPLANATION) if entry.hit is not None else ""
    source = _source_line(entry)
    also = small(_also(entry))
    rest = room - utf16_length(f"### \n{source}\n{also}\n{why}\n")
    title = truncate(entry.article.title, rest - MIN_TEXT)
    body = _body(entry, min(MAX_ENTRY, rest - utf16_length(title)))
    return "\n".join(filter(None, (f"### {title}", body, source, also, why)))


def _by_template(text: str, number: int, entry: DigestEntry, room: int) -> str:
    return template.item(text, number, entry, _body(entry, min(MAX_ENTRY, room)), _also(entry), room)


def _without(summary: Summary | None, hit: Hit) -> Summary | None:
    """The summary without the sentences of the excerpt, which stands below it."""
    if summary is None or hit.comment is not None:
        return summary
    kept = (
        sentence
        for sentence in summary.sentences
        if sentence.text not in hit.excerpt and hit.excerpt not in sentence.text
    )
    return replace(summary, sentences=tuple(kept))


def _article(number: int, entry: DigestEntry, room: int) -> str:
    """A headline with the summary or comments below it and the source beside it; without a body, the source
    is below. The headline is shortened last."""
    frame = utf16_length(f"**{number}. **\n")
    title = truncate(entry.article.title, room - frame - MIN_TEXT)
    body = _body(entry, room - frame - utf16_length(title))
    if not body:
        source = _source_line(entry)
        title = truncate(entry.article.title, room - frame - utf16_length(source))
        return f"**{number}. {title}**\n{source}".strip()
    source = _inline_source(entry)
    rest = room - frame - utf16_length(title) - utf16_length(source)
    if rest >= min(2 * MIN_TEXT, utf16_length(body)):
        return f"**{number}. {title}**{source}\n{_body(entry, rest)}"
    return f"**{number}. {title}**\n{body}"


def _source_line(entry: DigestEntry) -> str:
    """In small print: courier.example · 12 March 2024 · 38 comments"""
    article = entry.article
    return small(
        truncate(article.source, MAX_SOURCE) if article.source else "",
        time(article.posted_at) if article.posted_at else "",
        _comment_count(entry),
    )


def _comment_count(entry: DigestEntry) -> str:
    """The comments of the article, or of all threads of its story if the post is about them."""
    digest, article = entry.comment_digest, entry.article
    if digest is not None and has_other_threads(digest.threads, article.id, article.key):
        return msg("comments", count=digest.total)
    return format.comment_count(article) if article.comment_count else ""


def _inline_source(entry: DigestEntry) -> str:
    """· courier.example · 12/03/2024, or · 38 comments if the body is about the comments"""
    article = entry.article
    parts = [truncate(article.source, MAX_SOURCE)] if article.source else []
    if entry.comment_digest is not None:
        parts.append(_comment_count(entry))
    elif article.posted_at:
        parts.append(time(article.posted_at, "d"))
    return "".join(f" · {part}" for part in parts)


def _body(entry: DigestEntry, room: int) -> str:
    """The summary or the first theme of the comments, depending on the style, or what a single comment says;
    empty if there is none or it does not fit."""
    comment_digest, summary = entry.comment_digest, entry.summary
    if comment_digest is None:
        return _sentences(summary, room) if summary is not None and summary.sentences else ""
    opening, quotes = "", comment_digest.single_points or comment_digest.few
    if themes := comment_digest.quotable_themes:
        opening, quotes = strings_of_digests.theme_mentions(themes[0]), themes[0].quotes
    elif comment_digest.themes and not quotes:
        opening = strings_of_digests.theme_mentions(comment_digest.themes[0])
    if quotes:
        quote = _quote(quotes[0], room - utf16_length(dotted(opening, "“")))
        if quote:
            return dotted(opening, quote)
    return opening if utf16_length(opening) <= room else ""


def _quote(quote: Quote, room: int) -> str:
    """The quote and its author; empty if less than MIN_TEXT of it fits."""
    key, author = "digest-quote", author_name(quote.author[:40])
    if not is_neat(quote.text):
        key, author = "comment-digest-quote-within", f"*{author}*"
    rest = room - utf16_length(msg(key, quote="", author=author))
    text = source_text.excerpt(quote.text, rest, one_line=True)
    if rest < MIN_TEXT and text != source_text.excerpt(quote.text, MAX_ENTRY, one_line=True):
        return ""
    return with_source(msg(key, quote=text, author=author), quote.link, room)


def _sentences(summary: Summary, room: int) -> str:
    """The whole sentences that fit, on one line, or the beginning of the first."""
    text = ""
    for sentence in summary.sentences:
        if len(sentence.text) > MAX_MARKUP * room:
            break
        longer = f"{text} {source_text.markdown(sentence.text, slurs=False, one_line=True)}".strip()
        if utf16_length(longer) > room:
            break
        text = longer
    return text or source_text.excerpt(summary.sentences[0].text, room, slurs=False, one_line=True)
