"""Forms of a word meet although the index has lost their accents; what only looks alike does not."""

from __future__ import annotations

import pytest

from bot.domain.index_words import fold
from bot.text.language.stems import stem

SAME = {
    "es": ["volver volvía volvían volvió", "deber debería deberíamos", "nación naciones", "país países"],
    "fr": ["annoncer annoncé annoncée annoncées", "premier première premières", "voter votèrent votait"],
    "pt": ["eleição eleições", "nacional nacionais", "papel papéis"],
    "tr": ["gün günler günlerde günü", "çocuk çocuğu çocuklar cocuk"],
    "ru": ["ёлка елки ёлку", "самолёт самолеты"],
    "ar": ["وزير الوزير والوزير بالوزير", "حكومة الحكومة والحكومة"],
    "de": ["Haus Häuser", "Straße Strassen", "größer groß"],
}
OTHER = {
    "es": ["salir salud", "deber débil"],
    "fr": ["maison mais", "premier prémices"],
    "tr": ["göz güz", "kol kul"],
    "ar": ["وزير وزن"],
}


@pytest.mark.parametrize(("language", "words"), [(one, words) for one in SAME for words in SAME[one]])
def test_forms_have_one_stem(language: str, words: str) -> None:
    assert len({stem(fold(word), language) for word in words.split()}) == 1


@pytest.mark.parametrize(("language", "words"), [(one, words) for one in OTHER for words in OTHER[one]])
def test_other_words_have_another(language: str, words: str) -> None:
    assert len({stem(fold(word), language) for word in words.split()}) == 2


@pytest.mark.parametrize("language", ["es", "fr", "pt", "tr", "ar"])
@pytest.mark.parametrize("word", ["e", "i", "ir", "eri", "ee", "و", "وال", "gunu"])
def test_no_word_loses_everything(language: str, word: str) -> None:
    assert stem(word, language)
