"""Which spellings are a slip away."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.language.edit_distance import nearest_words

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


def dictionary(words: Sequence[str]) -> dict[int, str]:
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
    assert nearest_words(word, dictionary(WORDS)) == found


@pytest.mark.parametrize(
    ("typed", "first", "second"),
    [
        ("habbit", "habit", "hobbit"),  # a doubled letter before a changed vowel
        ("commitee", "committee", "commitex"),  # one not doubled before a changed letter
        ("seperate", "separate", "sewerate"),  # another vowel before another consonant
        ("trian", "train", "trial"),
    ],
)
def test_likelier_slips_come_first(typed: str, first: str, second: str) -> None:
    assert nearest_words(typed, dictionary([second, first]))[0] == first


def test_nothing_is_near_nothing() -> None:
    assert nearest_words("fish", {}) == []


def edits(first: str, second: str) -> int:
    """Optimal string alignment, by its definition."""
    rows = [list(range(len(second) + 1))]
    for i, a in enumerate(first, 1):
        row = [i]
        for j, b in enumerate(second, 1):
            cost = min(rows[-1][j] + 1, row[j - 1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and b == first[i - 2]:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_distance_is_one_way_as_the_other(one: str, other: str) -> None:
    digits = any(char.isdigit() for char in one + other)
    same_limit = (len(one) < 6) == (len(other) < 6)
    if same_limit and not digits:
        there = nearest_words(one, dictionary([other]))
        assert bool(there) == bool(nearest_words(other, dictionary([one])))
    assert nearest_words(one, dictionary([one])) == []


@given(
    st.text("abcd", min_size=1, max_size=9), st.lists(st.text("abcd", min_size=1, max_size=9), max_size=20)
)
def test_nothing_near_is_missed(word: str, among: list[str]) -> None:
    allowed = 1 if len(word) < 6 else 2
    expected = {other for other in among if 0 < edits(word, other) <= allowed}
    near = nearest_words(word, dictionary(among))
    assert set(near) == expected
    assert [edits(word, other) for other in near] == sorted(edits(word, other) for other in near)
