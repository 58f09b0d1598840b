"""The vectors of many texts at once are those of each text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.text.language import plain_words, word_pieces
from bot.text.language.word_pieces import WordPieces
from bot.text.language.word_vectors import WordPieceTable

WORDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=14)
LONG = st.text("aehrt", min_size=47, max_size=100)
TEXTS = st.one_of(
    st.lists(WORDS, max_size=12).map(" ".join),
    st.lists(st.one_of(WORDS, LONG), max_size=3).map(" -- ".join),
    st.text(max_size=40),
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=16, max_size=30))
def test_texts_together_are_exactly_as_each(shipped_table: WordPieceTable, texts: Sequence[str]) -> None:
    each = np.concatenate([shipped_table.encode([text]) for text in texts])
    assert np.array_equal(shipped_table.encode(texts), each)


def test_more_words_than_are_kept_change_nothing(
    shipped_table: WordPieceTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_words, "_MAX_WORDS", 100)
    fresh = WordPieceTable("fresh", shipped_table._rows, shipped_table._pieces)
    for start in range(0, 600, 60):
        texts = [f"harbour number{start + place} of market{place} pier" for place in range(40)]
        each = np.concatenate([shipped_table.encode([text]) for text in texts])
        assert np.array_equal(fresh.encode(texts), each)


def split_plain(pieces: WordPieces, words: Sequence[str]) -> list[tuple[int, ...]]:
    numbers, ends = pieces.split_plain(words)
    return [tuple(numbers[start:end].tolist()) for start, end in pairwise([0, *ends.tolist()])]


@pytest.fixture(scope="module")
def pieces(shipped_table: WordPieceTable) -> WordPieces:
    return WordPieces(shipped_table._pieces)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.one_of(WORDS, LONG), max_size=20))
def test_words_together_are_split_as_each(pieces: WordPieces, words: Sequence[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_pieces, "_MIN_TOGETHER", 0)
        patch.setattr(word_pieces, "_MIN_FOR_JOINTS", 0)
        assert split_plain(pieces, words) == list(map(pieces.split, words))


def test_without_a_piece_for_each_letter_words_are_split_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_pieces, "_MIN_TOGETHER", 0)
    monkeypatch.setattr(word_pieces, "_MIN_FOR_JOINTS", 0)
    pieces = WordPieces({"▁": 0, "f": 1, "▁f": 2, "<0x69>": 3})
    assert split_plain(pieces, ["fi", "f"]) == [(2, 3), (2,)]


def test_joints_are_sought_only_for_many_words_at_once_that_are_no_pieces(
    shipped_table: WordPieceTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_pieces, "_MIN_FOR_JOINTS", 150)
    pieces = WordPieces(shipped_table._pieces)
    unknown = [f"zq{number}xv" for number in range(150)]
    for _ in range(2):  # as one search after another has
        assert split_plain(pieces, ["house"] * 400 + unknown[1:])[400:] == list(
            map(pieces.split, unknown[1:])
        )
        assert pieces._joints is None
    assert split_plain(pieces, unknown) == list(map(pieces.split, unknown))
    assert pieces._joints is not None
