"""Every card is one that Discord takes, whatever the archive holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from discord import ComponentType
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.answers import (
    ActivityHistogram,
    CitedLink,
    CommentDigest,
    Divergence,
    KeyTerms,
    Quote,
    Rest,
    RestKind,
    Sentence,
    Summary,
    Theme,
)
from bot.domain.articles import (
    COMMENT_ORDERS,
    Article,
    Comment,
    CommentOrder,
    CommentPage,
    Paragraph,
    Provenance,
    Stats,
)
from bot.domain.dump import Rejection
from bot.domain.loads import AuthorPreview, Counts, Erased, LoadState, Person, Preview, Progress, Receipt
from bot.domain.search import Filters, Hit, SearchPage
from bot.domain.stories import StoryThread
from bot.ui.articles import cards, comment_cards, comment_digest_card, views
from bot.ui.kit import routes
from bot.ui.kit.card import Button, Card, Colour
from bot.ui.kit.component_tree import walk
from bot.ui.kit.truncate import clip
from bot.ui.loads import cards as load_cards
from bot.ui.privacy import cards as privacy_cards
from bot.ui.search import cards as search_cards
from tests.support.cards import AT, BIG, NAME, WILD, check, components_of

pytestmark = pytest.mark.slow


@st.composite
def articles(draw: st.DrawFn) -> Article:
    return Article(
        id=draw(st.sampled_from([1, BIG])),
        key=None,
        title=draw(WILD),
        source=draw(st.none() | WILD),
        submitter=draw(st.none() | NAME),
        posted_at=draw(st.none() | st.just(AT)),
        inferred=True,
        paragraphs=tuple(Paragraph(text, draw(st.booleans())) for text in draw(st.lists(WILD, max_size=6))),
        comment_count=draw(st.sampled_from([0, 1, 40_000])),
        link=draw(st.none() | st.just("https://courier.example/a") | WILD),
        subreddit=draw(st.none() | WILD),
        score=draw(st.none() | st.just(-12)),
        over_18=draw(st.booleans()),
    )


@st.composite
def comments(draw: st.DrawFn) -> Comment:
    number = draw(st.integers(1, BIG))
    score, parent = draw(st.none() | st.just(7)), draw(st.none() | st.just(5))
    return Comment(number, 1, None, draw(NAME), AT, draw(WILD), score, parent)


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    text = draw(WILD)
    return Quote(
        draw(st.integers(1, BIG)), draw(NAME), AT, text, 0, len(text), None, draw(st.just(((0, 3),)))
    )


def summary_of(article: Article) -> Summary:
    sentences = tuple(Sentence(p.text, n, 0, len(p.text)) for n, p in enumerate(article.paragraphs))
    return Summary(article.id, sentences, len(sentences) + 3, 4)


@settings(max_examples=50)
@given(articles(), st.booleans())
def test_articles(article: Article, share: bool) -> None:
    summary = summary_of(article)
    check(cards.article(article, summary, share=share, another=share))
    for length in cards.SUMMARY_LENGTHS:
        check(cards.article(article, summary, length, share=share, another=share))
    texts = views.text_pages(article)
    for page in {0, len(texts) // 2, len(texts) - 1}:
        check(cards.full_text(article, texts, page, share=share))


@settings(max_examples=50)
@given(
    articles(),
    st.lists(comments(), max_size=comment_cards.COMMENTS_PAGE_SIZE),
    st.sampled_from([0, 5, 39_995]),
    st.sampled_from(COMMENT_ORDERS),
)
def test_comments(article: Article, shown: list[Comment], offset: int, order: CommentOrder) -> None:
    total = max(len(shown), 40_000 if offset else len(shown))
    deep, answered = (9_999,) * len(shown), (40_000,) * len(shown)
    page = CommentPage(
        article, tuple(shown), offset, total, order, True, True, deep, answered, 40_000, hides_bots=True
    )
    check(comment_cards.comments(page, share=True))
    origin = Provenance(BIG, article.title, AT, BIG, AT, AT)
    for one in shown:
        card = comment_cards.comment(one, article, ["x"] * 3, 1, share=True, replies=40_000, origin=origin)
        check(card)
        check(comment_cards.replies(replace(page, under=one), one, share=True))


@settings(max_examples=50)
@given(st.lists(quotes(), min_size=6, max_size=6), WILD, st.integers(0, 8))
def test_digests(said: list[Quote], label: str, themes: int) -> None:
    digest = CommentDigest(
        article=BIG,
        title=label,
        total=40,
        read=30,
        deleted=3,
        themes=(Theme((1, 2, 3), tuple(said[:2]), 12, (4, 5), (label,) * 3, (1, 6)),) * themes,
        rest=tuple(Rest(kind, (7, 8), label) for kind in get_args(RestKind)),
        subjects=((label, 7),) * 3,
        on_subjects=9,
        mentioned=(Rest("mentions", (1, 8), label),) * 4,
        few=() if themes else tuple(said),
        questions=tuple(said[:2]),
        links=(CitedLink("https://a.example", label, (1, 2)),) * 7,
        divergences=(
            Divergence("contradicts", label, (1,), (said[0],), label, Sentence(label, 0, 0, len(label))),
            Divergence("adds", label, (1, 2), tuple(said[:1])),
        ),
        activity=ActivityHistogram(AT, timedelta(hours=3), (4, 0, 9, 40, 1)),
    )
    for page in range(4):
        check(comment_digest_card.comment_digest(digest, page, share=True))
    pictured = [
        comment_digest_card.comment_digest(digest, page, share=True, picture=b"PNG") for page in range(4)
    ]
    # A page that is not there is the first: a short digest has one card.
    different = {str(components_of(card)): len(card.attachments()) for card in pictured}
    assert sum(different.values()) == 1
    for card in pictured:
        check(card, files=len(card.attachments()))


@settings(max_examples=50)
@given(st.lists(comments(), min_size=1, max_size=comment_digest_card.THEME_PAGE_SIZE), WILD)
def test_themes(shown: list[Comment], label: str) -> None:
    quote = Quote(1, "netmender", AT, label, 0, len(label))
    theme = Theme(tuple(range(500)), (quote,), -12)
    digest = CommentDigest(BIG, label, 2_000, 1_900, 3, (theme,) * 6, (Rest("points", tuple(range(500))),))
    for number in (5, 6):
        check(comment_digest_card.theme(digest, number, shown, 496, share=True))


@settings(max_examples=50)
@given(st.lists(st.tuples(WILD, NAME, WILD), max_size=search_cards.HITS_PAGE_SIZE), WILD, st.none() | WILD)
def test_hits(found: list[tuple[str, str, str]], query: str, instead: str | None) -> None:
    hits = tuple(
        Hit(BIG + n, BIG + n if n % 2 else None, None, title, title, author, AT, text, ((0, 4), (2, 9)), n)
        for n, (title, author, text) in enumerate(found)
    )
    page = SearchPage(query, instead, hits, 10, 1000, capped=True)
    filters = Filters(query[:100], query[:100], AT, AT)
    packed = routes.serialize_search(query, filters)
    sought = routes.SearchRoute(packed if routes.fits_inline(packed) else "~" + "a" * 20)
    check(search_cards.hits(page, sought, filters, share=True))
    check(search_cards.no_hits(page, sought, filters, Stats(1, 2, 3, 4, None, None, 5)))
    if hits:
        check(search_cards.mentioned_articles(hits))


@settings(max_examples=50)
@given(WILD, WILD, st.sampled_from(get_args(LoadState)), st.integers(0, 50))
def test_loads(name: str, detail: str, state: Any, rejected: int) -> None:
    rejections = tuple(Rejection(detail, "not-a-page", detail) for _ in range(min(rejected, 20)))
    counts = Counts(BIG, 1, 1)
    receipt = Receipt(
        BIG, 1, name, state, Person(None, name), AT, 8000.0, counts, counts, rejected, rejections, (), detail
    )
    check(load_cards.receipt(receipt))
    check(load_cards.receipt(receipt, b"{}\n", 9_000_000), files=1)
    check(load_cards.undoing(receipt, 7))
    check(load_cards.preview(name, Preview(BIG, BIG, BIG, rejected, rejections, AT, AT)))
    author = clip(name, 80) or "x"
    check(privacy_cards.erasure_question(author, AuthorPreview(BIG, BIG, BIG, complete=False)))
    check(privacy_cards.erasure_question(author, AuthorPreview(0, 0, 0, (name, author, "x"))))
    check(privacy_cards.erasing(name))
    check(privacy_cards.erased(name, Erased(BIG, BIG), Person(None, name)))
    check(load_cards.loads([receipt] * 25, "/archive load"))
    check(load_cards.undo_question(receipt, BIG))
    check(load_cards.progress(name, Progress(BIG, 5, 10, BIG, BIG, rejected, 12.0)))
    check(load_cards.progress(name, None))


def told(card: Card) -> str:
    """Every text of the card, and the labels of its lists."""
    parts = components_of(card)[0]["components"]
    texts = [part["content"] for part in parts if "content" in part]
    rows = [one for part in parts for one in part.get("components", ())]
    return "\n".join([*texts, *(option["label"] for row in rows for option in row.get("options", ()))])


def test_a_slur_waits_behind_a_spoiler_and_stands_in_no_list() -> None:
    one = Comment(5, 1, None, "gullfan", AT, "What a retard, honestly.")
    on = Article(1, None, "T", None, None, AT, False, (), 1)
    digest = CommentDigest(1, "T", 1, 1, 0, (), (Rest("points", (5,)),))
    for card in (
        comment_cards.comments(CommentPage(on, (one,), 0, 1), share=True),
        comment_digest_card.theme(digest, 0, [one], 0, share=True),
    ):
        assert "What a ||retard||, honestly." in told(card)
        assert "gullfan: What a r*****, honestly." in told(card)
        assert told(card).count("retard") == 1


@pytest.mark.parametrize("order", get_args(CommentOrder))
@pytest.mark.parametrize("numbers", [range(1, 2), range(2, 3), range(1, 3), range(1, 40)])
def test_a_list_of_comments_of_other_threads_fits(order: CommentOrder, numbers: range) -> None:
    link = "https://www.reddit.com/r/a/comments/1/"
    on = Article(1, "t3_1", "T", None, None, AT, False, (), 47, link=link, thread_link=link)
    said = tuple(Comment(number, 1, None, f"a{number}", AT, "Gulls.") for number in range(5))
    story = tuple(StoryThread(n, "T", "s", AT, 9, 1, f"r{n}", False, True) for n in numbers)
    page = CommentPage(on, said, 5, 47, order, True, True, (0,) * 5, (3,) * 5, 1, threads=story, reports=2)
    card = comment_cards.comments(page, share=True)
    check(card)
    kinds = [part["type"] for part in walk(components_of(card))]
    assert kinds.count(ComponentType.select.value) == 2 + (numbers != range(1, 2))
    assert kinds.count(ComponentType.button.value) == 7 + 4 + 1 + (5 if order != "thread" else 0)


def test_a_list_says_which_threads_are_too_large_for_it() -> None:
    said = Comment(5, 1, None, "ann", AT, "Gulls.")
    on = Article(1, None, "T", None, None, AT, False, (), 1)
    story = tuple(StoryThread(n, "T", "s", AT, 9, 1, f"r{n}", False, True) for n in range(1, 5))
    card = comment_cards.comments(
        CommentPage(on, (said,), 0, 9, threads=story, alone=1, places=(2,)), share=False
    )
    assert "-# 1 of 9 · from 3 of 4 threads · newest first" in told(card)
    assert "**ann** · r/r2 ·" in told(card)
    labels = [option["label"] for part in walk(components_of(card)) for option in part.get("options", ())]
    assert labels[1:] == ["3 of 4 threads together", "r/r1", "r/r2", "r/r3", "r/r4"]


def test_lines_between_parts_give_way_to_buttons() -> None:
    card = Card(Colour.ARTICLE, "Heading")
    for number in range(30):
        card.add_separator()
        card.add_text(f"Part {number}")
    card.add_buttons(*(Button(f"{number}", None) for number in range(5)))
    check(card)
    kinds = [ComponentType(part["type"]) for part in walk(components_of(card))]
    expected = {ComponentType.button: 5, ComponentType.text_display: 31, ComponentType.separator: 2}
    assert {kind: kinds.count(kind) for kind in expected} == expected
    assert kinds[2] is ComponentType.separator


def test_a_list_of_comments_tells_of_those_that_were_deleted() -> None:
    one = Comment(5, 1, None, "gullfan", AT, "Gulls.")

    def last_line(deleted: int, shown: tuple[Comment, ...]) -> str:
        on = Article(1, None, "T", None, None, AT, False, (), deleted + len(shown))
        page = CommentPage(on, shown, 0, len(shown), deleted=deleted)
        card = comment_cards.comments(page, share=True)
        return next(line for line in told(card).splitlines() if line.startswith("-#"))

    assert last_line(2, (one,)) == "-# 1 of 1 · newest first · 2 more were deleted"
    assert last_line(0, (one,)) == "-# 1 of 1 · newest first"
    assert last_line(2, ()) == "-# All 2 comments were deleted."
    assert last_line(0, ()) == ("-# No comments on this article yet. They appear here once they are loaded.")


def test_an_article_card_says_who_where_and_when() -> None:
    on = Article(1, None, "T", None, None, AT, False, (), 0)
    summary = replace(summary_of(on), terms=KeyTerms(("Ines *Pohl*",), (), ("3 May",)))
    assert " · Ines \\*Pohl\\* · 3 May" in told(cards.article(on, summary, share=False))


def test_a_sentence_of_a_summary_is_never_cut_where_a_whole_one_fits() -> None:
    texts = ["First sentence.", "Second sentence, rather longer.", "x" * 5000 + "."]
    summary = Summary(1, tuple(Sentence(text, 0, 0, len(text)) for text in texts), 3, 1)
    assert cards.sentences(summary, 1000) == "First sentence. Second sentence, rather longer."


def test_the_rate_and_the_time_left_of_a_load_are_told() -> None:
    told = Progress(
        17, 41_000_000, 100_000_000, 61_000, 2_000_000, 18, 60.0, rate=34_350.4, left=86.2, skipped=7
    )
    card = load_cards.progress("worldnews_2021.zst", told)
    text = components_of(card)[0]["components"][0]["content"]
    assert text.splitlines() == [
        "**Loading** worldnews\\_2021.zst · 41% · 1 min 26 secs left",
        "2m of about 4.9m comments · 61,000 articles · 34,350/s",
        "-# 41 MB of 100 MB read · 18 rejected · 7 left out (18+ or filtered)",
    ]


def test_a_load_of_unknown_size_tells_no_share() -> None:
    card = load_cards.progress("pipe", Progress(1, 500, None, 2, 30, 0, 1.0))
    text = components_of(card)[0]["components"][0]["content"]
    assert text.splitlines() == ["**Loading** pipe", "30 comments · 2 articles", "-# 500 bytes read"]


def test_pages_of_text_break_between_paragraphs_and_show_furniture_small() -> None:
    paragraphs = (Paragraph("a " * 800), Paragraph("CLICK HERE", furniture=True), Paragraph("b " * 600))
    article = Article(1, None, "T", None, None, AT + timedelta(0), False, paragraphs, 0)
    first, second = views.text_pages(article)
    assert first.endswith("\n\n-# CLICK HERE")
    assert second.startswith("b b")


def test_threads_of_other_sites_link_to_where_they_stand() -> None:
    thread, post = "https://talk.oar.example/t/oars/64", "https://talk.oar.example/t/oars/64/2"
    article = Article(1, "x3_a", "Oars", None, None, AT, False, (), 1, discussion=thread, thread_link=thread)
    one = Comment(1, 1, "x1_a", "rower", AT, "Spruce.", link=post)
    assert thread in str(
        components_of(comment_cards.comments(CommentPage(article, (one,), 0, 1), share=False))
    )
    assert post in str(components_of(comment_cards.comment(one, article, ["Spruce."], 0, share=False)))
    assert thread in str(
        components_of(comment_cards.comment(replace(one, link=None), article, ["x"], 0, share=False))
    )
