"""The comment digest as cards of about one screen each: themes, opposing views, and context."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.answers import (
    ActivityHistogram,
    CitedLink,
    CommentDigest,
    Divergence,
    Quote,
    Rest,
    Theme,
)
from bot.domain.articles import Comment
from bot.domain.stories import has_other_threads, thread_names
from bot.i18n import formats, msg
from bot.text.language.markup import head, plain
from bot.ui.articles import strings
from bot.ui.articles.activity_chart import alt_text, caption
from bot.ui.articles.cards import (
    MAX_HEADLINE,
    MAX_LABEL_TEXT,
    article_button,
    attribution,
    comment_digest_button,
    comment_heading,
    comment_option,
    comments_button,
    timeline_button,
)
from bot.ui.articles.few_comments import best_quotes
from bot.ui.articles.quoted_comments import MAX_QUOTE, point, quoted, sentence, theme_quote
from bot.ui.kit import format, llm_text, routes, source_text
from bot.ui.kit.card import Button, Card, Colour, RouteOption, page_buttons, share_button
from bot.ui.kit.format import dotted, small
from bot.ui.kit.markdown import escape, link, time
from bot.ui.kit.truncate import label, truncate, utf16_length

SCREEN = 1_150
"""The characters that a phone shows at once. A card's text stays within it unless that would cut quotes."""
MIN_QUOTE = 110
"""The length below which a quote is left out, not cut further."""
MAX_THEMES, MIN_THEMES = 4, 3
"""The number of themes on the first card: fewer than MAX_THEMES if they do not fit."""
MAX_QUOTES, MIN_QUOTES_WITHOUT_WORDS = 5, 3
"""The most quotes of themes on the first card; below so many in all, words without a quote are listed."""
MAX_QUESTIONS = 3
CHART_ROOM = 200
"""The space that a chart occupies on a screen, in characters."""
MAX_SOURCES = 600
"""The maximum length of all quotes below a written digest."""
THEME_PAGE_SIZE = 4
"""The number of comments of one theme on a card."""
_ADDRESS = re.compile(r"\]\(<[^<>\s]*>\)")
"""The part of a link that a reader does not see."""


@dataclass(slots=True)
class _Block:
    """A block of lines, with the quotes whose comments can be opened and, if `chart` is set, a chart
    below."""

    text: str
    quotes: Sequence[Quote] = ()
    chart: str = ""
    """A description of the chart; empty if there is none."""
    caption: str = ""

    @property
    def size(self) -> int:
        text = _ADDRESS.sub("", self.text)
        return utf16_length(text) + utf16_length(self.caption) + (CHART_ROOM if self.chart else 0)


def comment_digest(
    digest: CommentDigest, page: int = 0, *, share: bool, picture: bytes | None = None
) -> Card:
    """One page of a comment digest; `picture` is the chart of `digest.activity`. A page out of range is the
    first page."""
    pages = _pages(digest, picture is not None)
    page = page if page < len(pages) else 0
    title = truncate(digest.title, MIN_QUOTE if page else MAX_HEADLINE)
    opening = "" if page or digest.few or not digest.rest + digest.themes else small(strings.opening(digest))
    card = Card(Colour.COMMENTS, msg("comment-digest-heading", title=title), opening)
    for block in pages[page]:
        card.add_separator()
        card.add_text(block.text)
        if block.chart and picture is not None:
            card.add_image("busy.png", picture, block.chart)
            card.add_text(block.caption)
    card.add_separator()
    if not page:
        card.add_text(*map(small, _small_print(digest, pages[0])))
    tabs: list[Button | None] = [
        Button(name, routes.comment_digest(digest.article, number) if number != page else None)
        for number, name in enumerate(_page_names(len(pages)))
    ]
    others = [
        article_button(digest.article),
        comments_button(digest.article) if digest.total else None,
        timeline_button(digest.article) if digest.reports else None,
        share_button(routes.comment_digest(digest.article, page), share),
    ]
    for row in [tabs, others] if len(pages) > 2 else [[*tabs, *others]]:
        card.add_buttons(*row)
    if not page:
        groups = list(map(_theme_label, digest.themes))
        groups += map(strings.rest_counts, (*digest.mentioned, *digest.rest))
        options = [
            RouteOption(text, routes.theme(digest.article, number)) for number, text in enumerate(groups)
        ]
        card.add_select(msg("comment-digest-all-of-theme"), options, "go")
    quotes = [quote for block in pages[page] for quote in block.quotes]
    options = [comment_option(quote.comment, quote.author, quote.text) for quote in quotes]
    card.add_select(msg("comment-digest-open"), options)
    return card


def _small_print(digest: CommentDigest, shown: Sequence[_Block]) -> list[str]:
    """What stands below the quotes of the first page."""
    comments = {quote.comment for block in shown for quote in block.quotes}
    is_listed = len(comments) < MIN_QUOTES_WITHOUT_WORDS
    unshown = len({quote.comment for quote in digest.few} - comments)
    return [
        msg("comment-digest-more-comments", count=unshown) if unshown else "",
        strings.more_themes([t for t in digest.quotable_themes if t.quotes[0].comment not in comments]),
        strings.other_subjects(digest) if is_listed else "",
        strings.rest(digest, comments, with_subjects=not is_listed),
        strings.coverage(digest),
        strings.other_reports(digest.reports),
        llm_text.provenance(digest.written),
    ]


def theme(
    digest: CommentDigest,
    number: int,
    comments: Sequence[Comment],
    offset: int,
    *,
    share: bool,
    key: str | None = None,
) -> Card:
    """The comments of one theme, or of those in none, starting at `offset`; `key` is that of the article."""
    group, article = digest.groups[number], digest.article
    if isinstance(group, Theme) and not group.is_quotable:
        heading, details = _theme_label(group), ""
    elif isinstance(group, Theme):
        quote, details = group.quotes[0], strings.theme_counts(group)
        heading = dotted(sentence(quote), format.points(quote.score))
    else:
        heading, details = strings.rest_counts(group), ""
    card = Card(
        Colour.COMMENTS,
        f"### {heading}",
        small(details, msg("comment-on", title=truncate(digest.title, 200))),
    )
    places = {}
    if has_other_threads(digest.threads, article, key):
        places = thread_names(digest.threads)
    for comment in comments:
        card.add_separator()
        heading = comment_heading(comment, place=places.get(comment.article, ""))
        card.add_text(heading, source_text.excerpt(comment.text, 260, linked=True))
    card.add_separator()
    shown = format.item_range(offset, len(comments), len(group.every_comment))
    card.add_text(small(shown))
    page, count = offset // THEME_PAGE_SIZE, -(-len(group.every_comment) // THEME_PAGE_SIZE)
    card.add_buttons(
        *page_buttons(page, count, lambda other: routes.theme(article, number, other * THEME_PAGE_SIZE)),
        comment_digest_button(article),
        article_button(article),
        share_button(routes.theme(article, number, offset), share),
    )
    options = [comment_option(comment.id, comment.author, comment.text) for comment in comments]
    card.add_select(msg("comments-read-in-full"), options)
    return card


def theme_page(group: Theme | Rest, offset: int) -> tuple[tuple[int, ...], int]:
    """The ids of the comments of a theme from `offset` on, quoted ones first, and the offset used: that of
    the last page if `offset` is past the end."""
    ordered = group.every_comment
    offset = min(offset, (len(ordered) - 1) // THEME_PAGE_SIZE * THEME_PAGE_SIZE)
    return ordered[offset : offset + THEME_PAGE_SIZE], offset


def _pages(digest: CommentDigest, has_chart: bool) -> list[list[_Block]]:
    """The cards of a digest: a single one if everything fits on a screen."""
    written = _written(digest)
    leading = _leading_themes(digest, SCREEN - 100 - sum(block.size for block in written))
    points = _single_points(digest, SCREEN - 100 - sum(block.size for block in written + leading))
    first = _few(digest) if digest.few else written + leading + points
    views = [_theme(theme, 1) for theme in digest.quotable_themes[len(leading) :]]
    views += _divergences(digest.divergences)
    pages = [page for page in (first, views, _around(digest, has_chart)) if page]
    # A page that does not fill a screen of its own is added to the previous one. The first has no chart.
    for number in reversed(range(1, len(pages))):
        has_chart = any(block.chart for block in pages[number])
        if sum(block.size for block in pages[number - 1] + pages[number]) <= SCREEN and not (
            has_chart and number == 1
        ):
            pages[number - 1] += pages.pop(number)
    return pages or [[]]


def _page_names(count: int) -> list[str]:
    """The labels of the buttons that open the pages; none for a single page."""
    if count < 2:
        return []
    themes = [msg("comment-digest-page-themes")] if count > 2 else []
    return [msg("comment-digest-page-overview"), *themes, msg("comment-digest-page-more")]


def _leading_themes(digest: CommentDigest, room: int) -> list[_Block]:
    """The themes of the first page, at most MAX_QUOTES of their quotes, as many as fit."""
    # The opening says the same of the words of the only theme.
    subjects = {*strings.opening_words(digest)[0]}
    blocks = [_theme(theme, 2, subjects) for theme in digest.quotable_themes[:MAX_THEMES]]
    # The second quotes of the last themes are left out first, then these themes. No quote is cut.
    for number in reversed(range(len(blocks))):
        quotes = sum(len(block.quotes) for block in blocks)
        if quotes > MAX_QUOTES or sum(block.size for block in blocks) > room:
            blocks[number] = _theme(digest.quotable_themes[number], 1, subjects)
    while len(blocks) > MIN_THEMES and sum(block.size for block in blocks) > room:
        blocks.pop()
    return blocks


def _few(digest: CommentDigest) -> list[_Block]:
    """As many of a few comments as fit on a screen, those with the most votes first, each whole or cut after
    a sentence."""
    blocks = [_Block(quoted(quote, 2 * MAX_QUOTE), [quote]) for quote in best_quotes(digest)]
    kept, room = blocks[:1], SCREEN - 150 - blocks[0].size
    for block in blocks[1:]:
        if block.size <= room:
            kept.append(block)
            room -= block.size
    return kept


def _written(digest: CommentDigest) -> list[_Block]:
    """The text that a language model wrote from the quotes, and the quotes that it cites."""
    text, sources = llm_text.lines(
        digest.written, lambda citation: attribution(citation.author, None), MAX_SOURCES
    )
    if not text:
        return []
    quotes = [quote for theme in digest.quotable_themes for quote in theme.quotes]
    cited = {citation.comment for citation in llm_text.cited(digest.written)}
    return [_Block(f"{text}\n{sources}", [quote for quote in quotes if quote.comment in cited])]


def _quotes(heading: str, quotes: Sequence[Quote]) -> _Block:
    return _Block("\n".join([heading, *map(quoted, quotes)]), quotes)


def _single_points(digest: CommentDigest, room: int) -> list[_Block]:
    """As many points of single comments as fit, at least one if there are any."""
    quotes = list(digest.single_points)
    heading = f"**{strings.single_points_heading(digest)}**"
    lines = [heading, *map(point, quotes)]
    while len(quotes) > 1 and _Block("\n".join(lines)).size > room:
        quotes.pop()
        lines.pop()
    return [_Block("\n".join(lines), quotes)] if quotes else []


def _theme(theme: Theme, quotes: int, subjects: Collection[str] = frozenset()) -> _Block:
    """A sentence of a theme as its heading, how many comments mention its words unless these are the
    `subjects` of which the opening says so, and another quote."""
    shown = theme.quotes[:quotes]
    lines = [theme_quote(quote, is_first=quote is shown[0]) for quote in shown]
    lines.insert(1, small(strings.theme_counts(theme, mentions=subjects != set(theme.words))))
    return _Block("\n".join(filter(None, lines)), shown)


def _divergences(divergences: Sequence[Divergence]) -> list[_Block]:
    """The contradictions between article and commenters side by side, then the commenters' additions."""
    blocks = []
    for divergence in divergences:
        if divergence.kind != "contradicts":
            continue
        theirs, ours, count = divergence.comments_say, divergence.article_says, len(divergence.comments)
        if ours and utf16_length(theirs) + utf16_length(ours) < MIN_QUOTE:
            theirs, ours = _line(theirs, 100), _line(ours, 100)
            heading = msg("comment-digest-disputed-figures", count=count, theirs=theirs, ours=ours)
        else:
            heading = f"**{msg('comment-digest-disputed', count=count)}**"
        block = _quotes(heading, divergence.quotes[:1])
        if divergence.sentence is not None:
            quote = _line(divergence.sentence.text, MAX_QUOTE)
            block.text += f"\n{msg('comment-digest-article-says', quote=quote)}"
        blocks.append(block)
    added = [quote for each in divergences if each.kind == "adds" for quote in each.quotes[:1]]
    return [*blocks, _quotes(f"**{msg('comment-digest-added')}**", added)] if added else blocks


def _theme_label(theme: Theme) -> str:
    """A theme in a list, which has no markup."""
    return strings.theme_mentions(theme) or label(plain(head(theme.quotes[0].text, MAX_LABEL_TEXT)), 60)


def _line(text: str, limit: int) -> str:
    return source_text.excerpt(text, limit, one_line=True)


def _around(digest: CommentDigest, has_chart: bool) -> list[_Block]:
    """The questions, the links and the chart."""
    blocks = []
    if digest.questions:
        heading = f"**{msg('comment-digest-questions')}**"
        blocks.append(_quotes(heading, digest.questions[:MAX_QUESTIONS]))
    if digest.links:
        heading = f"**{msg('comment-digest-links')}**"
        blocks.append(_Block("\n".join([heading, *map(_link, digest.links)])))
    if has_chart and digest.activity is not None:
        blocks.append(_chart(digest.activity))
    return blocks


def _link(cited: CitedLink) -> str:
    """A link whose text shows where it leads. Addresses with user info before the host
    (`bank.example@evil.example`) are not linked."""
    shown = cited.url.partition("://")[2].removeprefix("www.").rstrip("/")
    if shown.casefold().startswith(cited.host):
        text = label(shown, 60)
        text = link(text, cited.url) or escape(text, links=False)
    else:
        text = escape(label(cited.host, 60), links=False)
    return dotted(text, msg("comments", count=len(cited.comments)))


def _chart(activity: ActivityHistogram) -> _Block:
    peak, highest = activity.peak
    text = msg(
        "comment-digest-busiest",
        count=highest,
        span=formats.rough_duration(activity.step),
        time=time(peak, "f"),
    )
    return _Block(text, chart=alt_text(activity), caption=small(caption(activity)))
