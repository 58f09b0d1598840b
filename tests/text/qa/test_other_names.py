"""Tests of names in a sentence that only seem to be others than those of the question."""

from __future__ import annotations

import pytest

from tests.support.evidence import article, ask, material


@pytest.mark.parametrize(
    ("question", "title", "text"),
    [
        ("How many races did Ada Quill win?", "Ada wins", "On Sunday Port Norrby's Quill won 3 races."),
        ("Who leads the Veltmarine Group?", "Veltmarine", "Since 2022 the VM Group is led by Ada Quill."),
        (
            "When was the United States Army founded?",
            "History of the United States",
            "Long before the peace, the US Army was founded in 1775.",
        ),
        (
            "When did the Second Harbour War end?",
            "The second war",
            "In Norrby Harbour War II ended in May 1645.",
        ),
    ],
)
def test_what_stands_beside_a_name_is_no_other_name(question: str, title: str, text: str) -> None:
    (claim,) = ask(question, material([article(9, title, text)])).claims
    assert claim.text == text


@pytest.mark.parametrize(
    ("question", "title", "text"),
    [
        ("What does the Danish Union own?", "A Danish town", "In 2019 the Swedish Union owned the pier."),
        ("Who leads the Veltmarine Group?", "Business", "Since 2022 the XQ Group is led by Ada Quill."),
        (
            "When did Marlowe repair the harbour clock?",
            "Town",
            "Marlowe sells lamps. A ferry comes daily. The pier is long. "
            "In 1998 Otto Linn repaired the harbour clock.",
        ),
    ],
)
def test_another_name_is_no_answer(question: str, title: str, text: str) -> None:
    assert ask(question, material([article(9, title, text)])).refused == "not-said"
