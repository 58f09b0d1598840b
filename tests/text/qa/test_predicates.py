"""Who did something, and where, is answered by what says that it was done."""

from __future__ import annotations

import pytest

from tests.support.evidence import article, ask, material


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who proposed the harbour tunnel?", "The harbour tunnel was rejected by Ada Quill on Tuesday."),
        ("Who sued the harbour bakery?", "Otto Linn praised the harbour bakery at the fair."),
        ("Who has banned the harbour carts?", "Otto Linn painted the harbour carts."),
        ("Who was banned from the harbour pier?", "Otto Linn was seen at the harbour pier."),
        ("Who stole the harbour bell?", "Otto Linn rang the harbour bell at noon."),
        ("Who chaired the harbour meeting?", "Otto Linn left the harbour meeting early."),
        ("Who opened the harbour fair?", "Otto Linn attended the harbour fair."),
        ("Who invented the harbour loaf?", "Ada Quill will decide who invented the harbour loaf."),
        ("Who painted the harbour wall?", "Ada Quill asked the town who painted the harbour wall."),
        ("Who founded the harbour school?", "Ada Quill fell ill when lessons began at the harbour school."),
        ("Where was the harbour bell found?", "Otto Linn rang the harbour bell at Norrby."),
    ],
)
def test_another_act_is_no_answer(question: str, text: str) -> None:
    answer = ask(question, material([article(9, "Town", text)]))
    assert answer.refused == "not-said"


def test_a_refusal_names_the_act_that_is_missing() -> None:
    text = "The harbour tunnel was rejected by Ada Quill on Tuesday."
    answer = ask("Who proposed the harbour tunnel?", material([article(9, "Town", text)]))
    assert answer.lacking_words == ("proposed",)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who proposed the harbour tunnel?", "The proposal for the harbour tunnel came from Ada Quill."),
        ("Who sued the harbour bakery?", "Otto Linn is suing the harbour bakery over a bun."),
        ("Who sued the harbour bakery?", "Otto Linn brought a lawsuit against the harbour bakery."),
        ("Who was banned from the harbour pier?", "Otto Linn received a lifetime ban from the harbour pier."),
        ("Who stole the harbour bell?", "Otto Linn admitted the theft of the harbour bell."),
        ("Who stole the harbour bell?", "Otto Linn steals the harbour bell every winter."),
        ("Who opened the harbour fair?", "The opening of the harbour fair fell to Otto Linn."),
        ("Who painted the harbour wall?", "Otto Linn painted the harbour wall, and nobody asked who did."),
    ],
)
def test_forms_and_nouns_of_the_act_are_an_answer(question: str, text: str) -> None:
    (claim,) = ask(question, material([article(9, "Town", text)])).claims
    assert claim.text == text


def test_the_one_who_did_it_answers_before_those_who_did_something_else() -> None:
    found = material(
        [
            article(
                9,
                "Council moves the harbour tunnel",
                "The harbour tunnel will be moved to Norrby, the council decided on Tuesday.",
                "“The harbour floods,” said Ada Quill, who proposed the tunnel.",
            )
        ]
    )
    (claim,) = ask("Who proposed the harbour tunnel?", found).claims
    assert "Ada Quill" in claim.text
