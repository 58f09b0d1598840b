"""What is the same title, the same link and the same comment."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.corpus import deduplication
from tests.support.growth import assert_linear


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Harbour council votes", "  HARBOUR  council\u00a0votes "),
        ("Council's “yes”: 7–4", 'council’s "yes" 7-4'),
        ("the Taliban , marking", "The Taliban, marking"),
        ("Ｆｕｌｌ width", "full width"),
        ("Straße", "STRASSE"),
        ("«»", " «» "),
    ],
)
def test_titles_that_are_the_same(one: str, other: str) -> None:
    assert deduplication.title_fingerprint(one) == deduplication.title_fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rates up 5", "Rates up 6"),
        ("C++ wins", "C wins"),
        ("कि", "का"),
        ("?", "!"),
        ("rail yard", "railyard"),
        ("£5 fine", "$5 fine"),
    ],
)
def test_titles_that_differ(one: str, other: str) -> None:
    assert deduplication.title_fingerprint(one) != deduplication.title_fingerprint(other)


@given(st.text())
def test_a_normal_title_is_normal(title: str) -> None:
    once = deduplication.normalize_title(title)
    assert deduplication.normalize_title(once) == once
    assert bool(once) == bool(title.split())


@given(st.text(max_size=20))
def test_a_fingerprint_fits_into_sqlite(title: str) -> None:
    assert -(1 << 63) <= deduplication.title_fingerprint(title) < 1 << 63


def test_half_a_character_has_no_fingerprint() -> None:
    with pytest.raises(UnicodeEncodeError):
        deduplication.title_fingerprint("\ud800")


@pytest.mark.parametrize(
    "link",
    [
        "http://courier.example/2024/fish-market",
        "https://www.courier.example/2024/fish-market/",
        "https://COURIER.example:443/2024//fish-market#comments",
        "https://m.courier.example/2024/fish-market?utm_source=x&fbclid=y",
        "courier.example/2024/fish-market/amp",
        "https://user@courier.example/2024/fish-market/index.html",
    ],
)
def test_links_that_are_the_same(link: str) -> None:
    assert deduplication.link_hash(link) == deduplication.link_hash(
        "https://courier.example/2024/fish-market"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/story?id=1", "https://a.example/story?id=2"),
        ("https://a.example/Story", "https://a.example/story"),
        ("https://a.example/", "https://b.example/"),
    ],
)
def test_links_that_differ(one: str, other: str) -> None:
    assert deduplication.link_hash(one) != deduplication.link_hash(other)


def test_the_order_of_parameters_does_not_count() -> None:
    assert deduplication.link_hash("https://a.example/?b=2&a=1") == deduplication.link_hash(
        "https://a.example/?a=1&b=2"
    )


@pytest.mark.parametrize("link", [None, "", "no link", "https://", "https://[broken", "http:///x"])
def test_what_is_no_link_has_no_address(link: str | None) -> None:
    assert deduplication.link_hash(link) is None


@pytest.mark.parametrize(
    "link",
    [
        "https://www.reddit.com/r/worldnews/comments/abc12/fish_market/",
        "https://old.reddit.com/r/worldnews/comments/ABC12",
        "reddit.com/comments/abc12/x/def34/?context=3",
        "https://np.reddit.com/user/someone/comments/abc12/x",
        "https://redd.it/abc12",
    ],
)
def test_reddit_addresses_lead_to_a_submission(link: str) -> None:
    assert deduplication.reddit_submission_number(link) == int("abc12", 36)


@pytest.mark.parametrize(
    "link",
    [
        "https://notreddit.com/comments/abc12",
        "https://reddit.com/r/worldnews",
        "https://a.example/?u=redd.it/abc12",
    ],
)
def test_other_addresses_do_not(link: str) -> None:
    assert deduplication.reddit_submission_number(link) is None


@given(st.text())
def test_any_text_may_be_asked_for_as_a_link(link: str) -> None:
    address = deduplication.link_hash(link.encode(errors="replace").decode())
    assert address is None or -(1 << 63) <= address < 1 << 63
    assert deduplication.reddit_submission_number(link) is None or "red" in link.lower()


class Said(NamedTuple):
    """A comment, and which it is."""

    author: str
    posted_at: int
    text: str
    number: int = 0


def test_the_same_author_goes_before_a_deleted_one() -> None:
    stored = [Said("ann", 0, "Yes.", 1), Said("[deleted]", 0, "Yes.", 2)]
    assert deduplication.pair_comments(stored, [Said("[deleted]", 0, "Yes."), Said("ann", 0, "Yes.")]) == [
        stored[1],
        stored[0],
    ]


def test_each_stored_comment_is_used_once() -> None:
    stored = [Said("ann", 0, "Yes.", 1)]
    assert deduplication.pair_comments(stored, [Said("ann", 59, " Yes."), Said("ann", 0, "Yes.")]) == [
        stored[0],
        None,
    ]


@pytest.mark.parametrize("other", [Said("ben", 0, "Yes."), Said("ann", 60, "Yes."), Said("ann", 0, "No.")])
def test_comments_that_differ(other: Said) -> None:
    assert deduplication.pair_comments([Said("ann", 0, "Yes.")], [other]) == [None]


said = st.builds(
    Said, st.sampled_from(["ann", "ben", "[deleted]"]), st.sampled_from([0, 30, 60]), st.sampled_from("xy")
)


@given(st.lists(said, max_size=8), st.randoms(use_true_random=False))
@pytest.mark.slow
def test_a_page_is_found_again_in_any_order(page: list[Said], order: random.Random) -> None:
    stored = [one._replace(number=number) for number, one in enumerate(page)]
    coming = order.sample(page, len(page))
    pairs = deduplication.pair_comments(stored, coming)
    assert sorted(pair.number for pair in pairs if pair) == list(range(len(page)))
    assert all(pair and pair.author == one.author for pair, one in zip(pairs, coming, strict=True))


def naive(stored: list[Said], coming: list[Said]) -> list[Said | None]:
    """The pairs by the rules as written, in quadratic time."""
    unused = list(stored)
    pairs: list[Said | None] = [None] * len(coming)
    for exact in (True, False):
        for number, one in enumerate(coming):
            fits = (
                other
                for other in unused
                if deduplication.minute_and_text(other) == deduplication.minute_and_text(one)
                and (other.author == one.author if exact else "[deleted]" in (other.author, one.author))
            )
            if pairs[number] is None and (found := next(fits, None)):
                pairs[number] = found
                unused.remove(found)
    return pairs


@given(st.lists(said, max_size=12), st.lists(said, max_size=12))
def test_pairs_are_those_of_the_rules(page: list[Said], coming: list[Said]) -> None:
    stored = [one._replace(number=number) for number, one in enumerate(page)]
    assert deduplication.pair_comments(stored, coming) == naive(stored, coming)


AUTHORS: dict[str, Callable[[int], str]] = {
    "one": lambda number: "ann",
    "many": lambda number: f"ann{number}",
    "deleted": lambda number: "[deleted]",
    "half deleted": lambda number: "[deleted]" if number % 2 else f"ann{number}",
}


@pytest.mark.parametrize("stored", AUTHORS)
@pytest.mark.parametrize("coming", AUTHORS)
def test_pairing_takes_linear_time(stored: str, coming: str) -> None:
    def made(count: int) -> tuple[list[Said], list[Said]]:
        page = [Said(AUTHORS[stored](number), 0, "Yes.", number) for number in range(count)]
        return page, [Said(AUTHORS[coming](number), 0, "Yes.") for number in reversed(range(count))]

    assert_linear(made, lambda pages: deduplication.pair_comments(*pages), 2_000)
