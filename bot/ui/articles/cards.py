"""Articles, comments and hits as cards."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.answers import Summary
from bot.domain.articles import DELETED, Article, Comment, CommentPage, Stats
from bot.domain.search import Filters, Hit, Order, Place, SearchPage
from bot.text.language.slurs import hidden, slurs
from bot.ui.kit import format, llm_text, routes
from bot.ui.kit.card import Button, Card, Colour, Option
from bot.ui.kit.markdown import line, time, web_address
from bot.ui.kit.routes import SearchRoute
from bot.ui.kit.truncate import truncate, truncate_marked

HITS_PAGE_SIZE = 5
"""Hits on one card: about a phone's screen."""
COMMENTS_PAGE_SIZE = 5
SUMMARY_LENGTHS = (3, 6, 12)
"""Sentences of a short, a medium and a long summary."""
MAX_HEADLINE = 400
"""The most that a headline may take of a card, escaped."""


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
    """Headline, where it is from, the sentences that carry it, and the ways on; `length` is how many of them
    were asked for, `another` offers a further random article, `follow` to be told of new comments, `discuss`
    a thread for it."""
    card = Card(Colour.ARTICLE)
    card.add_text(f"### {headline(article)}", origin(article))
    card.add_gap()
    text, sources = llm_text.lines(summary.written, lambda one: "")
    card.add_text(
        text or sentences(summary, card.remaining_text - 300) or f"-# {format.HEADLINE_ONLY}", sources
    )
    card.add_gap()
    about = [truncate(one, 120) for one in format.key_terms(summary.terms)]
    card.add_text(
        *([f"-# {' · '.join(about)}"] if about else []),
        f"-# {format.reading(summary, article.comment_count)}",
        *([f"-# {how}"] if (how := llm_text.provenance(summary.written)) else []),
    )
    link = web_address(article.link)
    card.add_buttons(*_lengths(summary, length))
    card.add_buttons(
        Button("Full text", routes.text(article.id)) if article.paragraphs else None,
        Button("Comments", routes.comments(article.id)) if article.comment_count else None,
        Button("Comment digest", routes.comment_digest(article.id)) if article.comment_count else None,
        Button("Ask about this", str(article.id), "about"),
        Button("Another", routes.RANDOM) if another else None,
        Button("Follow", routes.article(article.id), "follow") if follow else None,
        Button("Share", routes.article(article.id, length), "share") if share else None,
        Button("Discuss", str(article.id), "discuss") if discuss else None,
        link=("Original", link) if link else None,
    )
    return card


def full_text(article: Article, pages: Sequence[str], page: int, *, share: bool) -> Card:
    """One of the pages into which the article's text was split, markdown already."""
    card = Card(Colour.ARTICLE)
    card.add_text(f"### {headline(article)}", origin(article))
    card.add_gap()
    card.add_text(pages[page] or f"-# {format.HEADLINE_ONLY}")
    if len(pages) > 1:
        card.add_text(f"-# page {page + 1} of {len(pages)}")
    card.add_buttons(
        *_turning(page, len(pages), lambda n: routes.text(article.id, n)),
        Button("Article", routes.article(article.id)),
        Button("Share", routes.text(article.id, page), "share") if share else None,
    )
    return card


def comments(page: CommentPage, *, share: bool) -> Card:
    """Some comments of an article, each with its author and time."""
    card = Card(Colour.COMMENTS)
    at = page.article.id
    card.add_text(f"### Comments: {headline(page.article)}")
    for one in page.comments:
        card.add_separator()
        card.add_text(comment_heading(one), comment_excerpt(one.text, 420))
    card.add_separator()
    card.add_text(f"-# {format.listing(page)}")
    count = -(-page.total // COMMENTS_PAGE_SIZE)
    card.add_buttons(
        *_turning(
            page.offset // COMMENTS_PAGE_SIZE, count, lambda n: routes.comments(at, n * COMMENTS_PAGE_SIZE)
        ),
        Button("Article", routes.article(at)),
        Button("Comment digest", routes.comment_digest(at)) if page.total else None,
        Button("Share", routes.comments(at, page.offset), "share") if share else None,
    )
    card.add_select("Read in full…", [_comment_option(one) for one in page.comments])
    if count > 2:
        card.add_select("Go to…", _pages(at, count, page.total), "go")
    return card


def comment(one: Comment, on: Article, pages: Sequence[str], page: int, *, share: bool) -> Card:
    """One comment in full, or one page of it, markdown already."""
    card = Card(Colour.COMMENTS)
    card.add_text(comment_heading(one), pages[page])
    parts = [f"on {truncate(on.title, 200)}"]
    if len(pages) > 1:
        parts.append(f"page {page + 1} of {len(pages)}")
    card.add_text(f"-# {' · '.join(parts)}")
    card.add_buttons(
        *_turning(page, len(pages), lambda n: routes.comment(one.id, n)),
        Button("Article", routes.article(on.id)),
        Button("Share", routes.comment(one.id, page), "share") if share else None,
    )
    card.add_buttons(
        Button("Among the others", routes.comment_in_list(one.id)),
        Button("What it answers", routes.comment(one.parent)) if one.parent is not None else None,
    )
    return card


def hits(
    page: SearchPage, sought: SearchRoute, filters: Filters, *, share: bool, follow: bool = False
) -> Card:
    """One page of what a search found, or the spelling it tried; `sought` makes the buttons' addresses,
    `follow` offers to be told of what loads bring for it."""
    card = Card(Colour.SEARCH)
    query = truncate(page.query, 200)
    narrowed = [line(part) for part in format.search_scope(filters, sought.place, sought.order)]
    if page.instead is None:
        card.add_text(" · ".join([f"**{query}**", format.thread_count(page), *narrowed]))
    else:
        found = " · ".join([format.thread_count(page), *narrowed])
        card.add_text(f"0 threads for “{query}”. Showing **“{truncate(page.instead, 200)}”** ({found}).")
    _list(card, page.hits, page.offset)
    shown = format.item_range(page.offset, len(page.hits), page.total, page.capped)
    card.add_text(f"-# {' · '.join(filter(None, [shown, format.matching(page)]))}")
    more = page.capped or page.offset + HITS_PAGE_SIZE < page.total
    turning = more or page.offset > 0
    card.add_buttons(
        Button("‹", sought.route(page.offset - HITS_PAGE_SIZE) if page.offset else None) if turning else None,
        Button("›", sought.route(page.offset + HITS_PAGE_SIZE) if more else None) if turning else None,
        _other_order(sought),
        _other_place(sought),
        Button("Follow", sought.route(0), "follow") if follow and page.instead is None else None,
        Button("Share", sought.route(page.offset), "share") if share else None,
    )
    card.add_select(
        "Jump to…", [option for n, hit in enumerate(page.hits, page.offset + 1) for option in _ways(n, hit)]
    )
    return card


def no_hits(
    page: SearchPage,
    sought: SearchRoute,
    filters: Filters,
    stats: Stats,
    *,
    everything: SearchRoute | None = None,
    follow: bool = False,
) -> Card:
    """What was searched, for what, and what might find more: `everything` is the search as wide as it can be,
    `follow` offers to be told when a load brings something."""
    card = Card(Colour.SEARCH)
    narrowed = [line(part) for part in format.search_scope(filters, sought.place, "relevance")[1:]]
    card.add_text(
        format.nothing_found(f"“{truncate(page.query, 300)}”", narrowed, format.archive_size(stats))
    )
    card.add_buttons(
        Button("Search everything", everything.route(0)) if everything is not None else None,
        Button("Follow", sought.route(0), "follow") if follow else None,
    )
    return card


def mentioned_articles(found: Sequence[Hit]) -> Card:
    """The articles that a message speaks of."""
    card = Card(Colour.SEARCH)
    card.add_text(f"**In the archive** · {format.counted(len(found), 'article')}")
    _list(card, found, 0)
    card.add_select("Open…", [option for n, hit in enumerate(found, 1) for option in _ways(n, hit)])
    return card


def headline(article: Article) -> str:
    """The title, on one line, within its share of a card."""
    return truncate(article.title, MAX_HEADLINE)


def origin(article: Article) -> str:
    """Small: courier.example · posted by tidewatcher · 12 March 2024 (time inferred from ...)"""
    parts = []
    if article.source:
        parts.append(truncate(article.source, 100))
    if article.subreddit:
        parts.append(f"r/{truncate(article.subreddit, 50)}")
    if article.submitter:
        parts.append(f"posted by {truncate(article.submitter, 80)}")
    if article.posted_at:
        inferred = " (time inferred from the first comment)" if article.inferred else ""
        parts.append(time(article.posted_at) + inferred)
    if article.score is not None:
        parts.append(format.counted(article.score, "point"))
    if article.over_18:
        parts.append("marked 18+")
    return f"-# {' · '.join(parts)}" if parts else ""


def comment_heading(one: Comment) -> str:
    """**oysterjo** · 12 March 2024 11:02 · 7 points"""
    parts = [f"**{author_name(one.author)}**", time(one.posted_at, "f")]
    if one.score is not None:
        parts.append(format.counted(one.score, "point"))
    return " · ".join(parts)


def author_name(name: str) -> str:
    """A commenter's name, short and harmless."""
    return "deleted account" if name == DELETED else truncate(name, 80) or "nameless"


def comment_excerpt(text: str, limit: int) -> str:
    """A commenter's words, at most `limit` long, slurs behind a spoiler."""
    spans = slurs(text[: 2 * limit])
    return truncate_marked(text, spans, limit, "||") if spans else truncate(text, limit)


def sentences(summary: Summary, room: int) -> str:
    """The sentences, whole ones as far as they go; a new line where the article has a new paragraph."""
    said = ""
    last = None
    for sentence in summary.sentences:
        text = line(sentence.text)
        joint = "" if last is None else "\n" if sentence.paragraph != last else " "
        if len(said) + len(joint) + len(text) > room:
            break
        said += joint + text
        last = sentence.paragraph
    if not said and summary.sentences:
        return truncate(summary.sentences[0].text, room)
    return said


def _lengths(summary: Summary, length: int) -> list[Button]:
    """The next shorter and the next longer summary, where that is another one by more than a sentence."""
    shown = len(summary.sentences)
    shorter = [one for one in SUMMARY_LENGTHS if one < min(length, shown)][-1:]
    longer = [one for one in SUMMARY_LENGTHS if one > length and summary.of > shown + 1 and shown >= length][
        :1
    ]
    return [
        *(Button("Shorter", routes.article(summary.article, one)) for one in shorter),
        *(Button("Longer", routes.article(summary.article, one)) for one in longer),
    ]


def _list(card: Card, hits: Sequence[Hit], offset: int) -> None:
    for place, hit in enumerate(hits, offset + 1):
        card.add_separator()
        card.add_text(*_hit(place, hit))
    card.add_separator()


def _hit(place: int, hit: Hit) -> tuple[str, ...]:
    """The title, small where the thread is from, the piece that matches as a quotation, and, where that is a
    comment's, small whose."""
    origin = [truncate(hit.source, 60)] if hit.source else []
    if hit.thread_at:
        origin.append(time(hit.thread_at))
    if hit.more:
        origin.append(f"also in {format.counted(hit.more, 'comment')}")
    excerpt = whose = ""
    if hit.excerpt.strip():
        before, after = format.clipped(hit.excerpt)
        excerpt = f"> {before}{truncate_marked(hidden(hit.excerpt), hit.matches, 400)}{after}"
    if excerpt and hit.comment is not None:
        whose = f"-# *{author_name(hit.author or '')}*"
        if hit.posted_at:
            whose += f", {time(hit.posted_at, 'f')}"
    return (
        f"**{place}. {truncate(hit.title, 200)}**",
        f"-# {' · '.join(origin)}" if origin else "",
        excerpt,
        whose,
    )


def _ways(place: int, hit: Hit) -> list[Option]:
    details = [hit.source or "", format.day(hit.thread_at) if hit.thread_at else ""]
    ways = [
        Option(
            f"{place}. {hit.title}",
            routes.article(hit.article),
            " · ".join(filter(None, ["Article", *details])),
        )
    ]
    if hit.comment is not None:
        text = f"{place}. {hit.author or DELETED}: {hidden(hit.excerpt)}"
        about = ["Comment", format.day(hit.posted_at) if hit.posted_at else ""]
        ways.append(Option(text, routes.comment(hit.comment), " · ".join(filter(None, about))))
    return ways


def _comment_option(one: Comment) -> Option:
    return Option(f"{one.author}: {hidden(one.text)}", routes.comment(one.id), format.day(one.posted_at))


def _pages(article: int, count: int, total: int) -> list[Option]:
    """At most 25 places in a long list of comments, evenly spread, first and last among them."""
    step = max(1.0, (count - 1) / 24)
    pages = sorted({min(count - 1, round(n * step)) for n in range(min(25, count))})
    return [
        Option(
            f"Comments {n * COMMENTS_PAGE_SIZE + 1:,}–{min(total, (n + 1) * COMMENTS_PAGE_SIZE):,}",
            routes.comments(article, n * COMMENTS_PAGE_SIZE),
        )
        for n in pages
    ]


def _turning(page: int, count: int, at: routes.PageRoute) -> list[Button | None]:
    if count < 2:
        return []
    return [
        Button("‹", at(page - 1) if page else None),
        Button("›", at(page + 1) if page + 1 < count else None),
    ]


def _other_order(sought: SearchRoute) -> Button:
    other: Order = "newest" if sought.order == "relevance" else "relevance"
    return Button("Newest" if other == "newest" else "Best first", sought.route(0, order=other))


def _other_place(sought: SearchRoute) -> Button:
    other: Place = "comments" if sought.place != "comments" else "both"
    return Button("Only comments" if other == "comments" else "Everything", sought.route(0, place=other))
