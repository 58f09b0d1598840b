"""Words of many texts at once are those of each text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.index_words import ASCII_WORDS
from bot.text.language.detect import (
    are_plainly_english,
    detect_language,
    guess_languages,
    is_plainly_english,
)
from bot.text.language.index_tokens import raw_words
from bot.text.language.stopwords import STOP_WORDS
from bot.text.language.word_arrays import MAX_CHARACTERS, WordTable, batches, distinct, split_words

PLAIN = st.text(st.characters(max_codepoint=127), max_size=60)
STOPS = st.sampled_from(sorted({*STOP_WORDS["en"], *STOP_WORDS["de"], *STOP_WORDS["nl"], *STOP_WORDS["fr"]}))
ANY = st.one_of(st.lists(STOPS, max_size=12).map(" ".join), PLAIN, st.text(max_size=40))


@given(st.lists(PLAIN, max_size=12))
def test_words_are_those_of_each_text(texts: Sequence[str]) -> None:
    split = split_words(texts, ASCII_WORDS)
    words = [(place, word) for place, text in enumerate(texts) for word in raw_words(text)]
    assert list(zip(split.owners.tolist(), split.words(np.arange(len(words))), strict=True)) == words
    hashes = dict(zip((word for _, word in words), split.hashes.tolist(), strict=True))
    assert [hashes[word] for _, word in words] == split.hashes.tolist()
    assert len(set(hashes.values())) == len(hashes)


@given(st.lists(st.integers(0, MAX_CHARACTERS - 1), max_size=20))
def test_every_part_can_be_split_at_once(characters: Sequence[int]) -> None:
    parts = list(batches(characters, characters))
    assert [size for part in parts for size in part] == characters
    assert all(sum(part) < MAX_CHARACTERS for part in parts)


def test_a_full_table_returns_the_right_numbers() -> None:
    asked: list[str] = []

    def numbers_of(words: list[str]) -> list[int]:
        asked.extend(words)
        return list(map(int, words))

    table = WordTable(4, numbers_of)
    for _ in range(2):
        for start in range(0, 1_000, 100):
            numbers = [*range(start, start + 100), start, 7]
            words = split_words([" ".join(map(str, numbers))], ASCII_WORDS)
            assert table.look_up(words).tolist() == numbers
    few = split_words(["5 5 5"], ASCII_WORDS)
    table.look_up(few)
    asked.clear()
    assert table.look_up(few).tolist() == [5, 5, 5]
    assert asked == []


@given(st.lists(ANY, max_size=12))
def test_many_texts_are_as_plainly_english_as_each(texts: Sequence[str]) -> None:
    assert are_plainly_english(texts) == list(map(is_plainly_english, texts))


def guess_language(text: str) -> str | None:
    language = detect_language(text)
    return None if language == "en" and not is_plainly_english(text) else language


@given(st.lists(ANY, min_size=16, max_size=24))
def test_many_texts_have_the_language_of_each(texts: Sequence[str]) -> None:
    assert guess_languages(texts) == list(map(guess_language, texts))


def test_sentences_of_several_languages_together() -> None:
    texts = [
        *("The council has met and the fish market is to move.", "Der Markt ist nicht mehr da, wo er war."),
        *("El mercado no es lo que era en el puerto.", "Le marché est dans le port avec les bateaux."),
        *("Rotterdam Lisbon Porto", "", "12 34", "東京都で魚市場が移転", "Рынок переезжает в порт"),
        *("de la", "a a a b c d e f g h i j k l m n o p q r s t u v w x y z"),
    ]
    texts *= 2
    assert guess_languages(texts) == list(map(guess_language, texts))
    assert {"en", "de", "es", "fr", "zh", "ru", None} <= set(guess_languages(texts))


@given(st.lists(st.integers(-5, 5), max_size=20))
def test_distinct_numbers_ascend(numbers: Sequence[int]) -> None:
    assert distinct(np.array(numbers, np.int64)).tolist() == sorted(set(numbers))
