"""Term vectors of many texts are those of each text, counted word by word."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.language.index_tokens import index_words
from bot.text.language.stems import stem, stop_words
from bot.text.search import term_vector
from bot.text.search.term_vector import MAX_PLAIN_CHARACTERS, MAX_WORDS, TermIds, stems_of, term_id, vectorize

Text = tuple[str, str, str | None]
WORDS = st.lists(
    st.sampled_from(["The", "fish", "Fishes", "markets", "7", "c++", "café", "“we", "市場"]), max_size=9
)
CONTENTS = st.one_of(WORDS.map(" ".join), st.text(max_size=30))
TEXTS = st.lists(st.tuples(CONTENTS, CONTENTS, st.sampled_from(["en", "tr", "pl", None])), max_size=8)


def counted(title: str, body: str, language: str | None) -> bytes:
    """The term vector by its definition."""
    language = language or "en"
    ids = [
        [term_id(stem(word, language)) for word in words if word not in stop_words(language)]
        for words in (index_words(title), index_words(body)[:MAX_WORDS])
    ]
    terms = list(dict.fromkeys(ids[1] + ids[0]))
    counts = [bytes(min(255, Counter(own)[term]) for term in terms) for own in ids]
    return struct.pack(f"<{len(terms) + 1}I", len(terms), *terms) + counts[0] + counts[1]


@given(TEXTS)
def test_many_texts_are_counted_as_each_by_itself(texts: Sequence[Text]) -> None:
    assert vectorize(texts) == [counted(*text) for text in texts]


def test_long_texts_are_counted_among_short_ones() -> None:
    texts: list[Text] = [
        ("Fish", "market " * 300, "en"),
        ("", "", "en"),
        ("Fish", " ".join(f"w{number}" for number in range(MAX_WORDS + 5)), "en"),
        *[("Fish market", "yard " * (MAX_PLAIN_CHARACTERS // 6), "en")] * 40,
        ("Fish", "café market " * 30_000, "en"),
    ]
    vectors = vectorize(texts)
    assert vectors == [counted(*text) for text in texts]
    assert term_id("w5") in stems_of(vectors[2])
    assert term_id(f"w{MAX_WORDS + 1}") not in stems_of(vectors[2])


def test_words_have_the_same_numbers_together_and_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(term_vector, "_MAX_CACHED_WORDS", 4)  # words are forgotten and learnt again
    together, singly = TermIds("en"), TermIds("en")
    texts = [["fish", "The", "markets"], ["fish", "Fishes", "yard", "quay"], ["café", "the", "fish"], []]
    for words in texts * 3:
        assert together.look_up(words) == list(map(singly.__getitem__, words))
    assert together["Fishes"] == together["fish"] == term_id("fish")
    assert together["The"] == 0


def test_nothing_has_no_vectors() -> None:
    assert vectorize([]) == []
