"""Sentences of a summary that follow each other in the article."""

from __future__ import annotations

import pytest

from tests.support.summary_texts import article, texts

FILLER = [f"The quay has {number} lamps, and they are old." for number in ("two", "ten", "six", "nine")]


def test_a_fact_in_few_words_is_shown_behind_what_it_points_to() -> None:
    lead = "Maren Oakes of Bell Harbour bought a ferry in May."
    told = "She sank it near Norrby."
    title = "Oakes sank ferry near Norrby"
    assert texts(article(f"{lead} {told}", *FILLER, title=title), 3)[:2] == [lead, told]
    assert told not in texts(article(lead, *FILLER, f"Was it rain? {told}", title=title), 3)


@pytest.mark.parametrize(
    "opening", ["Admit it, you have dreamt of a bell.", "Bells of Norrby are loud and old."]
)
def test_two_sentences_before_the_fact_are_shown_only_where_no_opening_is(opening: str) -> None:
    run = [
        "Boats passed a grey rock in the dark for years without harm.",
        "But then its lamp broke in a storm.",
        "So it cost Linnet Lines the ferry it had bought off Bell Harbour.",
    ]
    chosen = texts(
        article(opening, *FILLER, *run, title="Rock off Bell Harbour cost Linnet Lines a ferry"), 3
    )
    assert (chosen == run) == opening.startswith("Admit")


def test_the_opening_and_one_later_sentence_are_better_than_two_later_ones() -> None:
    lead = "Linnet Lines lost a ferry off Bell Harbour on Tuesday, the harbour office said."
    asked = "Ines Pohl of Norrby asked Linnet Lines to ring the bell in May."
    found = "Divers of Linnet Lines found the bell of the ferry off Bell Harbour."
    between = [
        f"The quay has {number} lamps, and they are old." for number in ("seven", "eight", "thirty", "sixty")
    ]
    told = article(lead, *FILLER[:3], found, *between, asked, title="Linnet Lines divers find bell in Norrby")
    chosen = texts(told, 3)
    assert chosen[0] == lead
    assert len({asked, found} & set(chosen)) == 1
