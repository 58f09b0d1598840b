"""Where a thread disagrees."""

from __future__ import annotations

import pytest

from bot.domain.answers import Disagreement
from bot.text.discussion.disagreement import find_disagreement
from bot.text.discussion.polarity import find_polar_words
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.comment_tokens import CommentStemmer
from tests.support.comment_threads import RENT, comment_texts


def opposed(*texts: str, subject: str = "rent") -> Disagreement | None:
    parsed, stems = comment_texts(*texts)
    return find_disagreement(parsed, [subject], WordUsage(parsed, stems))


@pytest.mark.parametrize(
    ("sentence", "signs"),
    [
        ("the rent is fair", [1]),
        ("the rent is not fair", [-1]),
        ("i don't think it is unfair", [1]),
        ("nobody uses the old hall", []),
        ("wasted money and a useful roof", [-1, 1]),
    ],
)
def test_words_judge_and_negations_turn_them(sentence: str, signs: list[int]) -> None:
    assert [mark.sign for mark in find_polar_words(sentence.split(), CommentStemmer("en"))] == signs


def test_the_word_is_shown_with_its_negation() -> None:
    found = opposed(
        "The rent is not fair to us.", "This rent is not fair.", "A fair rent.", "The rent is fair."
    )
    assert found is not None
    assert {found.larger.words, found.smaller.words} == {"not fair", "fair"}


def test_sides_are_counted_and_quoted() -> None:
    found = opposed(*RENT, "The rent is a bribe, as everybody says.")
    assert found is not None
    assert (found.about, found.larger.words, found.larger.comments) == ("Rent", "bribe", (1, 2, 8))
    assert (found.smaller.words, found.smaller.comments) == ("fair", (3, 4))
    assert "bribe" in found.larger.quote.text
    assert "fair" in found.smaller.quote.text


@pytest.mark.parametrize(
    "texts",
    [
        ("The rent is fair.", "The rent is fair, I think.", "Rent is a fair price."),
        ("The rent is fair.", "The rent is a bribe."),
        ("Is the rent fair?", "Is the rent fair to all?", "The rent is a bribe.", "Rent is a bribe."),
        (
            "The rent is fair and a bribe.",
            "A fair bribe is the rent.",
            "The rent is a bribe.",
            "Rent is bribe.",
        ),
    ],
    ids=["one side", "a lone voice", "questions take no side", "both in one sentence"],
)
def test_what_is_no_disagreement(texts: tuple[str, ...]) -> None:
    assert opposed(*texts) is None


def test_where_judging_words_are_not_known_nothing_is_judged() -> None:
    parsed, _stems = comment_texts("Kira fair.", "Kira not fair.", "Kira fair.", "Kira not fair.")
    assert find_disagreement(parsed, ["kira"], WordUsage(parsed, CommentStemmer("tr"))) is None


@pytest.mark.parametrize(
    ("language", "about", "texts"),
    [
        (
            "de",
            "Miete",
            (
                "Die Miete ist ungerecht.",
                "Diese Miete ist nicht fair.",
                "Die Miete finde ich fair.",
                "Eine faire Miete, endlich.",
            ),
        ),
        (
            "es",
            "Alquiler",
            (
                "El alquiler es injusto.",
                "Un alquiler que no es justo.",
                "El alquiler me parece justo.",
                "Es un alquiler razonable.",
            ),
        ),
        (
            "fr",
            "Loyer",
            (
                "Le loyer est injuste.",
                "Ce loyer n'est pas équitable.",
                "Le loyer est équitable.",
                "C'est un loyer raisonnable.",
            ),
        ),
    ],
)
def test_other_languages_whose_words_are_known_have_sides_too(
    language: str, about: str, texts: tuple[str, ...]
) -> None:
    parsed, _english = comment_texts(*texts)
    stems = CommentStemmer(language)
    for comment_text in parsed:
        comment_text.stems = stems.stems(comment_text.words)
    subject = stems.stem(about.lower())
    assert subject is not None
    found = find_disagreement(parsed, [subject], WordUsage(parsed, stems))
    assert found is not None
    assert found.about == about
    assert {found.larger.comments, found.smaller.comments} == {(1, 2), (3, 4)}
