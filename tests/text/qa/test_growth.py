"""Passages of any length are answered from, in bounded time and memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from bot.domain.answers import Answer, Evidence
from bot.domain.articles import Article, Comment, Paragraph
from bot.text.language.word_vectors import Rows
from bot.text.qa.answerer import Answerer
from bot.text.qa.features import WordVectorCache
from tests.support.growth import seconds

pytestmark = pytest.mark.slow

START = datetime(2024, 3, 12, 9, tzinfo=UTC)
MAX_SECONDS = 4.0
MAX_BYTES = 200 << 20
FILLERS: dict[str, Callable[[int], str]] = {
    "one sentence of different words": lambda number: f"w{number} ",
    "short sentences": lambda number: f"Gull{number} flew. ",
    "numbers": lambda number: f"{number} boats, ",
    "names": lambda number: f"in Norrby{number}, ",
    "years": lambda number: f"in May {1000 + number % 1000} ",
    "one letter": lambda number: "a",
}
QUESTIONS = ("Where does the ferry go?", "How many ferries go?", "Who is the ferry?")


class Letters:
    """A table in which the row of a word is its letters."""

    name = "letters"
    dims = 256

    def knows(self, languages: Sequence[str]) -> bool:
        return True

    def words(self, words: Sequence[str]) -> Rows:
        rows = np.zeros((len(words), self.dims), np.float32)
        for row, word in zip(rows, words, strict=True):
            for letter in word.encode():
                row[letter] += 1
        return rows

    def vocabulary(self) -> Sequence[str]:
        return ()

    def pieces(self, word: str) -> int:
        return len(word)

    def encode(self, texts: Sequence[str]) -> Rows:
        return self.words(texts)


ANSWERER = Answerer(Letters)


def evidence(filler: str, characters: int) -> Evidence:
    """As many passages as are read, each of the ferry and of words of its own."""
    width = len(FILLERS[filler](9_999))

    def text(number: int) -> str:
        places = range(number * characters, number * characters + characters // width)
        return "The ferry goes to " + "".join(map(FILLERS[filler], places))

    long = Article(1, None, text(0), "a.example", "tern", START, False, (Paragraph(text(1)),), 9)
    comments = [Comment(n, 1, None, f"gull{n}", START, text(n)) for n in range(2, 11)]
    return Evidence((long,), tuple(comments), (), {"ferri": 10, "go": 10}, 300)


@pytest.mark.parametrize("characters", [1_000, 50_000])
@pytest.mark.parametrize("filler", FILLERS)
def test_any_passages_are_answered_from(filler: str, characters: int) -> None:
    found = evidence(filler, characters)

    def ask(question: str) -> Answer:
        return ANSWERER.answer(ANSWERER.parse_question(question), found)

    for question in QUESTIONS:
        assert seconds(ask, question) < MAX_SECONDS
    tracemalloc.start()
    try:
        assert ask(QUESTIONS[0]).passages
        assert tracemalloc.get_traced_memory()[1] < MAX_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("count", [10, 16_384, 16_385, 40_000])
def test_words_beyond_the_cache_have_no_row(count: int) -> None:
    cache = WordVectorCache(Letters())
    words = [f"w{number}" for number in range(count)]
    for _ in range(2):
        rows, lengths = cache.rows(words)
        assert rows.shape == (count, 256)
        assert (lengths[: cache.MAX_WORDS] > 0).all()
        assert not lengths[cache.MAX_WORDS :].any()
    rows, lengths = cache.rows(["new", *words[:5]])
    assert lengths.all()
