"""How many rows can match, by what is known of the words."""

from __future__ import annotations

import pytest

from bot.store.postgres.match_estimate import most_rows
from bot.store.text_match import MatchAll, MatchAny, MatchWithout, MatchWords, TextMatch

ROWS = {"the": 900, "harbour": 100, "lamp": 10}


def words(*given: str, prefix: bool = False) -> MatchWords:
    return MatchWords(given, prefix)


@pytest.mark.parametrize(
    ("match", "rows"),
    [
        (words("harbour"), 100),
        (words("the", "harbour"), 100),
        (words("zither"), 1),
        (words("1999"), None),
        (words("гавань"), None),
        (words("x" * 41), None),
        (words("harbour", "1999"), 100),
        (words("harb", prefix=True), None),
        (words("lamp", "harb", prefix=True), 10),
        (MatchAny((words("harbour"), words("lamp"))), 110),
        (MatchAny((words("harbour"), words("la", prefix=True))), None),
        (MatchAll((words("harbour"), words("lamp"))), 10),
        (MatchAll((words("harbour"), words("la", prefix=True))), 100),
        (MatchWithout(words("lamp"), words("harbour")), 10),
    ],
)
def test_the_rarest_word_is_the_bound(match: TextMatch, rows: int | None) -> None:
    assert most_rows(match, ROWS) == rows
