"""Texts are measured as Discord measures, and cut where a reader would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.kit import truncate

WILD = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("*_<@\\ \n#.:/𝒳👩")), max_size=300)


def test_characters_beyond_the_first_plane_count_twice() -> None:
    assert truncate.utf16_length("a𝒳") == 3


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one, two three", 6, "one…"),
        ("*****", 6, "\\*\\*…"),
        ("unbroken" * 3, 10, "unbrokenu…"),
        ("", 5, ""),
    ],
)
def test_a_text_is_cut_between_words(text: str, limit: int, expected: str) -> None:
    assert truncate.truncate(text, limit) == expected


def test_a_link_that_is_cut_is_no_link() -> None:
    cut = truncate.truncate("https://site.example/" + "a" * 50, 30)
    assert "<" not in cut
    assert "\\://" in cut


@given(WILD, st.integers(0, 200))
def test_what_is_cut_fits(text: str, limit: int) -> None:
    assert truncate.utf16_length(truncate.truncate(text, limit)) <= limit
    assert truncate.utf16_length(truncate.truncate_lines(text, limit)) <= limit


@given(WILD, st.integers(2, 100))
def test_a_label_fits_and_is_one_line(text: str, limit: int) -> None:
    label = truncate.label(text, limit)
    assert truncate.utf16_length(label) <= limit
    assert "\n" not in label
