"""Misspelled words are told from other words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.text.discussion.spelling import Spelling
from bot.text.language.word_vectors import load_vectors
from tests.support.comment_threads import comment_texts


@pytest.mark.parametrize("word", ["alllowed", "recieve", "goverment"])
def test_slips_of_known_words(word: str) -> None:
    vectors = load_vectors("shipped")
    if vectors is None:
        pytest.skip("needs the extra `vectors`")
    assert Spelling((), vectors, "en").is_misspelled(word)


def test_a_lost_letter_makes_no_known_form() -> None:
    ((parsed,), stemmer) = comment_texts("It creats hates, surely and wholely.")
    (sentence,) = parsed.sentences(stemmer)
    assert Spelling(("create", "hate", "sure", "whole", "and"), None, "en").count_unknown(sentence) == 1


@pytest.mark.parametrize("word", ["involvment", "untill", "wich", "teh"])
def test_usual_misspellings_need_no_table(word: str) -> None:
    assert Spelling((word,), None, "en").is_misspelled(word)


@pytest.mark.parametrize(
    "word",
    [
        "accidently",
        "publically",
        "beneficial",
        "harbours",
        "oysterjo",
        "rent",
        "Überfluss",
        "hiring",
        "voters",
        "legalised",
    ],
)
def test_other_words(word: str) -> None:
    assert not Spelling(("harbour",), load_vectors("shipped"), "en").is_misspelled(word)


def test_words_of_any_length_are_looked_up() -> None:
    text = "The ings, eds and ers of s, es and lys are no words."
    ((parsed,), stemmer) = comment_texts(text)
    (sentence,) = parsed.sentences(stemmer)
    assert Spelling(("the", "and", "are", "words"), None, "en").count_unknown(sentence) == 4


def test_only_neat_and_short_sentences_are_quotable() -> None:
    ((parsed,), stemmer) = comment_texts("the roof of the hall leaks in the autumn")
    (careless,) = parsed.sentences(stemmer)
    ((parsed,), stemmer) = comment_texts("The roof of the hall leaks in the autumn.")
    (careful,) = parsed.sentences(stemmer)
    ((parsed,), stemmer) = comment_texts(f"The roof leaks in the autumn{' and in the rain' * 5}.")
    (long,) = parsed.sentences(stemmer)
    spelling = Spelling(careful.words, None, "en")
    assert spelling.is_quotable(careful)
    assert not spelling.is_quotable(replace(careful, start=3))
    assert not spelling.is_quotable(careless)
    assert spelling.is_well_written(long)
    assert not spelling.is_quotable(long)


@pytest.mark.parametrize("word", ["creats", "hositle", "tham"])
def test_what_is_like_a_known_word_is_not_quoted(word: str) -> None:
    ((parsed,), stemmer) = comment_texts(f"The roof {word} a cold and dark hall.")
    (sentence,) = parsed.sentences(stemmer)
    known = ("the", "roof", "and", "cold", "dark", "hall", "creates", "hostile", "them")
    spelling = Spelling(known, None, "en")
    assert not spelling.is_quotable(sentence)
    assert Spelling((*known, word), None, "en").is_quotable(sentence)


def test_words_of_the_thread_are_known() -> None:
    spelling = Spelling(("guantanamo", "camps"), None, "en")
    assert spelling.is_misspelled("guatanamo")
    assert not spelling.is_misspelled("guantanamo")
