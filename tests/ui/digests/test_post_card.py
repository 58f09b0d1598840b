"""A digest's post at any setting: within Discord's limits, every headline there, two lines each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import discord
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.answers import ActivityHistogram, CommentDigest, Quote, Sentence, Summary, Theme
from bot.domain.articles import Article
from bot.domain.digests import (
    MAX_ARTICLES,
    ContentSource,
    DigestConfig,
    DigestEntry,
    DigestPost,
    PastRun,
    Style,
    Timing,
)
from bot.domain.post_options import MAX_TEMPLATE, PLACEHOLDERS, PostOptions
from bot.domain.recurrence import Occurrence
from bot.domain.search import SearchPage
from bot.ui.digests import cards, post_card
from bot.ui.digests.cards import DigestPreview
from bot.ui.kit.card import Card
from bot.ui.kit.limits import MAX_CARD_TEXT, MAX_COMPONENTS
from bot.ui.kit.truncate import utf16_length

NOW = datetime(2024, 3, 12, 9, 0, tzinfo=UTC)
BUSY = ActivityHistogram(NOW, timedelta(hours=1), (3, 9, 0, 4, 5, 1))
PIECES = (
    "harbour ",
    "**bold** ",
    "||hidden|| ",
    "@everyone ",
    "<@123> ",
    "港の議会は市場を移す",
    "🦭🦭🦭 ",
    "# ",
    "`code` ",
    "[x](http://evil.example) ",
    "https://long.example/" + "a" * 90 + " ",
    "ـة العربية ",
    "\n- line\n",
)
STYLES: st.SearchStrategy[Style] = st.sampled_from(["headlines", "summaries", "digests"])
WILD = st.lists(st.sampled_from(PIECES), min_size=1, max_size=60).map("".join)


def article(number: int, title: str, comments: int = 38) -> Article:
    return Article(number, None, title, "courier.example", "tide", NOW, False, (), comments)


def quote(text: str) -> Quote:
    return Quote(1, "netmender", NOW, text, 0, len(text))


def said(text: str, busy: ActivityHistogram | None = None) -> CommentDigest:
    themes = (Theme(tuple(range(3)), (quote(text),), words=("rent",), mentioning=tuple(range(12))),)
    return CommentDigest(1, "t", 38, 38, 0, themes, activity=busy)


def summed(*texts: str) -> Summary:
    return Summary(1, tuple(Sentence(text, n, 0, len(text)) for n, text in enumerate(texts)), 9, 2)


def post(entries: list[DigestEntry], style: Style = "headlines") -> DigestPost:
    plan = DigestConfig(1, 2, Timing("daily"), ContentSource("newest", count=MAX_ARTICLES), style)
    return DigestPost(plan, 41, "0" * 16, tuple(entries), NOW)


def texts(card: Card) -> list[str]:
    return [part.content for part in card.walk_children() if isinstance(part, ui.TextDisplay)]


@given(
    style=STYLES,
    words=st.lists(st.tuples(WILD, WILD, st.booleans()), min_size=1, max_size=MAX_ARTICLES),
)
@settings(max_examples=60)
async def test_any_post_is_within_the_limits_with_two_lines_for_each(
    style: Style, words: list[tuple[str, str, bool]]
) -> None:
    entries = []
    for number, (title, text, has) in enumerate(words, 1):
        entries.append(
            DigestEntry(
                article(number, title),
                summary=summed(text, title) if style == "summaries" and has else None,
                comment_digest=said(text, BUSY) if style == "digests" and has else None,
            )
        )
    made = post(entries, style)
    card = post_card.render(made, await post_card.draw_chart(made))
    assert card.total_children_count <= MAX_COMPONENTS
    assert sum(utf16_length(text) for text in texts(card)) <= MAX_CARD_TEXT
    shown = [text for text in texts(card) if text.startswith("**")]
    assert [text.split(".")[0] for text in shown] == [f"**{n}" for n in range(1, len(words) + 1)]
    for text in shown:
        assert text.count("\n") <= 1
        assert "@everyone" not in text.replace("\\@everyone", "")
        assert "<@" not in text.replace("\\<\\@", "")


PLACES = st.sampled_from([f"{{{name}}}" for names in PLACEHOLDERS.values() for name in names])
TEMPLATES = st.lists(PLACES | st.sampled_from(PIECES), max_size=40).map("".join)


@given(
    parts=st.tuples(TEMPLATES, TEMPLATES, TEMPLATES),
    words=st.lists(st.tuples(WILD, WILD), min_size=1, max_size=MAX_ARTICLES),
    each=st.booleans(),
)
@settings(max_examples=60)
def test_any_template_is_within_the_limits_and_mentions_one_role_at_the_head(
    parts: tuple[str, str, str], words: list[tuple[str, str]], each: bool
) -> None:
    heading, item, footer = (part[:most] for part, most in zip(parts, MAX_TEMPLATE.values(), strict=True))
    options = PostOptions(each=each, role=77, heading=heading, item=item, footer=footer)
    entries = [DigestEntry(article(n, title), summed(text)) for n, (title, text) in enumerate(words, 1)]
    made = post(entries[:1] if each else entries, "summaries")
    card = post_card.render(replace(made, plan=replace(made.plan, posts=options), each=each))
    assert card.total_children_count <= MAX_COMPONENTS
    assert sum(utf16_length(text) for text in texts(card)) <= MAX_CARD_TEXT
    head, *others = texts(card)
    assert head == "<@&77>"
    for text in others:
        assert "@everyone" not in text.replace("\\@everyone", "")
        assert "<@" not in text.replace("\\<@", "").replace("\\<\\@", "")


@given(words=st.lists(st.tuples(WILD, WILD), max_size=MAX_ARTICLES), query=WILD, style=STYLES)
@settings(max_examples=40)
async def test_any_preview_is_within_the_limits_and_says_when(
    words: list[tuple[str, str]], query: str, style: Style
) -> None:
    plan = DigestConfig(
        1,
        2,
        Timing("cron", cron="1,16,31,46 0,2,4,6,8,10,12,14,16,18,20,22 1-31 * *", zone="America/New_York"),
        ContentSource("search", query[:200], count=MAX_ARTICLES),
        style,
        quiet=(60, 120),
        target="forum",
        tag="x" * 20,
    )
    entries = tuple(
        DigestEntry(article(n, title), summary=summed(text)) for n, (title, text) in enumerate(words)
    )
    replayed = [PastRun(NOW, tuple(title for title, _ in words))] * 42
    runs = [Occurrence(NOW, moved=True, held=True)] * 5
    planned = DigestPreview(DigestPost(plan, 0, "", entries, NOW), runs, replayed, 672, digest_id=7)
    pages = [cards.preview(planned, "0" * 20, page) for page in (0, 1)]
    for card in pages:
        assert card.total_children_count <= MAX_COMPONENTS
        assert sum(utf16_length(text) for text in texts(card)) <= MAX_CARD_TEXT
        assert any(text.startswith("-# Preview") and "**Posts in** <#2>" in text for text in texts(card))
    assert any("**Next runs**" in text and text.count(":F>") == 5 for text in texts(pages[1]))
    assert any("665 earlier runs" in text or not words for text in texts(pages[1]))
    shown = [text for text in texts(pages[0]) if text.startswith("**") and not text.startswith("**N")]
    assert len([text for text in shown if text[2].isdigit()]) == len(words)


async def test_a_headline_stands_above_where_it_is_from() -> None:
    card = post_card.render(post([DigestEntry(article(1, "Gulls return"))]))
    day = f"<t:{int(NOW.timestamp())}:D>"
    assert texts(card) == [
        "### New in the archive",
        f"**1. Gulls return**\n-# courier.example · {day} · 38 comments",
    ]


async def test_a_summary_stands_below_its_headline() -> None:
    entry = DigestEntry(
        article(1, "Gulls return"), summary=summed("They came on Monday.", "Nobody had asked.")
    )
    card = post_card.render(post([entry], "summaries"))
    day = f"<t:{int(NOW.timestamp())}:d>"
    assert texts(card)[1] == (
        f"**1. Gulls return** · courier.example · {day}\nThey came on Monday. Nobody had asked."
    )


async def test_what_people_say_has_its_share_its_words_and_its_author() -> None:
    entry = DigestEntry(article(1, "Gulls return"), comment_digest=said("A bribe, and a cheap one."))
    card = post_card.render(post([entry], "digests"))
    assert texts(card)[1] == (
        "**1. Gulls return** · courier.example · 38 comments\n"
        "12 comments mention “rent” · “A bribe, and a cheap one.” *netmender*"
    )


async def test_a_thread_without_a_theme_to_quote_has_a_single_comment_or_its_words() -> None:
    digest = said("rent is a bribe")
    digest = replace(digest, themes=(replace(digest.themes[0], is_quotable=False),))
    for points, shown in (
        ((quote("The quay is cold."),), "“The quay is cold.” *netmender*"),
        ((quote("the quay is cold"),), "*netmender* says “the quay is cold”"),
        ((), "12 comments mention “rent”"),
    ):
        entry = DigestEntry(article(1, "Gulls"), comment_digest=replace(digest, single_points=points))
        assert texts(post_card.render(post([entry], "digests")))[1].splitlines()[1:] == [shown]


async def test_the_headline_is_cut_last() -> None:
    title = "The council votes to move the market to the old rail yard before the spring"
    entries = [DigestEntry(article(n, title), summary=summed("Word " * 90)) for n in range(MAX_ARTICLES)]
    card = post_card.render(post(entries, "summaries"))
    assert all(title in text for text in texts(card)[1:])


async def test_one_picture_where_it_tells_something_and_it_is_described() -> None:
    dull = ActivityHistogram(NOW, timedelta(hours=1), (1, 0, 1))
    entries = [
        DigestEntry(article(1, "Dull"), comment_digest=said("Yes.", dull)),
        DigestEntry(article(2, "Busy"), comment_digest=said("Yes.", BUSY)),
        DigestEntry(article(3, "Busy too"), comment_digest=said("Yes.", BUSY)),
    ]
    made = post(entries, "digests")
    card = post_card.render(made, await post_card.draw_chart(made))
    (gallery,) = [part for part in card.walk_children() if isinstance(part, ui.MediaGallery)]
    (item,) = gallery.items
    assert isinstance(item, discord.MediaGalleryItem)
    assert item.description is not None
    assert item.description.startswith("Bar chart of 22 comments from 12 Mar 2024, 09:00 UTC")
    assert [text for text in texts(card) if text.startswith("-# Comments on article 2: ")]
    assert len(card.attachments()) == 1


async def test_no_picture_where_none_tells_anything() -> None:
    made = post([DigestEntry(article(1, "Gulls return"), comment_digest=said("Yes."))], "digests")
    assert await post_card.draw_chart(made) is None


def test_a_topic_says_that_its_search_was_cut_short_however_long_it_is() -> None:
    entries = [DigestEntry(article(n, "Harbour " * 40), summed("The quay is cold. " * 60)) for n in range(5)]
    for cut in (False, True):
        page = SearchPage("harbour", None, (), 0, 5, cut=cut)
        shown = "\n".join(texts(post_card.render_topic(page, entries, "a1", share=False)))
        assert ("This search took too long and was cut short." in shown) is cut
        assert utf16_length(shown) <= MAX_CARD_TEXT
