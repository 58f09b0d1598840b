"""Which words count as forms of the word that is shown."""

from __future__ import annotations

import pytest

from bot.text.discussion.word_usage import WordUsage, base_form
from tests.support.comment_threads import comment_texts


@pytest.mark.parametrize(
    ("first", "second"),
    [("rent", "rented"), ("rent", "rents"), ("party", "parties"), ("stop", "stopped"), ("move", "moving")],
)
def test_forms_of_one_word(first: str, second: str) -> None:
    assert base_form(first) == base_form(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [("nature", "natural"), ("religion", "religious"), ("murder", "murderer"), ("commit", "commitment")],
)
def test_words_of_one_family(first: str, second: str) -> None:
    assert base_form(first) != base_form(second)


def test_an_adjective_is_no_noun_because_one_has_its_stem() -> None:
    texts, stemmer = comment_texts(
        "The natural beach is gone.",
        "Protect the natural harbour.",
        "Our natural bay needs care.",
        "The nature of the yard is lost, and nature is free.",
    )
    usage = WordUsage(texts, stemmer)
    stem = stemmer.stem("natural") or ""
    assert usage.usual_form(stem) == "natural"
    assert not usage.is_noun(stem)


def test_a_stem_stands_for_its_most_frequent_word() -> None:
    texts, stemmer = comment_texts(
        "The nature of the yard is gone.",
        "Protect the nature of the bay.",
        "It is natural to object.",
    )
    usage = WordUsage(texts, stemmer)
    stem = stemmer.stem("nature") or ""
    assert stem == stemmer.stem("natural")
    assert usage.usual_form(stem) == "nature"
    assert usage.is_form(stem, "natures")
    assert not usage.is_form(stem, "natural")
