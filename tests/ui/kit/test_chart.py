"""The picture of a thread's time: a PNG that anybody can read, with the bars where they should be."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.ui.kit.chart import BASE, HEIGHT, WIDTH, chart

NOTHING = 0


def heights(counts: list[int]) -> list[int]:
    """How many pixels high the bars stand, looked at in the middle of each one's room."""
    picture = Image.open(io.BytesIO(chart(counts))).convert("RGBA")
    assert picture.size == (WIDTH, HEIGHT)
    alpha = picture.getchannel("A")
    middles = [int(WIDTH * (at + 0.5) / len(counts)) for at in range(len(counts))]
    return [sum(alpha.getpixel((x, y)) != NOTHING for y in range(HEIGHT - BASE)) for x in middles]


def test_bars_are_as_high_as_their_counts() -> None:
    assert heights([4, 1, 0, 2]) == pytest.approx([HEIGHT - BASE, 43, 0, 86], abs=1)


def test_one_comment_beside_thousands_is_seen() -> None:
    assert heights([5_000, 1])[1] > 4


@settings(max_examples=50)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=48).filter(any))
def test_any_counts_make_a_small_picture_in_which_each_bar_stands(counts: list[int]) -> None:
    assert len(chart(counts)) < 10_000
    assert [bool(height) for height in heights(counts)] == [bool(count) for count in counts]


def test_the_highest_bar_stands_out() -> None:
    picture = Image.open(io.BytesIO(chart([1, 2]))).convert("RGBA")
    low, high = (picture.getpixel((x, HEIGHT - BASE - 8)) for x in (WIDTH // 4, 3 * WIDTH // 4))
    assert low != high
