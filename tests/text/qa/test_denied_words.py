"""What a sentence only denies, or has only in a contrast, is no answer."""

from __future__ import annotations

import pytest

from tests.support.evidence import article, ask, material


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which boats are insured by the harbour?", "Small boats are not fully insured by the harbour."),
        ("Who has proven the harbour theorem?", "Ada Quill hasn't proven the harbour theorem."),
        ("What does the harbour office lease?", "The harbour office sells boats, it never leases the pier."),
        (
            "What did Ada Quill offer rich sailors?",
            "Ada Quill offered the pier to young sailors rather than rich ones.",
        ),
        ("What do harbour lamps burn?", "Harbour lamps run on oil, as opposed to stoves that burn wood."),
    ],
)
def test_what_is_denied_is_no_answer(question: str, text: str) -> None:
    assert ask(question, material([article(9, "Town", text)])).refused == "not-said"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which boats are not insured by the harbour?", "Small boats are not insured by the harbour."),
        (
            "Which boats are insured by the harbour?",
            "Boats are insured by the harbour, but cars are not insured.",
        ),
        ("Which boats are insured by the harbour?", "Not only small boats are insured by the harbour."),
        ("What did Ada Quill buy instead of boats?", "Ada Quill bought lamps instead of boats."),
        ("Did Ada Quill sell the pier?", "Ada Quill did not sell the pier."),
        ("In 1972, did Ada Quill sell the pier?", "In 1972 Ada Quill did not sell the pier."),
        ("Who sold the harbour pier?", "Ada Quill sold the harbour pier rather than the boats."),
    ],
)
def test_what_is_said_beside_a_denial_is_an_answer(question: str, text: str) -> None:
    assert ask(question, material([article(9, "Town", text)])).refused is None
