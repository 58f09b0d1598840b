"""Misspelled words are told from other words."""

from __future__ import annotations

import pytest

from bot.text.discussion.spelling import Spelling
from bot.text.language.word_vectors import load_vectors


@pytest.mark.parametrize("word", ["alllowed", "recieve", "goverment"])
def test_slips_of_known_words(word: str) -> None:
    vectors = load_vectors("shipped")
    if vectors is None:
        pytest.skip("needs the extra `vectors`")
    assert Spelling((), vectors).is_misspelled(word)


@pytest.mark.parametrize("word", ["beneficial", "harbours", "oysterjo", "rent", "Überfluss"])
def test_other_words(word: str) -> None:
    assert not Spelling(("harbour",), load_vectors("shipped")).is_misspelled(word)


def test_words_of_the_thread_are_known() -> None:
    spelling = Spelling(("guantanamo", "camps"), None)
    assert spelling.is_misspelled("guatanamo")
    assert not spelling.is_misspelled("guantanamo")
