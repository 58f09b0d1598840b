"""Texts compared with a query by runs of letters and by neighbouring words."""

from __future__ import annotations

import numpy as np
import pytest

from bot.text.language.stems import stem
from bot.text.search.surface import PASSAGE_WORDS, NgramStatistics, ngram_scores, proximity_scores
from bot.text.search.term_vector import TERM_ID_BITS, term_id, vectorize

TEXTS = [
    ("", "Der Hafenmeister sperrt die Brücke."),
    ("", "Die Fähre fährt wieder."),
    ("", "Regen und Wind am Abend."),
]


def _terms(texts: list[tuple[str, str]]) -> list[bytes]:
    return vectorize([(*text, "en") for text in texts])


def test_compounds_and_other_cases_match_by_their_letters() -> None:
    known = NgramStatistics([body for _, body in TEXTS])
    assert ngram_scores(["hafen"], TEXTS, known).argmax() == 0
    assert ngram_scores(["fahren"], TEXTS, known).argmax() == 1
    assert ngram_scores(["xyzzy"], TEXTS, known).tolist() == [0, 0, 0]
    assert ngram_scores([], [("", "")], NgramStatistics([])).tolist() == [0]


def test_pairs_of_characters_match_where_there_are_no_spaces() -> None:
    texts = [("", "渔民在港口出售了他们的房子。"), ("", "港口的房子 and a harbour"), ("", "雨。")]
    known = NgramStatistics([body for _, body in texts])
    first, second, third = ngram_scores(["渔民", "民在", "在港", "港口"], texts, known)
    assert first > second > third == 0
    assert ngram_scores(["harbour"], texts, known).argmax() == 1


def test_words_that_are_neighbours_in_the_query_score_where_they_are_close() -> None:
    texts = [
        ("", "The harbour wall fell."),
        ("", "A wall of the harbour fell."),
        ("", "The wall of the town, rain, wind, a harbour."),
        ("Harbour", ""),
    ]
    weights = np.ones(1 << TERM_ID_BITS, np.float32)
    words = ["harbour", "wall"]
    pairs, passages = proximity_scores(words, texts, ["en"] * 4, weights, _terms(texts))
    first, second, third, fourth = pairs
    assert first == second > third == fourth == 0
    assert passages.tolist() == [1, 1, 1, 0.5]


def test_pairs_of_rare_words_count_more() -> None:
    weights = np.ones(1 << TERM_ID_BITS, np.float32)
    weights[[term_id(stem(word, "en")) for word in ("harbour", "wall")]] = 5
    texts = [("", "A harbour wall."), ("", "The wall fell.")]
    words = ["harbour", "wall", "fell"]
    (first, second), _ = proximity_scores(words, texts, ["en", "en"], weights, _terms(texts))
    assert first > 2 * second > 0


def test_the_passage_with_the_most_words_of_the_query_counts() -> None:
    between = " ".join(f"word{number}" for number in range(PASSAGE_WORDS))
    words = ["harbour", "crane", "storm", "harbour"]
    texts = [
        ("", f"A harbour. {between} The crane of the harbour fell. {between} A storm."),
        ("", f"A harbour. {between} A crane. {between} A storm."),
        ("A storm", "In the harbour a crane fell."),
        ("", "Rain."),
    ]
    weights = np.ones(1 << TERM_ID_BITS, np.float32)
    _, passages = proximity_scores(words, texts, ["en"] * 4, weights, _terms(texts))
    assert passages.tolist() == pytest.approx([2 / 3, 1 / 3, 1, 0])


def test_a_query_without_known_words_is_close_to_nothing() -> None:
    weights = np.ones(1 << TERM_ID_BITS, np.float32)
    pairs, passages = proximity_scores(["the", "of"], TEXTS, ["en"] * 3, weights, _terms(TEXTS))
    assert pairs.tolist() == passages.tolist() == [0, 0, 0]
