"""How the bot speaks: plainly, in whole sentences, without shouting."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from bot.domain.answers import CommentDigest, Quote
from bot.domain.articles import Stats
from bot.domain.search import SearchPage
from bot.i18n import ENGLISH, catalogue, formats
from bot.ui.articles import strings as article_strings
from bot.ui.kit import format
from bot.ui.search import strings as search_strings

EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf]")


def test_nothing_is_shouted_and_nobody_says_i() -> None:
    for id_, source in catalogue(ENGLISH).sources.items():
        text = re.sub(r"^#.*", "", source.partition("=")[2], flags=re.MULTILINE)
        assert "!" not in text, id_
        assert not re.search(r"\b(I|I'm|my|sorry|please|oops)\b", text, re.IGNORECASE), id_
        assert not EMOJI.search(text), id_
        assert not re.search(r"\w  +\w", text), id_


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.1 secs"),
        (9.94, "9.9 secs"),
        (12.4, "12 secs"),
        (59.6, "1 min"),
        (144, "2 mins 24 secs"),
        (11_100, "3 hrs 5 mins"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert formats.duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1 kB"), (212_345_678, "212 MB"), (3 * 10**9, "3 GB")],
)
def test_sizes(count: int, text: str) -> None:
    assert formats.file_size(count) == text


def test_coverage_counts_what_was_left_out() -> None:
    digest = CommentDigest(1, "T", 41, 30, 3, (), bots=1, copies=2, brief=5)
    assert article_strings.coverage(digest) == (
        "Based on 30 of 41 comments (skipped 3 deleted, 1 bot, 2 repeated and 5 very short)"
    )
    assert article_strings.coverage(CommentDigest(1, "T", 4, 3, 0, (), brief=1, few=(), scored=True)) == (
        "Based on 3 of 4 comments (skipped 1 very short)"
    )
    when = datetime(2024, 3, 12, tzinfo=UTC)
    few = (Quote(1, "a", when, "Yes.", 0, 4, 7), Quote(2, "b", when, "No.", 0, 3))
    partly = article_strings.coverage(CommentDigest(1, "T", 2, 2, 0, (), brief=1, few=few))
    assert partly == "Based on all 2 comments"
    assert article_strings.coverage(CommentDigest(1, "T", 1, 1, 0, (), few=few[:1])) == (
        "Based on the only comment"
    )


@pytest.mark.parametrize(
    ("full", "text"),
    [
        (4, ""),
        (0, "none has all the words"),
        (1, "only the first has all the words"),
        (3, "the first 3 have all the words"),
    ],
)
def test_how_many_hits_have_every_word(full: int, text: str) -> None:
    assert search_strings.matching(SearchPage("a b", None, (), 0, 4, full=full)) == text


def test_what_an_archive_holds() -> None:
    first, last = datetime(2017, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)
    assert format.archive_size(Stats(1204, 5, 3, 2, first, last, 9)) == "1,204 threads, 2017 to 2024"
    assert format.archive_size(Stats(1, 5, 3, 2, last, last, 9)) == "1 thread, 2024"
    assert format.archive_size(Stats(0, 0, 0, 0, None, None, 9)) == "0 threads"
