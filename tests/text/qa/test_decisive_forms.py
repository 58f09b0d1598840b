"""Ages, deaths, offices and what somebody is: the sentence of that form, though others share more words."""

from __future__ import annotations

import pytest

from tests.support.evidence import article, ask, material

TEXT = (
    "Ada Quill said that she would help the harbour police with one of their cases in Norrby. "
    "Ms Quill, 66, was the mayor of Norrby for a year. "
    "Otto Linn, her brother, died of a heart attack in May. "
    "The harbour fund NHF, a charity, has paid for the search. "
    "The harbour police of Norrby spoke of NHF and of Ada Quill again. "
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How old is Ada Quill?", "Ms Quill, 66, was the mayor of Norrby for a year."),
        ("how old is ada quill", "Ms Quill, 66, was the mayor of Norrby for a year."),
        ("Who was the mayor of Norrby?", "Ms Quill, 66, was the mayor of Norrby for a year."),
        ("How did Otto Linn die?", "Otto Linn, her brother, died of a heart attack in May."),
        ("What is NHF?", "The harbour fund NHF, a charity, has paid for the search."),
        ("How old is Otto Linn?", None),
        ("How did Ada Quill die?", None),
        ("Who is the director of Norrby?", None),
        ("What is Norrby?", None),
        ("Who founded the harbour police of Norrby?", None),
    ],
)
def test_the_sentence_of_that_form_answers(question: str, answer: str | None) -> None:
    claims = ask(question, material([article(9, "Town", TEXT)])).claims
    assert [claim.text for claim in claims] == ([answer] if answer else [])


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("Ada Quill, 66, spoke first.", "66"),
        ("Ada Quill was 55.", "55"),
        ("The 42-year-old Ada Quill won 3 races.", "42"),
        ("Ada Quill, aged 42, won 3 races.", "42"),
    ],
)
def test_an_age_is_no_other_number(text: str, age: str) -> None:
    (claim,) = ask("How old is Ada Quill?", material([article(9, "Town", text)])).claims
    assert claim.answer_span is None or claim.text[slice(*claim.answer_span)].startswith(age)
