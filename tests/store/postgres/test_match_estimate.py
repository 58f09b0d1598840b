"""How many rows match, by what is known of the words."""

from __future__ import annotations

import pytest

from bot.store.postgres.match_estimate import estimated_rows
from bot.store.text_match import MatchAll, MatchAny, MatchWithout, MatchWords, TextMatch

ROWS = {"the": 900, "harbour": 100, "lamp": 10}


def words(*given: str, prefix: bool = False) -> MatchWords:
    return MatchWords(given, prefix)


@pytest.mark.parametrize(
    ("match", "rows"),
    [
        (words("harbour"), 100),
        (words("the", "harbour"), 90),
        (words("zither"), 1),
        (words("harb", prefix=True), None),
        (words("lamp", "harb", prefix=True), 10),
        (MatchAny((words("harbour"), words("lamp"))), 110),
        (MatchAny((words("harbour"), words("la", prefix=True))), None),
        (MatchAll((words("harbour"), words("lamp"))), 1),
        (MatchAll((words("harbour"), words("la", prefix=True))), 100),
        (MatchWithout(words("lamp"), words("harbour")), 10),
    ],
)
def test_words_occur_independently(match: TextMatch, rows: float | None) -> None:
    assert estimated_rows(match, ROWS, 1000) == (None if rows is None else pytest.approx(rows))
