"""Which spellings are a slip away."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.language.edit_distance import edit_distance, nearest_words

WORDS = [
    "fish",
    "fist",
    "market",
    "markets",
    "marked",
    "harbour",
    "harbor",
    "2019",
    "2020",
    "fsh1",
    "рынок",
    "",
]


def shelves(words: Sequence[str]) -> dict[int, str]:
    """The words by their length, as the store keeps them."""
    return {size: "".join(word for word in words if len(word) == size) for size in set(map(len, words))}


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("fsh", ["fish"]),
        ("fihs", ["fish"]),
        ("ish", ["fish"]),
        ("markte", ["market", "markets", "marked"]),
        ("harbur", ["harbour", "harbor"]),
        ("рынк", ["рынок"]),
        ("market", ["markets", "marked"]),
        ("2021", []),
        ("zeppelin", []),
        ("", []),
    ],
)
def test_nearest(word: str, found: list[str]) -> None:
    assert nearest_words(word, shelves(WORDS)) == found


def test_nothing_is_near_nothing() -> None:
    assert nearest_words("fish", {}) == []


@given(st.text(max_size=12), st.text(max_size=12))
def test_distance_is_one_way_as_the_other(one: str, other: str) -> None:
    assert edit_distance(one, other, 99) == edit_distance(other, one, 99)
    assert (edit_distance(one, other, 99) == 0) == (one == other)
    assert edit_distance(one, other, 99) <= max(len(one), len(other))


@given(
    st.text("abcd", min_size=1, max_size=9), st.lists(st.text("abcd", min_size=1, max_size=9), max_size=20)
)
def test_nothing_near_is_missed(word: str, among: list[str]) -> None:
    allowed = 1 if len(word) < 6 else 2
    expected = {other for other in among if 0 < edit_distance(word, other, allowed) <= allowed}
    assert set(nearest_words(word, shelves(among))) == expected
