"""Texts compared with a query by runs of letters and by neighbouring words."""

from __future__ import annotations

from bot.text.search.surface import RunStatistics, neighbour_scores, run_scores

TEXTS = [
    ("", "Der Hafenmeister sperrt die Brücke."),
    ("", "Die Fähre fährt wieder."),
    ("", "Regen und Wind am Abend."),
]


def test_compounds_and_other_cases_match_by_their_letters() -> None:
    known = RunStatistics([body for _, body in TEXTS])
    assert run_scores(["hafen"], TEXTS, known).argmax() == 0
    assert run_scores(["fahren"], TEXTS, known).argmax() == 1
    assert run_scores(["xyzzy"], TEXTS, known).tolist() == [0, 0, 0]
    assert run_scores([], [("", "")], RunStatistics([])).tolist() == [0]


def test_words_that_are_neighbours_in_the_query_score_where_they_are_close() -> None:
    texts = [
        ("", "The harbour wall fell."),
        ("", "The wall of the town, rain, wind, a harbour."),
        ("Harbour", ""),
    ]
    first, second, third = neighbour_scores(["harbour", "wall"], texts, ["en", "en", "en"])
    assert first > second == third == 0
