"""Misspelled words are told from other words."""

from __future__ import annotations

import pytest

from bot.text.discussion.grammar_slips import has_slip
from bot.text.discussion.spelling import Spelling
from bot.text.language.word_vectors import load_vectors
from tests.support.comment_threads import comment_texts


@pytest.mark.parametrize("word", ["alllowed", "recieve", "goverment"])
def test_slips_of_known_words(word: str) -> None:
    vectors = load_vectors("shipped")
    if vectors is None:
        pytest.skip("needs the extra `vectors`")
    assert Spelling((), vectors, "en").is_misspelled(word)


@pytest.mark.parametrize("word", ["involvment", "untill", "wich", "teh"])
def test_usual_misspellings_need_no_table(word: str) -> None:
    assert Spelling((word,), None, "en").is_misspelled(word)


@pytest.mark.parametrize(
    "word", ["beneficial", "harbours", "oysterjo", "rent", "Überfluss", "hiring", "voters", "legalised"]
)
def test_other_words(word: str) -> None:
    assert not Spelling(("harbour",), load_vectors("shipped"), "en").is_misspelled(word)


def test_words_of_any_length_are_looked_up() -> None:
    text = "The ings, eds and ers of s, es and lys are no words."
    ((parsed,), stemmer) = comment_texts(text)
    (sentence,) = parsed.sentences(stemmer)
    assert Spelling(("the", "and", "are", "words"), None, "en").count_unknown(sentence) == 4


def test_words_of_the_thread_are_known() -> None:
    spelling = Spelling(("guantanamo", "camps"), None, "en")
    assert spelling.is_misspelled("guatanamo")
    assert not spelling.is_misspelled("guantanamo")


@pytest.mark.parametrize(
    "text",
    [
        "The rent is higher then it was last year.",
        "The council doesnt listen to the stallholders.",
        "The market lost more of the the stalls this spring.",
        "Their is no bus to the old station.",
        "A individual stallholder pays too much.",
        "The market closed , and nobody came.",
        "The yard is cold,wet and far away.",
        "Even if they paid the rent, they resulting debts would close the market.",
        "The market lost all of it's customers.",
        "Everybody has the right to chose a stall.",
        "The yard is more safer than the quay.",
        "Moving the market is a waste of taxpayers money.",
        "The rent is to high for a small stall.",
        "I has been shown that the yard is cold.",
        "The bus is full(ask the drivers) every morning.",
        "It is better then it was, and the quay is cheaper then the yard.",
        "My stall, lets be honest, earns nothing.",
        "Nobody knows that you was there, but i is sure of it.",
        "The stallholders lose there jobs.",
        "The bus is full, its very expensive.",
        "There are to many gulls on the roof.",
        "The gulls are back on on the roof.",
        "Ive seen the yard.",
        "The council didn't made a plan.",
        "In winter the market would of closed.",
        "The council needs a austere budget, and the quay an high wall.",
        "The stall rights protects the old families.",
        "The stalls are full because the boats has fish.",
        "The yard is far. This make the walk hard.",
        "A stallholder is suppose to pay by Friday.",
        "The old stalls leak, and the do not close.",
        "The council should choose it's members.",
        "The rent is high and their needs to be a limit.",
        "The families that recently has moved pay more.",
        "The yard closed because it force people to walk.",
        "A market is at it's simplest a row of stalls.",
        "The quay has the worlds oldest lamp.",
        "The rent decides about a persons life and the victims families.",
        "The bus is late, its hard to wait.",
        "The owners who don't' pay must leave, said the the mayor.",
    ],
)
def test_slips_of_grammar_and_typing(text: str) -> None:
    assert has_slip(text)


@pytest.mark.parametrize(
    "text",
    [
        "It is against their will, and it had had its day.",
        "The U.S. market has 1,200 stalls; a European one has more.",
        "They bring fish, and that that is so is a useful rule.",
        "If it isn't cold then, they sing of its rents.",
        "What they had to do, they did, and the peoples of the coast went on.",
        "Each owner(s) paid for an hour in a unique yard.",
        "My wife and I are paying more rent.",
        "World War I is long over.",
        "The move threatens its very existence, and its very good fish.",
        "Rents were lower then.",
        "The market was better then than now, and cheaper then because it was small.",
        "If rents are lower then they stay.",
        "Every one of you has a vote, and what I told you is true.",
        "They will switch to LED lights.",
        "The law, which is old, lets landlords evict.",
        "The council, which is slow, lets go of the quay.",
        "When the bus comes, they spring into action.",
        "The people there own their homes.",
        "Look at the state they are in in Texas.",
        "What goes on on the quay gave her her money back.",
        "It would of course be cheaper.",
        "What it is to many is a home for their would-be tenants.",
        "The will made in 1990 gave them the stall, as May did.",
        "We need more cheaper homes and more better-paid jobs.",
        "Native peoples fished here, and plan A applies.",
        "He got an A from a school in Walla Walla.",
        "He opened at six, as is his wont.",
        "Despite its not inconsiderable rent, its A-list guests come.",
        "The council hasn't got a bus, and hasn't made a plan; some of it's clear.",
        "Moving stalls is hard, and what the owners of the stalls need is time; 40 crowns is enough.",
        "The United States has boats. News has come, as politics is slow and the analysis was late.",
        "The mayor insisted that it make room, and she told the owners it did help; let it work.",
        "The one who pays is one of those, the series is over, and among the losses was the roof.",
        "Victims of fate live here; the parents' lives are hard, and he gave citizens rights.",
        "The class has a boat, the bus is full and this was his.",
        "She sells herring at AT&T, said Jony Ive after a hard(ish) day.",
    ],
)
def test_no_slips(text: str) -> None:
    assert not has_slip(text)
