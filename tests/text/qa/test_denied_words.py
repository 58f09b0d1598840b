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
        ("What hosts the harbour games?", "The town hosts them rather than the harbour."),
        ("Which boats are insured by the harbour?", "Boats are not insured by the harbour, but are sold."),
        ("Why did the ferry company sell the pier?", "The ferry company did not sell the pier on Monday."),
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
        ("When did the harbour bridge open?", "The harbour bridge did not open until 3 May 2021."),
        ("When will the harbour bridge open?", "The harbour bridge will not open until June 2027."),
        ("When will the harbour bridge open?", "The harbour bridge will not open before June 2027."),
        ("When will the harbour bridge open?", "Until June 2027, the harbour bridge will not open."),
        ("When was the harbour lamp sold?", "The harbour lamp was not officially sold until 1962."),
        ("When was the harbour gate opened?", "The harbour gate was not opened except in May 1962."),
        ("How much does the ferry cost?", "The ferry does not cost more than 5 pounds."),
        ("How much does the ferry cost?", "The ferry does not cost 5 pounds but 7 pounds."),
        ("How much does the ferry cost?", "The ferry does not cost 5 pounds, but 7 pounds."),
        ("How much is the harbour bell worth?", "The harbour bell isn't worth more than 300 pounds."),
        ("How long was the pier closed?", "The pier was not closed for longer than 3 weeks."),
        ("Why did the ferry stop?", "The ferry couldn't stop in time because of the ice."),
        ("Why did the ferry stop?", "Because of the ice, the ferry couldn't stop in time."),
        ("What does the office sell?", "The office does not merely sell maps but also lamps."),
        ("What does the office sell?", "The office does not just sell maps: it has lamps."),
        ("What does the office sell?", "The office does not simply sell maps, it lends lamps."),
        (
            "When did the mayor open the harbour bridge?",
            "Rather than wait for rain the mayor opened the harbour bridge on 3 May 2021.",
        ),
        (
            "When did the mayor open the harbour bridge?",
            "Rather than wait for rain the mayor opened the harbour bridge on 3 May 2021, she said.",
        ),
        ("How many people live in Norrby?", "Unlike most islands Norrby has 300 people who live there."),
        ("Which town hosts the harbour games?", "Norrby rather than Oslo hosts the harbour games."),
        ("What carries people to Norrby?", "The old ferries rather than trains carry people to Norrby."),
        ("What did Quill buy in Norrby?", "Quill bought lamps rather than boats in Norrby."),
        ("When did Quill paint the pier?", "Quill sold boats instead of lamps and painted the pier in 1962."),
    ],
)
def test_what_is_said_beside_a_denial_is_an_answer(question: str, text: str) -> None:
    assert ask(question, material([article(9, "Town", text)])).refused is None
