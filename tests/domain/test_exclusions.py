"""Filters leave out what they name, and nothing else."""

from __future__ import annotations

import pytest

from bot.domain.exclusions import MAX_NAMES, Exclusions, LeftOut, Traits, find_filter
from bot.errors import BadInput

ARTICLE = Traits(
    "Gulls return to the fish-market",
    "They came from C++ harbour at noon. 港の市場も開いた。",
    "Courier.example",
    "tidewatcher",
    "harbour",
    "Question",
    9,
    3,
)


@pytest.mark.parametrize(
    ("exclusions", "filter_", "text"),
    [
        (Exclusions(words=("gulls",)), "words", "Gulls"),
        (Exclusions(words=("zeppelin", "fish-market")), "words", "fish-market"),
        (Exclusions(words=("c++",)), "words", "C++"),
        (Exclusions(words=("harbour  at noon",)), "words", "harbour at noon"),
        (Exclusions(words=("市場",)), "words", "市場"),
        (Exclusions(sources=("courier.EXAMPLE",)), "sources", "Courier.example"),
        (Exclusions(authors=("TideWatcher",)), "authors", ""),
        (Exclusions(subreddits=("Harbour",)), "subreddits", "harbour"),
        (Exclusions(flair=("question",)), "flair", "Question"),
        (Exclusions(min_score=10), "score", "10"),
        (Exclusions(min_comments=4), "comments", "4"),
    ],
)
def test_each_filter_leaves_out_and_is_named(exclusions: Exclusions, filter_: str, text: str) -> None:
    left_out = exclusions.match(ARTICLE)
    assert left_out is not None
    assert (left_out.filter, left_out.text) == (filter_, text)


@pytest.mark.parametrize(
    "exclusions",
    [
        Exclusions(),
        Exclusions(words=("gull", "mark", "fish market", "ret.rn")),
        Exclusions(sources=("courier",), authors=("tide",), subreddits=("harb",), flair=("Quest",)),
        Exclusions(min_score=9, min_comments=3),
    ],
)
def test_what_only_resembles_stays(exclusions: Exclusions) -> None:
    assert exclusions.match(ARTICLE) is None


def test_an_unknown_score_is_not_too_low() -> None:
    unscored = Traits("A page", "", None, None, None, None, None, 0)
    assert Exclusions(min_score=10, sources=("x",), authors=("y",)).match(unscored) is None


def test_the_servers_filter_is_named_as_such() -> None:
    own, servers = Exclusions(words=("zeppelin",)), Exclusions(words=("gulls",))
    assert find_filter(own, servers, ARTICLE) == LeftOut("words", "Gulls", server=True)
    assert find_filter(servers, servers, ARTICLE) == LeftOut("words", "Gulls")


def test_an_erased_author_is_named_no_more() -> None:
    kept = Exclusions(authors=("ann", "Bob")).without_author("bob")
    assert kept == Exclusions(authors=("ann",))


@pytest.mark.parametrize(
    "exclusions",
    [
        Exclusions(words=("x",) * (MAX_NAMES + 1)),
        Exclusions(words=(" ",)),
        Exclusions(flair=("x" * 101,)),
        Exclusions(min_score=10**9),
    ],
)
def test_what_no_form_allows_is_refused(exclusions: Exclusions) -> None:
    with pytest.raises(BadInput):
        exclusions.check()
