"""The comment digest as cards of about one screen each: themes, opposing views, and context."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.domain.answers import (
    ActivityHistogram,
    CitedLink,
    CommentDigest,
    Disagreement,
    Divergence,
    Quote,
    Theme,
)
from bot.domain.articles import Comment
from bot.text.language.slurs import mask_slurs
from bot.ui.articles import strings
from bot.ui.articles.cards import (
    MAX_HEADLINE,
    attribution,
    comment_excerpt,
    comment_heading,
    comment_option,
    masked,
)
from bot.ui.kit import format, llm_text, routes
from bot.ui.kit.card import Button, Card, Colour, RouteOption, share_button
from bot.ui.kit.format import dotted, small
from bot.ui.kit.markdown import escape, link, time
from bot.ui.kit.truncate import label, truncate, utf16_length

SCREEN = 1_150
"""The characters that a phone shows at once. A card's text stays within it unless that would cut quotes."""
MAX_QUOTE = 240
"""The maximum length of a quote, escaped."""
MIN_QUOTE = 110
"""The length below which a quote is left out, not cut further."""
MAX_QUESTIONS = 3
CHART_ROOM = 200
"""The space that a chart occupies on a screen, in characters."""
MAX_SOURCES = 600
"""The maximum length of all quotes below a written digest."""
THEME_PAGE_SIZE = 4
"""The number of comments of one theme on a card."""
MIN_CHART = (20, 4, 4)
"""The minimum number of comments, of bars with comments, and of comments in the highest bar for a chart to be
drawn."""


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
        return utf16_length(self.text) + utf16_length(self.caption) + (CHART_ROOM if self.chart else 0)


@dataclass(slots=True)
class _Page:
    """One card of a digest, and the label of the button that opens it."""

    name: str
    blocks: list[_Block] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(block.size for block in self.blocks)


def deserves_chart(activity: ActivityHistogram | None) -> bool:
    """Whether a thread was active for long enough to make a chart informative."""
    if activity is None:
        return False
    counts = activity.counts
    sizes = (sum(counts), sum(map(bool, counts)), max(counts))
    return all(size >= least for size, least in zip(sizes, MIN_CHART, strict=True))


def comment_digest(
    digest: CommentDigest, page: int = 0, *, share: bool, picture: bytes | None = None
) -> Card:
    """One page of a comment digest; `picture` is the chart of `digest.activity`. A page out of range is the
    first page."""
    pages = _pages(digest, picture is not None)
    page = page if page < len(pages) else 0
    read = format.counted(digest.read, "comment")
    title = truncate(digest.title, MIN_QUOTE if page else MAX_HEADLINE)
    card = Card(Colour.COMMENTS, f"### What people say in {read}: {title}")
    for block in pages[page].blocks:
        card.add_separator()
        card.add_text(block.text)
        if block.chart and picture is not None:
            card.add_image("busy.png", picture, block.chart)
            card.add_text(block.caption)
    card.add_separator()
    if not page:
        coverage = strings.coverage(digest) if digest.total else strings.NO_COMMENTS
        card.add_text(small(coverage), small(llm_text.provenance(digest.written)))
    tabs: list[Button | None] = [
        Button(tab.name, routes.comment_digest(digest.article, number) if number != page else None)
        for number, tab in enumerate(pages if len(pages) > 1 else ())
    ]
    others = [
        Button("Article", routes.article(digest.article)),
        Button("Comments", routes.comments(digest.article)) if digest.total else None,
        share_button(routes.comment_digest(digest.article, page), share),
    ]
    for row in [tabs, others] if len(pages) > 2 else [[*tabs, *others]]:
        card.add_buttons(*row)
    if not page:
        options = [
            RouteOption(f"{theme.label} · {_part(theme, digest)}", routes.theme(digest.article, number))
            for number, theme in enumerate(digest.themes)
        ]
        card.add_select("All of a theme…", options, "go")
    quotes = [quote for block in pages[page].blocks for quote in block.quotes]
    options = [comment_option(quote.comment, quote.author, quote.text) for quote in quotes]
    card.add_select("Jump to a comment…", options)
    return card


def theme(
    digest: CommentDigest, number: int, comments: Sequence[Comment], offset: int, *, share: bool
) -> Card:
    """The comments of one theme, starting at `offset`."""
    theme, article = digest.themes[number], digest.article
    card = Card(Colour.COMMENTS, f"### {_theme_heading(theme, digest)}", small(truncate(digest.title, 200)))
    for comment in comments:
        card.add_separator()
        card.add_text(comment_heading(comment), comment_excerpt(comment.text, 260))
    card.add_separator()
    card.add_text(
        f"{small(format.item_range(offset, len(comments), len(theme.comments)))}, quoted ones first"
    )

    def turn(label: str, to: int) -> Button:
        return Button(label, routes.theme(article, number, to) if 0 <= to < len(theme.comments) else None)

    has_pages = len(theme.comments) > THEME_PAGE_SIZE
    card.add_buttons(
        *([turn("‹", offset - THEME_PAGE_SIZE), turn("›", offset + THEME_PAGE_SIZE)] if has_pages else []),
        Button("All themes", routes.comment_digest(article)),
        Button("Article", routes.article(article)),
        share_button(routes.theme(article, number, offset), share),
    )
    options = [comment_option(comment.id, comment.author, comment.text) for comment in comments]
    card.add_select("Read in full…", options)
    return card


def theme_page(theme: Theme, offset: int) -> tuple[tuple[int, ...], int]:
    """The ids of the comments of a theme from `offset` on, quoted ones first, and the offset used: that of
    the last page if `offset` is past the end."""
    offset = min(offset, (len(theme.comments) - 1) // THEME_PAGE_SIZE * THEME_PAGE_SIZE)
    quoted = [quote.comment for quote in theme.quotes]
    ordered = tuple(dict.fromkeys([*quoted, *theme.comments]))
    return ordered[offset : offset + THEME_PAGE_SIZE], offset


def chart_caption(activity: ActivityHistogram) -> str:
    """The period of a chart, and the length of the interval of each bar."""
    start, end = time(activity.start, "f"), time(activity.end, "f")
    return f"{start} to {end} · a bar is {format.time_step(activity.step)}"


def chart_alt_text(activity: ActivityHistogram) -> str:
    """A description of the chart for screen readers."""
    peak, highest = activity.peak
    clock: Callable[..., str] = format.minute if activity.step.days < 1 else format.day
    return (
        f"Bars for {sum(activity.counts):,} comments from {clock(activity.start)} to {clock(activity.end)}, "
        f"each of {format.time_step(activity.step)}. The highest, {highest:,}, is that of {clock(peak)}."
    )


def _pages(digest: CommentDigest, has_chart: bool) -> list[_Page]:
    """The cards of a digest: a single one if everything fits on a screen."""
    views = [_disagreement(digest.disagreement)] if digest.disagreement is not None else []
    views += [_quotes("A minority worth reading", [digest.minority])] if digest.minority else []
    views += _divergences(digest.divergences)
    pages = [
        _Page("Themes" if digest.themes else "What they say", _first(digest)),
        _Page("For and against" if digest.disagreement else "Views", views),
        _around(digest, has_chart),
    ]
    pages = [page for page in pages if page.blocks]
    # A block that does not fill a screen of its own is added to the previous page.
    for number in reversed(range(1, len(pages))):
        if pages[number - 1].size + pages[number].size <= SCREEN:
            pages[number - 1].blocks += pages.pop(number).blocks
            pages[number - 1].name = pages[0].name if number == 1 else "More"
    if len(pages) == 2:
        pages[1].name = "More"
    return pages or [_Page("")]


def _first(digest: CommentDigest) -> list[_Block]:
    """The first page: the themes, or all comments if there are only a few."""
    if digest.few:
        limit = max(MIN_QUOTE, min(2 * MAX_QUOTE, SCREEN // len(digest.few) - 60))
        return [_Block(_quoted(quote, limit), [quote]) for quote in digest.few]
    quotes = 1 if len(digest.themes) > 3 else 2
    blocks = [_theme(theme, digest, quotes, MAX_QUOTE) for theme in digest.themes]
    written = _written(digest)
    room = SCREEN - 100 - sum(block.size for block in written)
    # Shrink the smallest themes first: drop the second quote, then shorten quotes, then drop all quotes.
    for quotes, limit in ((1, MAX_QUOTE), (1, MIN_QUOTE), (0, 0)):
        for number in reversed(range(len(blocks))):
            if sum(block.size for block in blocks) > room and number:
                blocks[number] = _theme(digest.themes[number], digest, quotes, limit)
    if digest.other and digest.themes:
        blocks.append(_Block(f"**Other · {digest.other:,} of {digest.read:,}**"))
    return written + blocks


def _written(digest: CommentDigest) -> list[_Block]:
    """The text that a language model wrote from the quotes, and the quotes that it cites."""
    text, sources = llm_text.lines(
        digest.written, lambda citation: attribution(citation.author, None), MAX_SOURCES
    )
    if not text:
        return []
    quotes = [quote for theme in digest.themes for quote in theme.quotes]
    if digest.disagreement is not None:
        quotes += [digest.disagreement.larger.quote, digest.disagreement.smaller.quote]
    cited = {citation.comment for citation in llm_text.cited(digest.written)}
    return [_Block(f"{text}\n{sources}", [quote for quote in quotes if quote.comment in cited])]


def _quoted(quote: Quote, limit: int = MAX_QUOTE) -> str:
    """“Free rent for a year is a bribe.” and in small print: *netmender*, 12 March 2024 09:14"""
    text = masked(quote.text, quote.masks, limit)
    return f"“{text}”\n{small(attribution(quote.author, quote.posted_at))}"


def _quotes(heading: str, quotes: Sequence[Quote], limit: int = MAX_QUOTE) -> _Block:
    return _Block("\n".join([f"**{heading}**", *(_quoted(quote, limit) for quote in quotes)]), quotes)


def _theme(theme: Theme, digest: CommentDigest, quotes: int, limit: int) -> _Block:
    return _quotes(_theme_heading(theme, digest), theme.quotes[:quotes], limit)


def _theme_heading(theme: Theme, digest: CommentDigest) -> str:
    return dotted(truncate(theme.label, 100), _part(theme, digest), format.points(theme.score))


def _part(theme: Theme, digest: CommentDigest) -> str:
    return f"{len(theme.comments):,} of {digest.read:,}"


def _disagreement(views: Disagreement) -> _Block:
    larger, smaller = views.larger, views.smaller
    text = (
        f"**Where they disagree · {truncate(views.about, 80)}**\n"
        f"“{truncate(larger.words, 80)}” against “{truncate(smaller.words, 80)}”, "
        f"{len(larger.comments):,} to {len(smaller.comments):,}\n"
        f"{_quoted(larger.quote)}\n{_quoted(smaller.quote)}"
    )
    return _Block(text, [larger.quote, smaller.quote])


def _divergences(divergences: Sequence[Divergence]) -> list[_Block]:
    """The contradictions between article and commenters side by side, then the commenters' additions."""
    blocks = []
    for divergence in divergences:
        if divergence.kind != "contradicts":
            continue
        heading = "The article says otherwise"
        theirs, ours = divergence.comments_say, divergence.article_says
        if ours and utf16_length(theirs) + utf16_length(ours) < MIN_QUOTE:
            who = format.counted(len(divergence.comments), "commenter")
            theirs, ours = truncate(mask_slurs(theirs), 100), truncate(ours, 100)
            heading = f"{who} against the article: “{theirs}”, not “{ours}”"
        block = _quotes(heading, divergence.quotes[:1])
        if divergence.sentence is not None:
            block.text += f"\n“{truncate(divergence.sentence.text, MAX_QUOTE)}”\n-# the article"
        blocks.append(block)
    added = [quote for each in divergences if each.kind == "adds" for quote in each.quotes[:1]]
    return [*blocks, _quotes("Not in the article", added)] if added else blocks


def _around(digest: CommentDigest, has_chart: bool) -> _Page:
    page = _Page("")
    names = []
    if digest.questions:
        names.append("questions")
        page.blocks.append(_quotes("Asked", digest.questions[:MAX_QUESTIONS]))
    if digest.links:
        names.append("links")
        page.blocks.append(_Block("\n".join(["**Links given**", *map(_link, digest.links)])))
    if has_chart and digest.activity is not None:
        names.append("times")
        page.blocks.append(_chart(digest.activity))
    page.name = ", ".join(names).capitalize()
    return page


def _link(cited: CitedLink) -> str:
    """A link whose text shows where it leads. Addresses with user info before the host
    (`bank.example@evil.example`) are not linked."""
    shown = cited.url.partition("://")[2].removeprefix("www.").rstrip("/")
    if shown.casefold().startswith(cited.host):
        text = label(shown, 60)
        text = link(text, cited.url) or escape(text, links=False)
    else:
        text = escape(label(cited.host, 60), links=False)
    return f"{text} · {format.counted(len(cited.comments), 'comment')}"


def _chart(activity: ActivityHistogram) -> _Block:
    peak, highest = activity.peak
    count, step = format.counted(highest, "comment"), format.time_step(activity.step)
    text = f"**Busiest** · {time(peak, 'f')}: {count} in {step}"
    return _Block(text, chart=chart_alt_text(activity), caption=small(chart_caption(activity)))
