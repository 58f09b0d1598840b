"""Stems and stop words for search, by language.

Both are for words in the form of the search index (`bot.text.language.index_tokens.fold`), so that a query, a
stored text and the index's own list of words give the same results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.domain.index_words import fold
from bot.text.language.accents import LANGUAGES_WITH_RULES, STEMMED_TWICE, restore_accents, strip_ending
from bot.text.language.index_tokens import index_words
from bot.text.language.snowball import stem_word, stem_words
from bot.text.language.stopwords import SEARCH_STOP_WORDS, STOP_WORDS

DEFAULT_LANGUAGE = "en"

_SCRIPTS = {
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "hy": re.compile(r"[\u0530-\u058f]"),
    "ne": re.compile(r"[\u0900-\u097f]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "sr": re.compile(r"[\u0400-\u04ff]"),
    "ta": re.compile(r"[\u0b80-\u0bff]"),
}
_LATIN = re.compile(r"[a-z]")


def is_in_script(word: str, language: str) -> bool:
    """Whether a folded word is in a script of the language."""
    if word.isascii():  # most words: a fourth of the time of the pattern
        return language not in _SCRIPTS and word.islower()
    return _SCRIPTS.get(language, _LATIN).search(word) is not None


def stem(word: str, language: str) -> str:
    """Returns the stem of a folded word; the word itself if the language has no stemmer or another script."""
    if not is_in_script(word, language):
        return word
    if language not in LANGUAGES_WITH_RULES:
        return stem_word(word, language)
    snowball_stem = stem_word(restore_accents(word, language), language)
    if language in STEMMED_TWICE:
        snowball_stem = stem_word(snowball_stem, language)
    return fold(strip_ending(snowball_stem, word, language))


def stems(words: Sequence[str], language: str) -> list[str]:
    """Returns the stem of each word."""
    if language in LANGUAGES_WITH_RULES:
        return [stem(word, language) for word in words]
    pairs = zip(words, stem_words(words, language), strict=True)
    if language in _SCRIPTS:
        return [stemmed if is_in_script(word, language) else word for word, stemmed in pairs]
    return [
        stemmed if (word.islower() if word.isascii() else is_in_script(word, language)) else word
        for word, stemmed in pairs
    ]


@lru_cache(maxsize=64)
def stop_words(language: str) -> frozenset[str]:
    """Returns the folded stop words of a language; empty for a language without a list."""
    listed = SEARCH_STOP_WORDS.get(language)
    if listed is not None:
        return listed
    return frozenset(part for word in STOP_WORDS.get(language, ()) for part in index_words(word))


@lru_cache(maxsize=64)
def empty_words(language: str) -> frozenset[str]:
    """Returns the folded words of a language that say nothing of a subject by themselves: its stop words, and
    words such as "get" and "will", which a search does look for."""
    listed = STOP_WORDS.get(language, ())
    return stop_words(language) | {part for word in listed for part in index_words(word)}
