"""Questions typed in lower case name the same people and places as others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.text.qa.question import parse_question
from bot.text.qa.recasing import recased, respell
from tests.support.evidence import article, ask, comment, material

HARBOUR = article(
    1,
    "A Mayor For Norrby Harbour",
    "On Tuesday Ada Quill opened the harbour. The mayor, Ada Quill, spoke of Bank Holiday and of the bank.",
)


@pytest.mark.parametrize(
    ("typed", "as_written"),
    [
        ("when did ada quill open the harbour", "when did Ada Quill open the harbour"),
        ("When did ada quill open the harbour?", "When did Ada Quill open the harbour?"),
        ("who is the mayor of norrby", "who is the mayor of norrby"),
        ("what is the bank", "what is the bank"),
        ("When did Ada quill open it?", "When did Ada quill open it?"),
        ("what did the bbc say", "what did the BBC say"),
        ("", ""),
    ],
)
def test_names_are_written_as_in_the_texts(typed: str, as_written: str) -> None:
    found = material([HARBOUR], [comment(7, 1, "I heard it on the BBC.")])
    question = parse_question(typed)
    assert recased(question, found).text == as_written
    assert recased(question, found).question_type == question.question_type


def test_the_answer_is_the_same_and_keeps_the_question() -> None:
    found = material([HARBOUR])
    answer = ask("when did ada quill open the harbour", found)
    assert answer.question == "when did ada quill open the harbour"
    assert answer.claims == ask("When did Ada Quill open the harbour?", found).claims


@pytest.mark.parametrize(
    ("typed", "corrected"),
    [
        ("what guage has the railway", "what gauge has the railway"),
        ("What Guage has it?", None),
        ("what gauge has it", None),
    ],
)
def test_words_that_nothing_contains_are_spelt_as_the_archive_does(typed: str, corrected: str | None) -> None:
    found = replace(material([HARBOUR]), respelled={"guage": "gauge"})
    question = respell(parse_question(typed), found)
    assert (question.text if question else None) == corrected
