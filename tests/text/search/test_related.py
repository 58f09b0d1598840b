"""Which articles are near to one, and the phrases that are given as the reason."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.articles import Article
from bot.text.search.related import MAX_REASONS, queries, related
from tests.support.comment_threads import article

MARKET = article(
    "Council moves the fish market to the rail yard",
    "The council of Saltmere voted 7 to 4 to move the fish market. Maren Oakes spoke against it.",
    "Stallholders will pay no rent at the old rail yard in the first year, Maren Oakes said.",
)
RENT = article(
    "Stallholders ask who pays for the rail yard",
    "The fish market will open in the old rail yard in May. Stallholders want a written promise on rent.",
    "Maren Oakes has asked the council for one. The council will answer on Tuesday.",
)
FERRY = article(
    "Ferry to the island is late again",
    "The ferry left 40 minutes late on Tuesday. Passengers waited on the quay in the rain.",
    "The company blames a pump, and promises a new one by spring.",
)
CLOCK = article(
    "Town clock runs eleven minutes fast",
    "A physics teacher measured the clock with her class. Nobody had noticed since 1962.",
    "The mayor says that the clock will be corrected, slowly.",
)
SEAL = article(
    "Seal gets a by-law of its own",
    "Nobody may feed the seal at the east mole. Signs will be put up before summer.",
    "The seal did not comment.",
)


def numbered(*articles: Article) -> list[Article]:
    return [replace(each, id=number) for number, each in enumerate(articles, start=10)]


def test_the_articles_on_the_same_subject_come_first_with_what_they_share() -> None:
    candidates = numbered(FERRY, CLOCK, RENT, SEAL)
    (nearest, *rest) = related(MARKET, candidates, 5)
    assert nearest.article.title == RENT.title
    assert {"rail yard", "fish market"} <= set(nearest.reasons)
    assert len(nearest.reasons) == MAX_REASONS
    assert rest == []


def test_reasons_are_the_articles_own_words_to_the_character() -> None:
    text = f"{MARKET.title}\n{MARKET.body}"
    for relative in related(MARKET, numbered(RENT, FERRY, CLOCK, SEAL), 5):
        assert all(reason in text for reason in relative.reasons)


def test_a_word_that_says_nothing_is_no_reason() -> None:
    moving, staying = numbered(
        article("The market will move", "The market will move in May. It will rain, and gulls will watch."),
        article("The market will stay", "The market will stay. Gulls will watch it, and it will snow."),
    )
    (near,) = related(moving, [staying], 5)
    assert near.reasons
    assert not any("will" in (reason.split()[0], reason.split()[-1]) for reason in near.reasons)


def test_an_article_is_not_its_own_relative() -> None:
    assert related(MARKET, [MARKET], 5) == ()


def test_dates_and_numbers_alone_are_no_reason() -> None:
    first = article(
        "Swimmers meet", "They met on Tuesday at 40 places. The water was cold, and it was Tuesday."
    )
    assert related(first, numbered(FERRY, CLOCK, SEAL), 5) == ()


def test_no_more_than_the_limit_are_given() -> None:
    copies = numbered(RENT, RENT, RENT, FERRY, CLOCK, SEAL)
    assert len(related(MARKET, copies, 2)) == 2


def test_queries_are_the_title_and_what_the_body_repeats() -> None:
    title, body = queries(MARKET)
    assert title == "council moves fish market rail yard"
    assert {"maren", "oakes", "move"} <= set(body.split()[:8])
    assert queries(article("The of and", "It is.")) == ()


@settings(max_examples=60)
@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=200)), min_size=2, max_size=6))
def test_any_texts_have_relatives_or_none(texts: list[tuple[str, str]]) -> None:
    first, *others = numbered(*(article(title, body) for title, body in texts))
    for relative in related(first, others, 5):
        assert 0 < relative.similarity <= 1.000001
        assert 0 < len(relative.reasons) <= MAX_REASONS
