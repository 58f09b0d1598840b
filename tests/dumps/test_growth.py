"""Reading a dump takes linear time, whatever it is made of."""

from __future__ import annotations

import pytest

from bot.dumps.formats.page import parse_page
from tests.support.dump_pages import page, thread
from tests.support.growth import assert_linear

TITLES = ("Harbour", "a" + " -" * 900 + "a", "a" + "!" * 1_900 + "a", "'" * 1_900, "Aa " * 600)
LINES = ("A gull flew.", "- " * 300, "Aa " * 200, "photo: ", "Follow " + "us " * 200, "1", '."' * 300)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[:10])
@pytest.mark.parametrize("title", TITLES, ids=lambda title: title[:4])
def test_a_page_takes_linear_time(title: str, line: str) -> None:
    def made(lines: int) -> str:
        return page(title, body=[line] * lines, comments=thread(lines // 10))

    assert_linear(made, parse_page, 60)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[:10])
def test_a_long_line_takes_linear_time(line: str) -> None:
    assert_linear(lambda size: page(body=[line * (size // len(line))]), parse_page, 20_000)
