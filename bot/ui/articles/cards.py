"""Articles and comments as cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.answers import Summary
from bot.domain.articles import DELETED, Article, Comment, CommentPage
from bot.text.language.slurs import mask_slurs, slur_spans
from bot.ui.articles import strings
from bot.ui.kit import format, llm_text, routes
from bot.ui.kit.card import Button, Card, Colour, RouteOption, page_buttons, share_button
from bot.ui.kit.format import dotted, small
from bot.ui.kit.limits import MAX_OPTIONS
from bot.ui.kit.markdown import line, time, web_address
from bot.ui.kit.truncate import truncate, truncate_marked

COMMENTS_PAGE_SIZE = 5
SUMMARY_LENGTHS = (3, 6, 12)
"""The number of sentences of a short, a medium and a long summary."""
MAX_HEADLINE = 400
"""The maximum length of a headline, escaped."""


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
    card.add_text(
        text or sentences(summary, card.remaining_text - 300) or small(strings.HEADLINE_ONLY), sources
    )
    card.add_gap()
    card.add_text(
        small(*(truncate(terms, 120) for terms in strings.key_terms(summary.terms))),
        small(strings.reading(summary, article.comment_count)),
        small(llm_text.provenance(summary.written)),
    )
    link = web_address(article.link)
    card.add_buttons(*_length_buttons(summary, length))
    card.add_buttons(
        Button("Full text", routes.text(article.id)) if article.paragraphs else None,
        Button("Comments", routes.comments(article.id)) if article.comment_count else None,
        Button("Comment digest", routes.comment_digest(article.id)) if article.comment_count else None,
        Button("Ask about this", str(article.id), "about"),
        Button("Another", routes.random()) if another else None,
        Button("Follow", routes.article(article.id), "follow") if follow else None,
        share_button(routes.article(article.id, length), share),
        Button("Discuss", str(article.id), "discuss") if discuss else None,
        link=("Original", link) if link else None,
    )
    return card


def full_text(article: Article, pages: Sequence[str], page: int, *, share: bool) -> Card:
    """One page of the article's text; `pages` are markdown."""
    card = _article_card(article)
    card.add_text(pages[page] or small(strings.HEADLINE_ONLY))
    card.add_text(small(format.page_of(page, len(pages))))
    card.add_buttons(
        *page_buttons(page, len(pages), lambda other: routes.text(article.id, other)),
        Button("Article", routes.article(article.id)),
        share_button(routes.text(article.id, page), share),
    )
    return card


def comments(page: CommentPage, *, share: bool) -> Card:
    """A page of an article's comments, each with its author and time."""
    article = page.article.id
    card = Card(Colour.COMMENTS, f"### Comments: {headline(page.article)}")
    for comment in page.comments:
        card.add_separator()
        card.add_text(comment_heading(comment), comment_excerpt(comment.text, 420))
    card.add_separator()
    card.add_text(small(strings.listing(page)))
    count = -(-page.total // COMMENTS_PAGE_SIZE)

    def route(number: int) -> str:
        return routes.comments(article, number * COMMENTS_PAGE_SIZE)

    card.add_buttons(
        *page_buttons(page.offset // COMMENTS_PAGE_SIZE, count, route),
        Button("Article", routes.article(article)),
        Button("Comment digest", routes.comment_digest(article)) if page.total else None,
        share_button(routes.comments(article, page.offset), share),
    )
    options = [
        comment_option(comment.id, comment.author, comment.text, format.day(comment.posted_at))
        for comment in page.comments
    ]
    card.add_select("Read in full…", options)
    if count > 2:
        card.add_select("Go to…", _page_options(count, page.total, route), "go")
    return card


def comment(comment: Comment, article: Article, pages: Sequence[str], page: int, *, share: bool) -> Card:
    """A comment, or one page of it; `pages` are markdown."""
    card = Card(Colour.COMMENTS, comment_heading(comment), pages[page])
    card.add_text(small(f"on {truncate(article.title, 200)}", format.page_of(page, len(pages))))
    card.add_buttons(
        *page_buttons(page, len(pages), lambda other: routes.comment(comment.id, other)),
        Button("Article", routes.article(article.id)),
        share_button(routes.comment(comment.id, page), share),
    )
    card.add_buttons(
        Button("Among the others", routes.comment_in_list(comment.id)),
        Button("What it answers", routes.comment(comment.parent)) if comment.parent is not None else None,
    )
    return card


def headline(article: Article) -> str:
    """The title on one line, at most MAX_HEADLINE long."""
    return truncate(article.title, MAX_HEADLINE)


def origin(article: Article) -> str:
    """In small print: courier.example · posted by tidewatcher · 12 March 2024 (time inferred from ...)"""
    inferred = " (time inferred from the first comment)" if article.inferred else ""
    return small(
        truncate(article.source or "", 100),
        f"r/{truncate(article.subreddit, 50)}" if article.subreddit else "",
        f"posted by {truncate(article.submitter, 80)}" if article.submitter else "",
        time(article.posted_at) + inferred if article.posted_at else "",
        format.points(article.score),
        "marked 18+" if article.over_18 else "",
    )


def comment_heading(comment: Comment) -> str:
    """**oysterjo** · 12 March 2024 11:02 · 7 points"""
    name = f"**{author_name(comment.author)}**"
    return dotted(name, time(comment.posted_at, "f"), format.points(comment.score))


def comment_option(comment: int, author: str, text: str, description: str = "") -> RouteOption:
    """The option of a select menu that opens a comment."""
    return RouteOption(f"{author}: {mask_slurs(text)}", routes.comment(comment), description)


def author_name(name: str) -> str:
    """A commenter's name, truncated and escaped."""
    return "deleted account" if name == DELETED else truncate(name, 80) or "nameless"


def attribution(author: str | None, posted_at: datetime | None) -> str:
    """*netmender*, 12 March 2024 09:14"""
    name = f"*{author_name(author or '')}*"
    return f"{name}, {time(posted_at, 'f')}" if posted_at else name


def comment_excerpt(text: str, limit: int) -> str:
    """The beginning of a comment, at most `limit` long, with slurs behind spoilers."""
    return masked(text, slur_spans(text[: 2 * limit]), limit)


def masked(text: str, masks: Sequence[tuple[int, int]], limit: int) -> str:
    """A commenter's text, at most `limit` long, with the given spans behind spoilers."""
    return truncate_marked(text, masks, limit, "||") if masks else truncate(text, limit)


def sentences(summary: Summary, room: int) -> str:
    """The sentences of a summary that fit into `room`, never cut; each paragraph starts a new line."""
    text = ""
    last = None
    for sentence in summary.sentences:
        separator = "" if last is None else "\n" if sentence.paragraph != last else " "
        longer = text + separator + line(sentence.text)
        if len(longer) > room:
            break
        text = longer
        last = sentence.paragraph
    if not text and summary.sentences:
        return truncate(summary.sentences[0].text, room)
    return text


def _article_card(article: Article) -> Card:
    card = Card(Colour.ARTICLE, f"### {headline(article)}", origin(article))
    card.add_gap()
    return card


def _length_buttons(summary: Summary, length: int) -> list[Button]:
    """Buttons for the next shorter and longer summaries, if these differ by more than one sentence."""
    shown = len(summary.sentences)
    shorter = [count for count in SUMMARY_LENGTHS if count < min(length, shown)][-1:]
    has_more = summary.sentence_count > shown + 1 and shown >= length
    longer = [count for count in SUMMARY_LENGTHS if count > length and has_more][:1]
    return [
        *(Button("Shorter", routes.article(summary.article, count)) for count in shorter),
        *(Button("Longer", routes.article(summary.article, count)) for count in longer),
    ]


def _page_options(count: int, total: int, route: routes.PageRoute) -> list[RouteOption]:
    """At most MAX_OPTIONS pages of a long list of comments, evenly distributed, including the first and the
    last."""
    step = max(1.0, (count - 1) / (MAX_OPTIONS - 1))
    pages = sorted({min(count - 1, round(number * step)) for number in range(min(MAX_OPTIONS, count))})
    size = COMMENTS_PAGE_SIZE
    return [
        RouteOption(f"Comments {number * size + 1:,}–{min(total, (number + 1) * size):,}", route(number))
        for number in pages
    ]
