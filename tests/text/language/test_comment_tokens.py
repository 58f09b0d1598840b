"""Words and stems, and the guess of a language."""

from __future__ import annotations

import pytest

from bot.text.language.comment_tokens import CommentStemmer, comment_words, split_elisions


def test_words_are_small_and_keep_their_apostrophes() -> None:
    assert comment_words("Don’t FEED the Größe, 3.5 cats_dogs") == [
        "don't",
        "feed",
        "the",
        "grösse",
        "3",
        "5",
        "cats",
        "dogs",
    ]


def test_scripts_without_spaces_are_read_in_pairs() -> None:
    assert comment_words("家賃が rent 高") == ["家賃", "賃が", "rent", "高"]


def test_what_is_no_subject_has_no_stem() -> None:
    stems = CommentStemmer("en")
    assert [stems.stem(word) for word in ("the", "41", "ox", "buses", "dray's")] == [
        None,
        None,
        None,
        "bus",
        "dray",
    ]
    assert stems.stems(["the", "stall", "stalls"]) == {"stall"}


def test_a_language_without_a_stemmer_keeps_its_words() -> None:
    stems = CommentStemmer("xx")
    assert stems.stem("ryby") == "ryby"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the council did not ask us about the rent", "en"),
        ("der rat hat uns nicht nach der miete gefragt", "de"),
        ("совет не спросил нас об аренде и о том что мы думаем", "ru"),
        ("xyzzy plugh", "en"),
    ],
)
def test_a_thread_without_a_known_language_is_guessed(text: str, language: str) -> None:
    assert CommentStemmer.for_texts([text.split()], None).language == language
    assert CommentStemmer.for_texts([text.split()], "fr").language == "fr"


def test_small_words_written_together_with_a_noun_are_no_part_of_it() -> None:
    stems = CommentStemmer("fr")
    assert stems.stem("l'avion") == stems.stem("avion")
    assert stems.stem("qu'il") is None
    assert split_elisions("L'avion d’Anne et qu'il", "fr") == "L avion d Anne et qu il"
    assert split_elisions("it's", "en") == "it's"
