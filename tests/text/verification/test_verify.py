"""What a written sentence may say of its passages, and what it may not."""

from __future__ import annotations

import pytest

from bot.text.verification import Failure, SourceText, verify
from bot.text.verification.amounts import find_amounts
from bot.text.verification.form import has_forbidden_form, quotations

TITLE = "Harbour council votes to move the fish market"
VOTE = SourceText(
    "The council voted 7 to 4 on Tuesday to move the market to the old rail yard by spring.",
    title=TITLE,
    source="courier.example",
)
NAMES = SourceText(
    "Stallholders will pay no rent in the first year. A petition against the move has 3,100 names.",
    title=TITLE,
)
FERRY = SourceText(
    "Nora Ellis of the Green Line asked Tom Vance to halt the $1.2 million ferry, which he refused."
)
MAYBE = SourceText("The ferry company may close its second line if fares fall, mayor Nora Ellis said.")
BRIBE = SourceText("Free rent for a year is a bribe, and a cheap one.", "comment", TITLE, "", "netmender")
MANNERS = SourceText(
    "My stall paid 40 years of rent. One free year is manners.", "comment", TITLE, "", "oysterjo"
)
SAME = SourceText("A year of free rent is a bribe to me too.", "comment", TITLE, "", "pierpoet")
DATED = SourceText("The hall opened on 12 March 2019, and was closed on May 4, 2021.")
LOSING = SourceText("In the storm the ferry line loses two boats.")
GERMAN = SourceText("Der Stadtrat hat am Dienstag nicht für den Umzug des Fischmarkts gestimmt.")
CHINESE = SourceText("市议会周二投票决定把鱼市场迁到旧火车站。")

PROVEN = [
    ("The council voted 7 to 4 on Tuesday to move the fish market.", [VOTE]),
    ("On Tuesday, the council voted 7 to 4 to move the market to the old rail yard.", [VOTE]),
    ("The article says that the council voted seven to four to move the market.", [VOTE]),
    ("courier.example reports that the council voted to move the market.", [VOTE]),
    ("Stallholders pay no rent in the first year.", [NAMES]),
    ("A petition against the move has 3100 names.", [NAMES]),
    ("The council voted 7 to 4, and a petition against the move has 3,100 names.", [VOTE, NAMES]),
    ("Nora Ellis asked Tom Vance to halt the $1.2 million ferry.", [FERRY]),
    ("Tom Vance was asked by Nora Ellis to halt the ferry.", [FERRY]),
    ("The ferry company may close its second line, Nora Ellis said.", [MAYBE]),
    ("A commenter says that free rent for a year is “a bribe, and a cheap one”.", [BRIBE]),
    ("The ferry line lost two boats in the storm.", [LOSING]),
    ("The council voted 7 to 4, while a commenter says that free rent for a year is a bribe.", [VOTE, BRIBE]),
    ("Somebody says that free rent for a year is a bribe.", [BRIBE]),
    ("The hall was closed on 4 May.", [DATED]),
    ("Mayor Nora Ellis said that the ferry company may close its second line.", [MAYBE]),
    ("A commenter argues that free rent for a year is a bribe.", [BRIBE]),
    ("netmender calls free rent for a year a bribe.", [BRIBE]),
    ("netmender says that free rent for a year is a bribe.", [BRIBE]),
    ("Commenters say that a year of free rent is a bribe.", [BRIBE, SAME]),
    ("A commenter says that their stall paid 40 years of rent.", [MANNERS]),
    ("Der Stadtrat hat nicht für den Umzug des Fischmarkts gestimmt.", [GERMAN]),
    ("市议会投票决定把鱼市场迁到旧火车站。", [CHINESE]),
]

UNPROVEN: list[tuple[Failure, str, list[SourceText]]] = [
    ("source", "The council voted 7 to 4.", []),
    ("source", "The council voted 7 to 4.", [BRIBE]),
    ("source", "Much was said.", [VOTE]),
    ("number", "The hall opened on 12 May 2019.", [DATED]),
    ("leans", "They voted 7 to 4 on Tuesday to move the market.", [VOTE]),
    ("leans", "However, the council voted 7 to 4 to move the market.", [VOTE]),
    ("word", "The council voted to move the market because stallholders will pay no rent.", [VOTE, NAMES]),
    ("word", "The council voted to move the market, and they will pay no rent.", [VOTE, NAMES]),
    ("form", "The council voted 7 to 4 to move the market. It was a Tuesday.", [VOTE]),
    ("form", "The council voted to move the market: https://courier.example/vote", [VOTE]),
    ("form", "The council voted to move the market, see evil.example.", [VOTE]),
    ("form", "The council voted to move the market, see courier.example/vote.", [VOTE]),
    ("form", "The council voted to move the market @here.", [VOTE]),
    ("form", "The council <@1> voted to move the market.", [VOTE]),
    ("form", "The council voted to *move* the market.", [VOTE]),
    ("form", "The council [voted](x) to move the market.", [VOTE]),
    ("form", "The council voted\nto move the market.", [VOTE]),
    ("form", "The council voted to \u202emove the market.", [VOTE]),
    ("number", "The council voted 8 to 4 to move the market.", [VOTE]),
    ("number", "The council voted 4 to 7 to move the market.", [VOTE]),
    ("number", "The council voted 7% to 4 to move the market.", [VOTE]),
    ("number", "A petition against the move has 7 names.", [VOTE, NAMES]),
    ("number", "Nora Ellis asked Tom Vance to halt the $1.2 billion ferry.", [FERRY]),
    ("number", "Nora Ellis asked Tom Vance to halt two ferries.", [FERRY]),
    ("name", "The council voted on Monday to move the market.", [VOTE]),
    ("name", "Mayor Nora Ellis and the council voted to move the market.", [VOTE]),
    ("name", "Nora Vance asked to halt the ferry.", [FERRY]),
    ("word", "The council voted to demolish the market.", [VOTE]),
    ("word", "The council thinks of moving the market to the old rail yard.", [VOTE]),
    ("word", "The council voted to move the market after spring.", [VOTE]),
    ("word", "Most of the council voted to move the market.", [VOTE]),
    ("negation", "The council never voted to move the market.", [VOTE]),
    ("negation", "Stallholders will pay rent in the first year.", [NAMES]),
    ("negation", "A petition for the move has 3,100 names.", [NAMES]),
    ("negation", "Der Stadtrat hat für den Umzug des Fischmarkts gestimmt.", [GERMAN]),
    ("negation", "市议会没投票决定把鱼市场迁到旧火车站。", [CHINESE]),
    ("certainty", "The ferry company closes its second line.", [MAYBE]),
    ("certainty", "The council moved the market to the old rail yard.", [VOTE]),
    ("certainty", "The market was moved to the old rail yard by the council.", [VOTE]),
    ("certainty", "Stallholders paid no rent in the first year.", [NAMES]),
    ("quote", "A commenter says that free rent is “a bribe, and a good one”.", [BRIBE]),
    ("quote", "A commenter says that free rent is “a bribe.", [BRIBE]),
    ("speaker", "Free rent for a year is a bribe.", [BRIBE]),
    ("speaker", "The council voted 7 to 4 and free rent for a year is a bribe.", [VOTE, BRIBE]),
    ("speaker", "One free year is manners.", [MANNERS]),
    ("speaker", "Commenters say that free rent for a year is a bribe.", [BRIBE]),
    ("speaker", "The article says that one commenter calls free rent a bribe.", [BRIBE]),
    ("speaker", "A commenter says that the council voted 7 to 4 to move the market.", [VOTE]),
    ("source", "Commenters say that free rent for a year is a bribe.", [MANNERS, MANNERS]),
    ("roles", "Tom Vance asked Nora Ellis to halt the ferry.", [FERRY]),
]


@pytest.mark.parametrize(("sentence", "evidence"), PROVEN, ids=[one[0][:60] for one in PROVEN])
def test_proven(sentence: str, evidence: list[SourceText]) -> None:
    verdict = verify(sentence, evidence)
    assert verdict.failure is None
    assert verdict.cited == tuple(range(len(evidence)))


@pytest.mark.parametrize(("fault", "sentence", "evidence"), UNPROVEN, ids=[one[1][:60] for one in UNPROVEN])
def test_not_proven(fault: Failure, sentence: str, evidence: list[SourceText]) -> None:
    assert verify(sentence, evidence).failure == fault


def test_a_passage_that_adds_nothing_is_not_what_it_rests_on() -> None:
    assert verify("The council voted 7 to 4 to move the market.", [NAMES, VOTE, BRIBE]).cited == (1,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3,100", "3100"),
        ("1.2 million", "1,200,000"),
        ("$5m", "5 million dollars"),
        ("five percent", "5 %"),
        ("twenty-five", "25"),
        ("two hundred and six", "206"),
        ("12th", "12"),
        ("a dozen", "12"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    (first,), (second,) = find_amounts(one), find_amounts(other)
    assert first.quantity == second.quantity


def test_numbers_of_other_kinds_are_others() -> None:
    kinds = {
        amount.quantity
        for text in ("5", "5%", "$5", "€5", "5 million", "0.5")
        for amount in find_amounts(text)
    }
    assert len(kinds) == 6


def test_one_as_a_pronoun_counts_nothing() -> None:
    assert find_amounts("one of them, one commenter, no one", strict=True) == []
    assert [amount.key for amount in find_amounts("one ferry", strict=True)] == ["1"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He said “so”, and 'not so' too.", ["so", "not so"]),
        ('He said "so it is."', ["so it is"]),
        ("Er sagte „so“.", ["so"]),
        ("It's the council's.", []),
        ("He said “so", None),
        ('He said "so', None),
        ("He said so”", None),
    ],
)
def test_quotations(text: str, found: list[str] | None) -> None:
    assert quotations(text) == found


@pytest.mark.parametrize("text", ["U.S. officials said so.", "It rose 3.5 points.", "At 9 a.m. it was so."])
def test_abbreviations_are_no_addresses(text: str) -> None:
    assert not has_forbidden_form(text, [])
