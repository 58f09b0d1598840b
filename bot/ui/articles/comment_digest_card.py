"""The comment digest as cards: what people say, their views, and what stands around it; a screen each."""

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
from bot.ui.articles.cards import MAX_HEADLINE, author_name, comment_excerpt, comment_heading
from bot.ui.kit import format, llm_text, routes
from bot.ui.kit.card import Button, Card, Colour, Option
from bot.ui.kit.markdown import escape, time, web_address
from bot.ui.kit.truncate import label, truncate, truncate_marked, utf16_length

SCREEN = 1_150
"""About what a phone shows at once; a card's text stays below it where that leaves whole quotes."""
QUOTE = 240
"""The most that one quote may take, escaped."""
SHORT = 110
"""What a quote is cut to before it is left out."""
QUESTIONS = 3
PICTURE = 200
"""What a picture takes of a screen, in characters."""
SOURCES = 600
"""What the quotes below a written digest may take."""
THEME_PAGE_SIZE = 4
"""Comments of one theme on a card."""
SAYS_SOMETHING = (20, 4, 4)
"""A picture of a thread's time needs so many comments, in so many of its bars, and so many in the highest."""


@dataclass(slots=True)
class _Block:
    """Some lines, the quotes that can be jumped to from them, and perhaps the picture below."""

    text: str
    quotes: Sequence[Quote] = ()
    picture: str = ""
    """What the picture shows, in words."""
    below: str = ""

    @property
    def size(self) -> int:
        return utf16_length(self.text) + utf16_length(self.below) + (PICTURE if self.picture else 0)


@dataclass(slots=True)
class _Page:
    """One card of a digest, and the name of the button that leads to it."""

    name: str
    blocks: list[_Block] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(block.size for block in self.blocks)


def deserves_chart(busy: ActivityHistogram | None) -> bool:
    """Whether a thread was read by many for long enough that a picture of its time tells something."""
    if busy is None:
        return False
    told = (sum(busy.counts), sum(map(bool, busy.counts)), max(busy.counts))
    return all(one >= least for one, least in zip(told, SAYS_SOMETHING, strict=True))


def comment_digest(said: CommentDigest, page: int = 0, *, share: bool, picture: bytes | None = None) -> Card:
    """One page of what people say; `picture` is the chart of `said.busy`. A page that is not there is the
    first."""
    card = Card(Colour.COMMENTS)
    pages = _pages(said, picture is not None)
    page = page if page < len(pages) else 0
    read = format.counted(said.read, "comment")
    card.add_text(
        f"### What people say in {read}: {truncate(said.title, MAX_HEADLINE if not page else SHORT)}"
    )
    for block in pages[page].blocks:
        card.add_separator()
        card.add_text(block.text)
        if block.picture and picture is not None:
            card.add_image("busy.png", picture, block.picture)
            card.add_text(block.below)
    card.add_separator()
    if not page:
        card.add_text(
            f"-# {format.coverage(said) if said.total else format.NO_COMMENTS}",
            *([f"-# {how}"] if (how := llm_text.provenance(said.written)) else []),
        )
    turning: list[Button | None] = [
        Button(one.name, routes.comment_digest(said.article, number) if number != page else None)
        for number, one in enumerate(pages if len(pages) > 1 else ())
    ]
    others: list[Button | None] = [
        Button("Article", routes.article(said.article)),
        Button("Comments", routes.comments(said.article)) if said.total else None,
        Button("Share", routes.comment_digest(said.article, page), "share") if share else None,
    ]
    for row in [turning, others] if len(pages) > 2 else [[*turning, *others]]:
        card.add_buttons(*row)
    if not page:
        card.add_select("All of a theme…", _theme_options(said), "go")
    quotes = [quote for block in pages[page].blocks for quote in block.quotes]
    card.add_select("Jump to a comment…", [_way(quote) for quote in quotes])
    return card


def theme(said: CommentDigest, number: int, comments: Sequence[Comment], offset: int, *, share: bool) -> Card:
    """Some of the comments of one theme, from `offset` on."""
    card = Card(Colour.COMMENTS)
    one = said.themes[number]
    at = said.article
    card.add_text(f"### {_share(one, said)}", f"-# {truncate(said.title, 200)}")
    for comment in comments:
        card.add_separator()
        card.add_text(comment_heading(comment), comment_excerpt(comment.text, 260))
    card.add_separator()
    card.add_text(f"-# {format.item_range(offset, len(comments), len(one.comments))}, quoted ones first")

    def turn(to: int) -> str | None:
        return routes.theme(at, number, to) if 0 <= to < len(one.comments) else None

    turning = len(one.comments) > THEME_PAGE_SIZE
    card.add_buttons(
        Button("‹", turn(offset - THEME_PAGE_SIZE)) if turning else None,
        Button("›", turn(offset + THEME_PAGE_SIZE)) if turning else None,
        Button("All themes", routes.comment_digest(at)),
        Button("Article", routes.article(at)),
        Button("Share", routes.theme(at, number, offset), "share") if share else None,
    )
    card.add_select(
        "Read in full…", [Option(f"{c.author}: {mask_slurs(c.text)}", routes.comment(c.id)) for c in comments]
    )
    return card


def theme_page(theme: Theme, offset: int) -> tuple[tuple[int, ...], int]:
    """The ids of the comments of a theme from `offset` on, the quoted ones first, and that offset; the last
    page where there are fewer."""
    offset = min(offset, (len(theme.comments) - 1) // THEME_PAGE_SIZE * THEME_PAGE_SIZE)
    quoted = [quote.comment for quote in theme.quotes]
    ordered = tuple(dict.fromkeys([*quoted, *theme.comments]))
    return ordered[offset : offset + THEME_PAGE_SIZE], offset


def quoted(quote: Quote, limit: int = QUOTE) -> str:
    """“Free rent for a year is a bribe.” and small: *netmender*, 12 March 2024 09:14"""
    text = (
        truncate_marked(quote.text, quote.masks, limit, "||") if quote.masks else truncate(quote.text, limit)
    )
    return f"“{text}”\n-# *{author_name(quote.author)}*, {time(quote.posted_at, 'f')}"


def _pages(said: CommentDigest, picture: bool) -> list[_Page]:
    """The cards of a digest: one where all fits on a screen."""
    views = [
        *(_disagreement(found) for found in [said.disagreement] if found is not None),
        *(_Block(f"**A minority worth reading**\n{quoted(one)}", [one]) for one in [said.minority] if one),
        *_beyond(said.divergences),
    ]
    around = _around(said, picture)
    pages = [
        _Page("Themes" if said.themes else "What they say", _first(said)),
        _Page("For and against" if said.disagreement else "Views", views),
        _Page(_around_name(said, picture), around),
    ]
    pages = [page for page in pages if page.blocks]
    # What does not fill a screen of its own goes on the one before.
    for place in reversed(range(1, len(pages))):
        if pages[place - 1].size + pages[place].size <= SCREEN:
            pages[place - 1].blocks += pages.pop(place).blocks
            pages[place - 1].name = pages[0].name if place == 1 else "More"
    if len(pages) == 2:
        pages[1].name = "More"
    return pages or [_Page("")]


def _first(said: CommentDigest) -> list[_Block]:
    if said.few:
        limit = max(SHORT, min(2 * QUOTE, SCREEN // len(said.few) - 60))
        return [_Block(quoted(quote, limit), [quote]) for quote in said.few]
    quotes = 1 if len(said.themes) > 3 else 2
    blocks = [_theme(one, said, quotes, QUOTE) for one in said.themes]
    before = _written(said)
    room = SCREEN - 100 - sum(block.size for block in before)
    # What is said least gives way first: its second quote, the length of its quotes, at last the quotes.
    for quotes, limit in ((1, QUOTE), (1, SHORT), (0, 0)):
        for place in reversed(range(len(blocks))):
            if sum(block.size for block in blocks) > room and place:
                blocks[place] = _theme(said.themes[place], said, quotes, limit)
    if said.other and said.themes:
        blocks.append(_Block(f"**Other · {said.other:,} of {said.read:,}**"))
    return before + blocks


def _written(said: CommentDigest) -> list[_Block]:
    """What the language model makes of the quotes, with those that it rests on."""
    text, sources = llm_text.lines(said.written, lambda one: f"*{author_name(one.author or '')}*", SOURCES)
    if not text:
        return []
    quotes = [quote for one in said.themes for quote in one.quotes]
    if said.disagreement is not None:
        quotes += [said.disagreement.larger.quote, said.disagreement.smaller.quote]
    cited = {one.comment for one in llm_text.cited(said.written)}
    return [_Block(f"{text}\n{sources}", [quote for quote in quotes if quote.comment in cited])]


def _theme(one: Theme, said: CommentDigest, quotes: int, limit: int) -> _Block:
    shown = one.quotes[:quotes]
    text = "\n".join([f"**{_share(one, said)}**", *(quoted(quote, limit) for quote in shown)])
    return _Block(text, shown)


def _share(one: Theme, said: CommentDigest) -> str:
    score = "" if one.score is None else f" · {format.counted(one.score, 'point')}"
    return f"{truncate(one.label, 100)} · {len(one.comments):,} of {said.read:,}{score}"


def _theme_options(said: CommentDigest) -> list[Option]:
    return [
        Option(f"{one.label} · {len(one.comments):,} of {said.read:,}", routes.theme(said.article, number))
        for number, one in enumerate(said.themes)
    ]


def _disagreement(views: Disagreement) -> _Block:
    one, other = views.larger, views.smaller
    text = (
        f"**Where they disagree · {truncate(views.about, 80)}**\n"
        f"“{truncate(one.words, 80)}” against “{truncate(other.words, 80)}”, "
        f"{len(one.comments):,} to {len(other.comments):,}\n{quoted(one.quote)}\n{quoted(other.quote)}"
    )
    return _Block(text, [one.quote, other.quote])


def _beyond(found: Sequence[Divergence]) -> list[_Block]:
    """Article and commenter side by side, then what commenters add."""
    blocks = []
    for one in (each for each in found if each.kind == "contradicts"):
        lines = ["**The article says otherwise**"]
        if one.article_says and utf16_length(one.comments_say) + utf16_length(one.article_says) < SHORT:
            who = format.counted(len(one.comments), "commenter")
            ours, theirs = truncate(mask_slurs(one.comments_say), 100), truncate(one.article_says, 100)
            lines = [f"**{who} against the article: “{ours}”, not “{theirs}”**"]
        lines += [quoted(quote) for quote in one.quotes[:1]]
        if one.sentence is not None:
            lines.append(f"“{truncate(one.sentence.text, QUOTE)}”\n-# the article")
        blocks.append(_Block("\n".join(lines), one.quotes[:1]))
    added = [quote for each in found if each.kind == "adds" for quote in each.quotes[:1]]
    if added:
        text = "\n".join(["**Not in the article**", *(quoted(quote) for quote in added)])
        blocks.append(_Block(text, added))
    return blocks


def _around(said: CommentDigest, picture: bool) -> list[_Block]:
    blocks = []
    if said.questions:
        asked = said.questions[:QUESTIONS]
        blocks.append(_Block("\n".join(["**Asked**", *(quoted(quote) for quote in asked)]), asked))
    if said.links:
        blocks.append(_Block("\n".join(["**Links given**", *map(_link, said.links)])))
    if picture and said.activity is not None:
        blocks.append(_busy(said.activity))
    return blocks


def _around_name(said: CommentDigest, picture: bool) -> str:
    there = [("questions", said.questions), ("links", said.links), ("times", picture)]
    return ", ".join(name for name, found in there if found).capitalize()


def _link(link: CitedLink) -> str:
    """Where it leads is what is seen; with a name before the host (`bank.example@evil.example`) no link."""
    url = web_address(link.url)
    shown = link.url.partition("://")[2].removeprefix("www.").rstrip("/")
    text = escape(label(shown, 60), links=False)
    if not shown.casefold().startswith(link.host):
        text = escape(label(link.host, 60), links=False)
    elif url is not None and not any(sign in url for sign in "<>()\\"):
        text = f"[{text}](<{url}>)"
    return f"{text} · {format.counted(len(link.comments), 'comment')}"


def spread(busy: ActivityHistogram) -> str:
    """From when to when the bars of a picture go, and what each stands for."""
    end = busy.start + len(busy.counts) * busy.step
    return f"{time(busy.start, 'f')} to {time(end, 'f')} · a bar is {format.time_step(busy.step)}"


def described(busy: ActivityHistogram) -> str:
    """A picture of a thread's time for those who do not see it."""
    most = max(busy.counts)
    peak = busy.start + busy.counts.index(most) * busy.step
    end = busy.start + len(busy.counts) * busy.step
    clock: Callable[..., str] = format.minute if busy.step.days < 1 else format.day
    return (
        f"Bars for {sum(busy.counts):,} comments from {clock(busy.start)} to {clock(end)}, each of "
        f"{format.time_step(busy.step)}. The highest, {most:,}, is that of {clock(peak)}."
    )


def _busy(busy: ActivityHistogram) -> _Block:
    most = max(busy.counts)
    peak = busy.start + busy.counts.index(most) * busy.step
    step = format.time_step(busy.step)
    text = f"**Busiest** · {time(peak, 'f')}: {format.counted(most, 'comment')} in {step}"
    return _Block(text, picture=described(busy), below=f"-# {spread(busy)}")


def _way(quote: Quote) -> Option:
    return Option(f"{quote.author}: {mask_slurs(quote.text)}", routes.comment(quote.comment))
