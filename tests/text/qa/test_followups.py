"""Questions that leave out what the question before has said."""

from __future__ import annotations

import pytest

from bot.text.qa.followups import Completion, Exchange, complete
from tests.support.follow_ups import FollowUpTally, follow_ups


def test_follow_ups_are_completed_as_people_understand_them() -> None:
    tally = FollowUpTally()
    wrong = []
    for follow_up in follow_ups():
        tally.add(follow_up)
        if follow_up.completed not in ("-", *follow_up.expected):
            wrong.append(f"{follow_up.text}: {follow_up.completed}")
    assert wrong == []
    assert tally.missed <= 4, tally


@pytest.mark.parametrize("text", ["", "?", "and?", "Why?" * 400, "\x00", "why\u202e", "¿", "und", "ve"])
@pytest.mark.parametrize("before", ["", "?", "Did it?", "Why?", "Hat?", "¿?", "mi", "How many", "a" * 5_000])
def test_any_text_can_follow_any_other(text: str, before: str) -> None:
    for fact in ("", "7", "x" * 1_000):
        completion = complete(text, Exchange(before, fact))
        assert completion is None or completion.question.endswith("?")


def test_another_time_place_or_name_moves_the_question() -> None:
    before = Exchange("How many refugees arrived in Greece in 2015?", "850,000")
    assert complete("and in 2021?", before) == Completion(
        "How many refugees arrived in Greece in 2021?", moves=True
    )
    why = complete("Why?", Exchange("Did the council vote?"))
    assert why == Completion("Why did the council vote?", moves=False)


def test_follow_ups_of_follow_ups() -> None:
    first = complete("and against?", Exchange("How many voted for the move?", "7"))
    assert first is not None
    second = complete("why?", Exchange(first.question, "4"))
    assert second is not None
    assert second.question == "Why was it that they voted against the move?"


def test_a_noun_ends_where_the_next_article_begins() -> None:
    completion = complete("And who proposed it?", Exchange("How did the council vote on the fish market?"))
    assert completion is None or "the council" not in completion.question
