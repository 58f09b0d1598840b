"""The vectors of many texts at once are those of each text."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.text.language.word_vectors import WordPieceTable
from bot.text.search.analyzer import Analyzer
from bot.text.search.text_vectors import COMMENT_LEAD_CHARACTERS, LEAD_CHARACTERS

WORDS = st.one_of(
    st.sampled_from(["the", "and", "Harbour", "HARBOURS", "ferry", "it's", "“quoted”", "x" * 49, "Straße"]),
    st.text("abcdefghijklmnopqrstuvwxyzAEIOU0123456789-.'", min_size=1, max_size=14),
)
TITLES = st.lists(WORDS, max_size=8).map(" ".join)
BODIES = st.one_of(
    st.lists(WORDS, max_size=30).map(" ".join),
    st.sampled_from([COMMENT_LEAD_CHARACTERS, LEAD_CHARACTERS]).map(
        lambda size: "tide herring " * (size // 13)
    ),
)
TEXTS = st.tuples(TITLES, BODIES, st.sampled_from([None, "en", "en", "de"]))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=24, max_size=40))
def test_texts_together_are_exactly_as_each(
    shipped_table: WordPieceTable, texts: Sequence[tuple[str, str, str | None]]
) -> None:
    for analyzer in (Analyzer(lambda: shipped_table), Analyzer()):
        assert analyzer.text_vectors(texts) == [analyzer.text_vectors([text])[0] for text in texts]


LONG = st.tuples(
    TITLES,
    st.tuples(st.integers(0, 12), st.sampled_from([COMMENT_LEAD_CHARACTERS, LEAD_CHARACTERS])).map(
        lambda cut: "x" * cut[0] + " Harbours" * (cut[1] // 9) + " and “ferries” unlike the seine" * 9
    ),
    st.sampled_from([None, "en"]),
)
"""Texts of which only the beginning has a meaning, which may end within a word."""


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(LONG, min_size=20, max_size=24))
def test_beginnings_of_long_texts_together_are_exactly_as_each(
    shipped_table: WordPieceTable, texts: Sequence[tuple[str, str, str | None]]
) -> None:
    analyzer = Analyzer(lambda: shipped_table)
    assert analyzer.text_vectors(texts) == [analyzer.text_vectors([text])[0] for text in texts]


def test_stop_words_alone_have_no_meaning(shipped_table: WordPieceTable) -> None:
    texts = [("It is", "as it was.", "en")] * 20
    assert set(Analyzer(lambda: shipped_table).text_vectors(texts)) == {(bytes(4), None)}
