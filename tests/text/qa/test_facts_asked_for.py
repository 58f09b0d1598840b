"""A why-question is answered by a reason, where by a place, how many by a number of the things."""

from __future__ import annotations

import pytest

from bot.text.qa.question import parse_question
from tests.support.evidence import article, ask, material


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Why is the harbour gate locked?",
            "The harbour gate is locked, and the council will decide whether to open it.",
        ),
        ("Why is the harbour gate locked?", "The harbour gate has been locked since 1962."),
        ("Why is the harbour gate locked?", "The harbour gate, locked at noon, keeps time to four seconds."),
        ("Why is the harbour gate locked?", "The harbour gate is locked. It was painted by Otto Linn."),
        ("Why is the harbour gate locked?", "The harbour gate is locked because of this."),
        ("Where was the ferry Petrel damaged?", "The ferry Petrel was damaged on Monday. It sails in May."),
        ("Where does the harbour choir sing?", "The harbour choir sings in the evening."),
        ("How many boats lie in the harbour?", "Some boats lie in the harbour on 16 June."),
        ("How many boats lie in the harbour?", "Some boats lie in the harbour at seven, when boats return."),
        (
            "How many boats lie in the harbour?",
            "The harbour lies open to boats between nine in the morning and six in the evening.",
        ),
        ("How many stalls does the market have?", "The market has its stalls open from eight until four."),
    ],
)
def test_without_the_fact_there_is_no_answer(question: str, text: str) -> None:
    answer = ask(question, material([article(9, "Town", text)]))
    assert answer.refused == "not-said"
    assert answer.lacks_fact


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Why is the harbour gate locked?", "The harbour gate is locked to keep out the seals."),
        ("Why is the harbour gate locked?", "The harbour gate is locked since nobody has the key."),
        (
            "Why is the harbour gate locked?",
            "The harbour gate is locked. The seals caused damage to the boats.",
        ),
        (
            "Where was the ferry Petrel damaged?",
            "The ferry Petrel was damaged on Monday. It happened near Norrby.",
        ),
        ("Where was the ferry Petrel damaged?", "The ferry Petrel was damaged off the old mole."),
        ("Where does the harbour choir sing?", "The harbour choir sings in the gasworks hall."),
        ("How many boats lie in the harbour?", "Nine boats lie in the harbour at seven."),
        ("How many stalls does the market have?", "The market has stalls for fish and rope, eleven in all."),
    ],
)
def test_the_fact_or_the_sentence_beside_it_is_an_answer(question: str, text: str) -> None:
    (claim,) = ask(question, material([article(9, "Town", text)])).claims
    assert claim.text == text


def test_a_sentence_with_a_place_answers_before_a_better_one_without() -> None:
    text = (
        "The council will take up the harbour bell in April. The harbour bell of the Customs House is fast."
    )
    found = material([article(9, "Town", text)])
    (claim,) = ask("Where is the harbour bell?", found).claims
    assert "Customs House" in claim.text


def test_a_question_for_a_meaning_needs_only_the_word() -> None:
    text = "The hawsers (thick ropes) of the ferry were new."
    (claim,) = ask("What do hawsers mean?", material([article(9, "Town", text)])).claims
    assert claim.text == text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "How much did the price of harbour oil rise?",
            "The price of harbour oil had risen by two percent.",
        ),
        (
            "How many boats sailed to the harbour?",
            "The harbour received most boats, an estimated total of 75 vessels.",
        ),
    ],
)
def test_an_amount_need_not_be_money_or_stand_beside_the_thing(question: str, text: str) -> None:
    (claim,) = ask(question, material([article(9, "Town", text)])).claims
    assert claim.text == text


@pytest.mark.parametrize(
    ("question", "is_money"),
    [
        ("How much did the harbour spend to prevent a drop in ferry fares?", True),
        ("How much will weather change cost Norrby?", True),
        ("How much did the ferry company pay after the change of the harbour law?", True),
        ("How much will the fall regatta cost Norrby?", True),
        ("How much did the harbour earn since fares rise in May?", True),
        ("How much did the price of ferry tickets drop?", False),
        ("How much did the cost of ferry tickets rise last year?", False),
        ("How much has the harbour budget grown since 2019?", False),
        ("How much did the pay of sailors increase by 2019?", False),
    ],
)
def test_an_amount_of_change_is_asked_for_by_the_main_verb(question: str, is_money: bool) -> None:
    assert parse_question(question).asks_money is is_money


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("How often does the ferry leave?", "The ferry leaves from pier 12 with 90 cars.", False),
        ("How often does the ferry leave?", "The ferry leaves every 20 minutes.", True),
        ("How frequently is the pier painted?", "The pier is painted blue by 12 men.", False),
        ("How frequently is the pier painted?", "The pier is painted twice a year.", True),
        ("Which prize did Ada Quill receive?", "Ada Quill received a letter for the pier.", False),
        ("Which prize did Ada Quill receive?", "Ada Quill received the Golden Herring for the pier.", True),
        ("Which prize did Ada Quill win?", "Ada Quill sold the pier, Ada Quill left.", False),
        *(
            (f"Which prize did Ada Quill {verb}?", f"Ada Quill {won} for the pier.", True)
            for verb, won in (
                ("take", "took home an Oscar"),
                ("receive", "won last year's Booker"),
                ("share", "shared the Nobel"),
                ("earn", "won her second Pulitzer"),
                ("win", "won a boat"),
                ("receive", "is a Booker laureate"),
                ("receive", "scooped this year's big Herring"),
            )
        ),
        (
            "What prize money did the winner of the regatta get?",
            "The winner of the regatta gets a sum.",
            True,
        ),
        ("Which prize winner lives in Norrby?", "Ada Quill lives in Norrby, a winner of races.", True),
        ("What award-winning film did Quill direct?", "Quill directed a film on boats.", True),
        ("What award ceremony was held in Norrby?", "A ceremony was held in Norrby by rowers.", True),
        *(
            ("How often does the ferry leave?", f"The ferry leaves {frequency}.", True)
            for frequency in (
                "at 20-minute intervals",
                "at intervals of 20 minutes",
                "on the first Monday of the month",
                "biannually",
                "bimonthly",
                "Tuesdays and Fridays",
                "twelve times a decade",
                "six days a fortnight",
                "semi-annually",
            )
        ),
        ("How often does the ferry leave?", "The ferry leaves on Monday, the last day.", False),
        ("How many mpg does the Petrel get?", "The Petrel gets 30 miles per gallon.", True),
    ],
)
def test_a_frequency_or_a_prize_is_given_where_it_is_asked_for(
    question: str, text: str, answers: bool
) -> None:
    assert (ask(question, material([article(9, "Town", text)])).refused is None) == answers


def test_a_footnote_mark_is_not_quoted() -> None:
    (claim,) = ask(
        "Who built the ferry?",
        material([article(9, "Town", "Ada Quill built the ferry.[12][citation needed] It is old.[3]")]),
    ).claims
    assert claim.text == "Ada Quill built the ferry."
