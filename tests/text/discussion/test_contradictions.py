"""Comments against the article and beyond it: only where the words support it."""

from __future__ import annotations

import pytest

from bot.domain.answers import Divergence
from bot.text.discussion.contradictions import ArticleComparison
from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.quantities import find_quantities
from tests.support.comment_threads import MARKET, article, comment_texts


def found(*texts: str) -> list[Divergence]:
    parsed, stems = comment_texts(*texts)
    comparison = ArticleComparison(MARKET, parsed, stems)
    contradictions = comparison.contradictions()
    quoted = {quote.comment for divergence in contradictions for quote in divergence.quotes}
    return contradictions + comparison.additions(quoted)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They voted 6 to 5.", [((6, 5), "range")]),
        ("It took 10-15 people from 2019-2020.", []),
        ("The petition has 3,100 names and cost $2.5 million.", [((3100,), "name"), ((2.5e6,), "$")]),
        ("Rent fell by 12 percent in 1999.", [((12,), "%")]),
        ("Forty-one or 41 of them stayed three rainy days", [((3,), "raini")]),
        ("Half of 7", []),
    ],
)
def test_figures_say_what_they_count(text: str, expected: list[tuple[tuple[float, ...], str]]) -> None:
    assert [
        (figure.values, figure.unit) for figure in find_quantities(text, CommentStemmer("en"))
    ] == expected


def test_another_count_of_the_same_vote() -> None:
    (against,) = found(
        "It was 6 to 5, whatever they say.", "No, 6 to 5 was the vote, I saw it on the screen."
    )
    assert (against.kind, against.comments_say, against.article_says) == ("contradicts", "6 to 5", "7 to 4")
    assert against.comments == (1, 2)


def test_another_count_of_the_same_names() -> None:
    (against,) = found("The petition against the move already has 4,200 names.")
    assert (against.comments_say, against.article_says) == ("4,200 names", "3,100 names")


def test_the_article_is_quoted_and_corrected() -> None:
    (against,) = found("The article says 41 but I count 38 every Friday.")
    assert (against.comments_say, against.article_says) == ("38", "41")
    assert against.sentence is not None
    assert "41 stallholders" in against.sentence.text


def test_a_denial_of_what_the_article_says() -> None:
    (against,) = found("Stallholders do pay rent in the first year.")
    assert against.kind == "contradicts"
    assert against.comments_say == "Stallholders do pay rent in the first year."
    assert against.article_says == "The 41 stallholders will pay no rent in the first year."


@pytest.mark.parametrize(
    "text",
    [
        "The vote was 7 to 4, as it says above.",
        "My team lost 3 to 1 on Saturday.",
        "If the petition had 5,000 names they would listen.",
        "Would the petition against the move have 5,000 names?",
        "I have 12 cats.",
        "The council voted to move the market, no surprise there.",
        "The stallholders will not pay rent in the first year.",
    ],
)
def test_nothing_is_read_into_words(text: str) -> None:
    assert [each for each in found(text) if each.kind == "contradicts"] == []


def test_what_witnesses_add() -> None:
    added = found(
        "I worked at that rail yard for nine winters and the drains freeze.",
        "Markets are nice.",
        "The article does not mention that the mayor owns the yard.",
    )
    assert [(each.kind, each.comments) for each in added] == [("adds", (3,)), ("adds", (1,))]


def test_no_article_no_beyond() -> None:
    parsed, stems = comment_texts("It was 6 to 5.")
    comparison = ArticleComparison(article(), parsed, stems)
    assert comparison.contradictions() == comparison.additions() == []
