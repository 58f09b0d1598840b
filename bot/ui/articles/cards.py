"""Articles and comments as cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.answers import Summary
from bot.domain.articles import DELETED, Article, Comment, CommentPage
from bot.i18n import formats, msg
from bot.text.language.markup import head, plain
from bot.ui.articles import strings
from bot.ui.kit import format, llm_text, routes, source_text
from bot.ui.kit.card import Button, Card, Colour, RouteOption, page_buttons, share_button
from bot.ui.kit.format import dotted, small
from bot.ui.kit.limits import MAX_OPTIONS
from bot.ui.kit.markdown import time, web_address
from bot.ui.kit.truncate import truncate

COMMENTS_PAGE_SIZE = 5
SUMMARY_LENGTHS = (3, 6, 12)
"""The number of sentences of a short, a medium and a long summary."""
MAX_HEADLINE = 400
"""The maximum length of a headline, escaped."""
MAX_MARKUP = 4
"""A sentence of this many times the room is not measured: it cannot fit."""
MAX_LABEL_TEXT = 2_000
"""The characters of a comment that are read for the label of an option."""


def article(
    article: Article,
    summary: Summary,
    length: int = SUMMARY_LENGTHS[0],
    *,
    share: bool,
    another: bool = False,
    follow: bool = False,
    discuss: bool = False,
) -> Card:
    """An article's card: headline, origin, summary and buttons. `length` is the requested number of
    sentences; `another` adds a button for another random article, `follow` one for notices of new comments,
    `discuss` one that opens a thread about it."""
    card = _article_card(article)
    text, sources = llm_text.lines(summary.written, lambda citation: "")
    body = text or sentences(summary, card.remaining_text - 400) or small(msg("article-headline-only"))
    card.add_text(body, sources)
    card.add_gap()
    card.add_text(
        small(
            msg("article-reading-time", minutes=summary.minutes) if summary.sentence_count else "",
            format.comment_count(article),
            *(truncate(terms, 120) for terms in strings.key_terms(summary.terms)),
        ),
        small(llm_text.provenance(summary.written)),
    )
    card.add_buttons(*_length_buttons(summary, length))
    card.add_buttons(
        Button(msg("article-full-text"), routes.text(article.id)) if article.paragraphs else None,
        comments_button(article.id) if article.comment_count else None,
        comment_digest_button(article.id) if article.comment_count else None,
        Button(msg("button-ask"), str(article.id), "about"),
        Button(msg("article-another"), routes.random()) if another else None,
        Button(msg("button-follow"), routes.article(article.id), "follow") if follow else None,
        share_button(routes.article(article.id, length), share),
        Button(msg("article-discuss"), str(article.id), "discuss") if discuss else None,
        link=_original(article.link),
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


def comments(page: CommentPage, *, share: bool) -> Card:
    """A page of an article's comments, each with its author and time."""
    article = page.article.id
    card = Card(Colour.COMMENTS, msg("comments-heading", title=headline(page.article)))
    for comment in page.comments:
        card.add_separator()
        card.add_text(comment_heading(comment), source_text.excerpt(comment.text, 420, linked=True))
    card.add_separator()
    card.add_text(small(_listing(page)))
    count = -(-page.total // COMMENTS_PAGE_SIZE)

    is_thread = page.order == "thread"
    here, other = routes.comments, routes.newest_comments
    if page.has_replies and not is_thread:
        here, other = other, here

    def route(number: int) -> str:
        return here(article, number * COMMENTS_PAGE_SIZE)

    card.add_buttons(
        *page_buttons(page.offset // COMMENTS_PAGE_SIZE, count, route),
        article_button(article),
        comment_digest_button(article) if page.total else None,
        share_button(here(article, page.offset), share),
        link=_original(page.article.discussion),
    )
    order = msg("comments-newest-button" if is_thread else "comments-thread-button")
    card.add_buttons(Button(order, other(article)) if page.has_replies else None)
    options = [
        comment_option(comment.id, comment.author, comment.text, formats.day(comment.posted_at))
        for comment in page.comments
    ]
    card.add_select(msg("comments-read-in-full"), options)
    if count > 2:
        card.add_select(msg("comments-go-to"), _page_options(count, page.total, route), "go")
    return card


def comment(comment: Comment, article: Article, pages: Sequence[str], page: int, *, share: bool) -> Card:
    """A comment, or one page of it; `pages` are markdown."""
    card = Card(Colour.COMMENTS, comment_heading(comment), pages[page])
    on = msg("comment-on", title=truncate(article.title, 200))
    card.add_text(small(on, format.page_of(page, len(pages))))
    card.add_buttons(
        *page_buttons(page, len(pages), lambda other: routes.comment(comment.id, other)),
        article_button(article.id),
        share_button(routes.comment(comment.id, page), share),
        link=_original(comment.link or article.discussion),
    )
    parent = comment.parent
    card.add_buttons(
        Button(msg("comment-surrounding"), routes.comment_in_list(comment.id)),
        Button(msg("comment-parent"), routes.comment(parent)) if parent is not None else None,
    )
    return card


def _original(link: str | None) -> tuple[str, str] | None:
    address = web_address(link)
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


def comment_heading(comment: Comment) -> str:
    """**oysterjo** · replying to *netmender* · 12 March 2024 11:02 · 7 points"""
    name = f"**{author_name(comment.author)}**"
    replying = replying_to(comment.replies_to)
    return dotted(name, replying, time(comment.posted_at, "f"), format.points(comment.score))


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


def attribution(author: str | None, posted_at: datetime | None, replies_to: str | None = None) -> str:
    """*netmender*, replying to *oysterjo*, 12 March 2024 09:14"""
    when = time(posted_at, "f") if posted_at else ""
    return ", ".join(filter(None, [f"*{author_name(author or '')}*", replying_to(replies_to), when]))


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


def _length_buttons(summary: Summary, length: int) -> list[Button]:
    """Buttons for the next shorter and longer summaries, if these differ by more than one sentence."""
    shown = len(summary.sentences)
    shorter = [count for count in SUMMARY_LENGTHS if count < min(length, shown)][-1:]
    has_more = summary.sentence_count > shown + 1
    longer = [count for count in SUMMARY_LENGTHS if count > length and has_more][:1]
    return [
        *(Button(msg("article-shorter"), routes.article(summary.article, count)) for count in shorter),
        *(Button(msg("article-longer"), routes.article(summary.article, count)) for count in longer),
    ]


def _listing(page: CommentPage) -> str:
    """1–5 of 47 · newest first · 1 more was deleted"""
    deleted = page.article.comment_count - page.total
    if not page.comments:
        return msg("comments-all-deleted", count=deleted) if deleted > 0 else msg("comments-none")
    return dotted(
        format.item_range(page.offset, len(page.comments), page.total),
        msg("comments-in-thread" if page.order == "thread" else "comments-newest-first"),
        msg("comments-deleted", count=deleted) if deleted > 0 else "",
    )


def _page_options(count: int, total: int, route: routes.PageRoute) -> list[RouteOption]:
    """At most MAX_OPTIONS pages of a long list of comments, evenly distributed, including the first and the
    last."""
    step = max(1.0, (count - 1) / (MAX_OPTIONS - 1))
    pages = sorted({min(count - 1, round(number * step)) for number in range(min(MAX_OPTIONS, count))})
    options = []
    for number in pages:
        offset = number * COMMENTS_PAGE_SIZE
        shown = format.number_range(offset, min(COMMENTS_PAGE_SIZE, total - offset))
        options.append(RouteOption(msg("comments-range", range=shown), route(number)))
    return options
