"""What says something else than what is asked is no answer, and what is shown can be read alone."""

from __future__ import annotations

import pytest

from tests.support.evidence import article, ask, material


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Which boats were not sold to the harbour master?",
            "The red boats were sold to the harbour master.",
        ),
        ("Who opened the northern pier?", "Ada Quill opened the southern pier."),
        (
            "What is the largest boat in the harbour?",
            "The smallest boat in the harbour is the lugger Petrel.",
        ),
        ("Who called the rent of the pier legal?", "Ada Quill called the rent of the pier illegal."),
        ("Who was harbour master since 1978?", "Ada Quill was harbour master since 2008."),
        ("Who crowned Olaf II at Norrby?", "Ada Quill crowned Olaf III at Norrby."),
        (
            "When was the harbour master Ada Quill born?",
            "Ada Quill has been the harbour master since May 2019.",
        ),
        ("How many boats did the storm sink?", "The storm killed 12 people on the pier, and all boats sank."),
        ("How much did the harbour pier cost?", "The harbour pier cost 3% more than pier 12."),
        (
            "Who won the Norrby harbour regatta?",
            "Ada Quill and Otto Linn race in the Norrby harbour regatta.",
        ),
        ("Who is the winner of the Quill Award?", "Otto Linn is the winner of the Marlowe Award."),
        (
            "Who has won the harbour regatta?",
            "After decades of trying, a Norrbyan has won the harbour regatta.",
        ),
    ],
)
def test_what_excludes_what_is_asked_is_no_answer(question: str, text: str) -> None:
    answer = ask(question, material([article(9, "Town", text)]))
    assert answer.refused == "not-said"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Which boats were not sold to the harbour master?",
            "The red boats were never sold to the harbour master.",
        ),
        ("Who opened the northern pier?", "Ada Quill opened the northern pier, not the southern one."),
        ("Who was harbour master since 1978?", "Ada Quill was harbour master from 1978 to 2008."),
        ("How many boats did the storm sink?", "The storm sank 12 fishing boats."),
        ("How many boats were sunk by the storm?", "12 boats were sunk by the storm."),
        ("Who mended the harbour pier in the 1970s?", "Ada Quill mended the harbour pier in 1974."),
    ],
)
def test_what_says_it_in_other_words_is_an_answer(question: str, text: str) -> None:
    (claim,) = ask(question, material([article(9, "Town", text)])).claims
    assert claim.text == text


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("The lugger Petrel lies at Norrby.", "This lugger was repaired by Ada Marlowe."),
        ("The lugger Petrel was old.", "Similarly, the lugger at Norrby was repaired by Ada Marlowe."),
    ],
)
def test_a_sentence_that_points_back_is_quoted_with_the_one_before(before: str, text: str) -> None:
    question = "Who repaired the lugger at Norrby?"
    (claim,) = ask(question, material([article(9, "Town", f"{before} {text}")])).claims
    assert claim.text == f"{before} {text}"
    alone = ask(question, material([article(9, "Town", text)]))
    assert alone.refused == "not-said"


def test_a_list_without_a_verb_is_no_answer() -> None:
    text = "Norrby Harbour Regatta 2019 Winners & Boats"
    assert ask("Who won the Norrby harbour regatta 2019?", material([article(9, "Sport", text)])).claims == ()


def test_the_first_word_that_asks_says_what_is_asked() -> None:
    text = "Harbour masters can close the pier when storms come."
    answer = ask("Who can close the harbour pier when storms come?", material([article(9, "Town", text)]))
    assert answer.question_type == "who"
    assert ask("What happens when the pier closes?").question_type == "what"


def test_what_shares_no_whole_name_is_not_close() -> None:
    text = "The parliament of Norrby will elect a new speaker."
    found = material([article(9, "Town", text)])
    assert ask("Who elects the members of the Saltmere Parliament?", found).closest == ()
    assert (
        ask("Who elects the speaker of the parliament of Norby?", found).closest
        or ask("Who elects the speaker of the parliament of Norby?", found).claims
    )


def test_a_name_with_one_other_letter_is_not_missing() -> None:
    found = material(
        [article(9, "Town", "The council of Norrby heard Lothar Maizieres of the ferry company.")]
    )
    answer = ask("Who heard Lothar Maiziere of the zeppelin and the tram?", found)
    assert "Maiziere" not in answer.missing_words


def test_an_amount_keeps_its_unit() -> None:
    text = "The harbour pier cost 6 million lira to build."
    (claim,) = ask("How much money did the harbour pier cost?", material([article(9, "Town", text)])).claims
    assert claim.answer_span is not None
    assert claim.text[slice(*claim.answer_span)] == "6 million lira"
