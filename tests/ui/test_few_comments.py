"""Which of a few comments are quoted: the best voted that are clear alone, whole or cut after a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.answers import CommentDigest, Quote
from bot.ui.articles.few_comments import best_quotes, first_sentences

LONG = "The yard floods in March, and every stall will stand in water by the second tide of the month."
NOW = datetime(2024, 3, 12, 9, tzinfo=UTC)


def digest(*said: tuple[str, int | None, str | None]) -> CommentDigest:
    quotes = tuple(
        Quote(n, f"reader{n}", NOW, text, 0, len(text), score, (), answered)
        for n, (text, score, answered) in enumerate(said)
    )
    scored = bool(said) and all(score is not None for _text, score, _answered in said)
    return CommentDigest(1, "t", len(said), len(said), 0, (), few=quotes, scored=scored)


def test_a_handful_is_quoted_in_full() -> None:
    assert len(best_quotes(digest(("No.", None, None), ("Why?", None, "ann"), (LONG, None, None)))) == 3


def test_of_more_the_best_are_quoted_and_none_that_needs_another() -> None:
    said = [
        ("This.", 90, None),
        ("Then ask them, you know that you can, and your friends too, if you care at all about it.", 80, "a"),
        (f"{LONG} a reply with many votes", 30, "ann"),
        (f"{LONG} top", 20, None),
        (f"{LONG} good", 9, None),
        (f"{LONG} sunk", -4, None),
        ("As the mayor wrote in her letter to the whole of the town:", 50, None),
        (f"{LONG} last", 1, None),
    ]
    chosen = [quote.text.removeprefix(LONG).strip() for quote in best_quotes(digest(*said))]
    assert chosen == ["top", "a reply with many votes", "good", "last"]


def test_without_votes_those_that_say_most_come_before_quips() -> None:
    said = [
        ("Five gulls. FIVE. On one poor roof. More gulls than tiles.", None, None),
        (f"{LONG} ha", None, None),
        ("Is it Friday yet? Does anybody know? Who has the key of the yard?", None, None),
        ("The roof has 41 leaks, because the council spent the money on the tram.", None, None),
        ("In winter the bus stops at the quay only twice a day, so older people walk a mile.", None, None),
        ("I was told that the roof is safe. lol", None, None),
        ("The harbour office counted 3,100 names, and half of them live in other towns.", None, None),
        ("Thanks, you made my day, and your gulls made it again; you know it.", None, None),
    ]
    assert best_quotes(digest(*said)) == tuple(digest(*said).few[place] for place in (1, 3, 4, 6))


def test_one_person_is_not_quoted_twice_while_others_say_something() -> None:
    few = digest(*[(f"{LONG} {number}", None, None) for number in range(8)]).few
    few = (replace(few[0], author="ann"), replace(few[1], author="ann"), *few[2:])
    chosen = best_quotes(replace(digest(), few=few))
    assert [quote.author for quote in chosen] == ["ann", "reader2", "reader3", "reader4"]


def test_a_long_comment_ends_after_a_sentence() -> None:
    assert first_sentences(f"{LONG} {LONG} {LONG}", 200) == f"{LONG} {LONG}"
    assert first_sentences("no end " * 90, 50) == "no end " * 90
    assert first_sentences(LONG, 200) == LONG
