"""Articles as cards, and what all cards with comments have in common."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.answers import Summary
from bot.domain.articles import DELETED, Article, Comment
from bot.domain.stories import Story, count_story
from bot.i18n import msg
from bot.text.language.markup import head, plain
from bot.ui.articles import strings
from bot.ui.kit import format, llm_text, routes, source_text
from bot.ui.kit.card import Button, Card, Colour, RouteOption, page_buttons, share_button
from bot.ui.kit.format import dotted, small
from bot.ui.kit.markdown import link, time, web_address
from bot.ui.kit.truncate import truncate, utf16_length

SUMMARY_LENGTHS = (3, 6, 12)
"""The number of sentences of a short, a medium and a long summary."""
MAX_HEADLINE = 400
"""The maximum length of a headline, escaped."""
MAX_MARKUP = 4
"""A sentence of this many times the room is not measured: it cannot fit."""
MAX_MARKS = 5
"""The depth up to which the headings of replies are marked."""
MAX_SOURCE_LINK = 160
"""The longest address that stands in the heading of a comment."""
MAX_PLACE = 60
"""The maximum length of the place of a thread in a line of text, escaped."""
MAX_LABEL_TEXT = 2_000
"""The characters of a comment that are read for the label of an option."""


def article(
    article: Article,
    summary: Summary,
    length: int = SUMMARY_LENGTHS[0],
    *,
    share: bool,
    story: Story | None = None,
    another: bool = False,
    follow: bool = False,
    discuss: bool = False,
) -> Card:
    """An article's card: headline, origin, summary and buttons. `length` is the requested number of
    sentences; the text may be that of another thread of the `story`. `another` adds a button for another
    random article, `follow` one for notices of new comments, `discuss` one that opens a thread about it."""
    story = story or Story(article.id, ())
    text = article.id if article.paragraphs else story.text
    has_comments = bool(article.comment_count or story.comments)
    card = _article_card(article)
    written, sources = llm_text.lines(summary.written, lambda citation: "")
    body = written or sentences(summary, card.remaining_text - 400) or small(msg("article-headline-only"))
    card.add_text(body, sources)
    card.add_gap()
    card.add_text(
        small(
            msg("article-reading-time", minutes=summary.minutes) if summary.sentence_count else "",
            format.comment_count(article)
            if story.comments <= article.comment_count
            else msg("comments", count=story.comments),
            strings.story_size(count_story(story.threads)),
            *(truncate(terms, 120) for terms in strings.key_terms(summary.terms)),
        ),
        small(llm_text.provenance(summary.written)),
    )
    card.add_buttons(*_length_buttons(article.id, summary, length))
    card.add_buttons(
        Button(msg("article-full-text"), routes.text(text)) if text is not None else None,
        comments_button(article.id) if has_comments else None,
        comment_digest_button(article.id) if has_comments else None,
        timeline_button(article.id) if len(story.threads) > 1 else None,
        Button(msg("button-ask"), str(article.id), "about"),
        Button(msg("article-another"), routes.random()) if another else None,
        Button(msg("button-follow"), routes.article(article.id), "follow") if follow else None,
        share_button(routes.article(article.id, length), share),
        Button(msg("article-discuss"), str(article.id), "discuss") if discuss else None,
        link=original_link(article.link),
    )
    return card


def full_text(article: Article, pages: Sequence[str], page: int, *, share: bool) -> Card:
    """One page of the article's text; `pages` are markdown."""
    card = _article_card(article)
    card.add_text(pages[page] or small(msg("article-headline-only")))
    card.add_text(small(format.page_of(page, len(pages))))
    card.add_buttons(
        *page_buttons(page, len(pages), lambda other: routes.text(article.id, other)),
        article_button(article.id),
        share_button(routes.text(article.id, page), share),
    )
    return card


def original_link(address: str | None) -> tuple[str, str] | None:
    """The label and the address of a link button to the source; None if the address cannot be linked."""
    address = web_address(address)
    return (msg("article-original"), address) if address else None


def article_button(article: int) -> Button:
    """The button to an article's card."""
    return Button(msg("button-article"), routes.article(article))


def comments_button(article: int) -> Button:
    """The button to an article's comments."""
    return Button(msg("button-comments"), routes.comments(article))


def comment_digest_button(article: int) -> Button:
    """The button to what people say about an article."""
    return Button(msg("button-what-people-say"), routes.comment_digest(article))


def timeline_button(article: int) -> Button:
    """The button to the threads of an article's story, and the other reports of its event."""
    return Button(msg("button-timeline"), routes.timeline(article))


def headline(article: Article) -> str:
    """The title on one line, at most MAX_HEADLINE long."""
    return truncate(article.title, MAX_HEADLINE)


def origin(article: Article) -> str:
    """courier.example · r/harbour · *tidewatcher* · first comment 12 March 2024 · 7 points"""
    day = time(article.posted_at) if article.posted_at else ""
    return dotted(
        truncate(article.source or "", 100),
        # Elsewhere it is a community.
        f"{'c' if article.discussion else 'r'}/{truncate(article.subreddit, 50)}"
        if article.subreddit
        else "",
        f"*{truncate(article.submitter, 80)}*" if article.submitter else "",
        msg("article-first-comment", day=day) if day and article.inferred else day,
        format.points(article.score),
        msg("article-adults-only") if article.over_18 else "",
    )


def comment_heading(comment: Comment, depth: int = 0, place: str = "") -> str:
    """↳ **oysterjo** · replying to *netmender* · r/harbour · 12 March 2024 11:02 · 7 points · ↗

    The marks tell how deep a comment stands below others, the arrow leads to its source. The place is named
    where comments of several threads stand together."""
    marks = "↳" * min(depth, MAX_MARKS)
    name = f"{marks} **{author_name(comment.author)}**".strip()
    when = time(comment.posted_at, "f")
    score = format.points(comment.score)
    where = truncate(place, MAX_PLACE)
    return dotted(name, replying_to(comment.replies_to), where, when, score, at_source(comment.link))


def at_source(address: str | None) -> str:
    """An arrow that leads to a comment at its source; empty if the address is unknown, or too long to stand
    in a text of limited length."""
    short = address if address is not None and len(address) <= MAX_SOURCE_LINK else None
    return link("↗", short) or ""


def replying_to(author: str | None) -> str:
    """replying to *netmender*; empty for no reply"""
    if author is None:
        return ""
    name = f"*{author_name(author)}*"
    return msg("comment-replying", author=name) if author else msg("comment-replying-missing")


def comment_option(comment: int, author: str, text: str, description: str = "") -> RouteOption:
    """The option of a select menu that opens a comment."""
    return RouteOption(f"{author}: {plain(head(text, MAX_LABEL_TEXT))}", routes.comment(comment), description)


def author_name(name: str) -> str:
    """A commenter's name, truncated and escaped."""
    return msg("author-deleted") if name == DELETED else truncate(name, 80) or msg("author-unnamed")


def with_source(text: str, address: str | None, room: int) -> str:
    """A quote with the arrow to its source behind it, if that fits into `room`."""
    linked = f"{text} {at_source(address)}".rstrip()
    return linked if utf16_length(linked) <= room else text


def attribution(
    author: str | None,
    posted_at: datetime | None,
    replies_to: str | None = None,
    address: str | None = None,
    place: str = "",
    *,
    score: int | None = None,
) -> str:
    """*netmender*, replying to *oysterjo*, r/harbour, 7 points, 12 March 2024 09:14 ↗"""
    details = attribution_details(posted_at, replies_to, place=place, score=score)
    who = ", ".join(filter(None, (name_of_author(author), details)))
    return f"{who} {at_source(address)}".rstrip()


def name_of_author(author: str | None) -> str:
    """*netmender*"""
    return f"*{author_name(author or '')}*"


def attribution_details(
    posted_at: datetime | None,
    replies_to: str | None = None,
    address: str | None = None,
    place: str = "",
    *,
    score: int | None = None,
) -> str:
    """What follows the name: replying to *oysterjo*, r/harbour, 7 points, 12 March 2024 09:14 ↗"""
    when = time(posted_at, "f") if posted_at else ""
    parts = [replying_to(replies_to), truncate(place, MAX_PLACE), format.points(score), when]
    return f"{', '.join(filter(None, parts))} {at_source(address)}".strip()


def sentences(summary: Summary, room: int) -> str:
    """The sentences of a summary that fit into `room`, never cut; each paragraph starts a new line."""
    text = ""
    last = None
    for sentence in summary.sentences:
        if len(sentence.text) > MAX_MARKUP * room:
            break
        separator = "" if last is None else "\n" if sentence.paragraph != last else " "
        longer = text + separator + source_text.markdown(sentence.text, slurs=False)
        if len(longer) > room:
            break
        text = longer
        last = sentence.paragraph
    if not text and summary.sentences:
        return source_text.excerpt(summary.sentences[0].text, room, slurs=False)
    return text


def _article_card(article: Article) -> Card:
    card = Card(Colour.ARTICLE, f"### {headline(article)}", origin(article))
    card.add_gap()
    return card


def _length_buttons(article: int, summary: Summary, length: int) -> list[Button]:
    """Buttons for the next shorter and longer summaries, if these differ by more than one sentence."""
    shown = len(summary.sentences)
    shorter = [count for count in SUMMARY_LENGTHS if count < min(length, shown)][-1:]
    has_more = summary.sentence_count > shown + 1
    longer = [count for count in SUMMARY_LENGTHS if count > length and has_more][:1]
    return [
        *(Button(msg("article-shorter"), routes.article(article, count)) for count in shorter),
        *(Button(msg("article-longer"), routes.article(article, count)) for count in longer),
    ]
