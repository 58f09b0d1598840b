"""Escaping, splitting and measuring take linear time for any text, and a shown text is split once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.domain.articles import Article, Paragraph
from bot.ui.articles import views
from bot.ui.kit import markdown, source_text, truncate
from tests.support.growth import assert_linear, seconds

pytestmark = pytest.mark.slow

PIECES = (
    "*",
    "`\n",
    "https://a.example/ ",
    "a ",
    "𝒳",
    " ",
    "\n",
    "1. ",
    "\n# ",
    "<@1>",
    "\u200b",
    "a. ",
    "x",
)
MARKUP = ("> a\n>!b!< ", "[a](https://b.example/(c)) ", "](http://(a", "[[", ">!", "http://")
LIMITED: dict[str, Callable[[str], object]] = {
    "truncate": lambda text: truncate.truncate(text, 1_800),
    "truncate_lines": lambda text: truncate.truncate_lines(text, 1_800),
    "label": lambda text: truncate.label(text, 80),
    "escape": markdown.escape,
    "line": markdown.line,
}
SOURCE: dict[str, Callable[[str], object]] = {
    "pages": lambda text: source_text.pages(text, 1_800),
    "excerpt": lambda text: source_text.excerpt(text, 400, [(0, 5), (9, len(text))]),
}
MAX_SECONDS = 1.5


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("function", LIMITED.values(), ids=LIMITED)
def test_a_text_takes_linear_time(function: Callable[[str], object], piece: str) -> None:
    assert_linear(lambda size: piece * (size // len(piece)), function, 10_000)


@pytest.mark.parametrize("piece", [*PIECES, *MARKUP])
@pytest.mark.parametrize("function", SOURCE.values(), ids=SOURCE)
def test_a_stored_text_takes_linear_time(function: Callable[[str], object], piece: str) -> None:
    assert_linear(lambda size: piece * (size // len(piece)), function, 4_000)


def article(text: str, paragraphs: int = 1) -> Article:
    own = tuple(Paragraph(text) for _ in range(paragraphs))
    return Article(1, None, "Gulls", "a.example", "tern", datetime(2024, 3, 12, tzinfo=UTC), False, own, 0)


@pytest.mark.parametrize("piece", PIECES)
def test_pages_of_two_megabytes_are_bounded_and_made_once(piece: str) -> None:
    text = piece * (2_000_000 // len(piece))
    many = [article(text), article(piece * 100, 20_000 // len(piece))]
    for pages, shown in [(views.comment_pages, text), *((views.text_pages, one) for one in many)]:
        assert seconds(pages, shown) < MAX_SECONDS  # type: ignore[arg-type]  # each takes its own kind
        assert seconds(pages, shown) < MAX_SECONDS / 20  # type: ignore[arg-type]


def test_what_is_left_out_is_told() -> None:
    most = "word " * (views.MAX_TEXT // 5)
    assert "too long" not in views.comment_pages(most)[-1]
    assert views.comment_pages(f"{most} and more")[-1].startswith("-# The rest of this text is too long")
    assert "too long" not in views.text_pages(article(most))[-1]
    assert "too long" in views.text_pages(article(most, 2))[-1]
    assert views.comment_pages("") == [""]
