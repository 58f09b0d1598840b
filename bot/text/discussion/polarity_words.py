"""Words of approval and disapproval, and words that reverse them, in English, German, Spanish and French."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from bot.text.language.negations import NEGATIONS
from bot.text.language.snowball import stem_words
from bot.text.language.word_lists import WordLists

_LISTS = WordLists(__file__, "polarity_words.txt")
_NOT_REVERSING = frozenset(("nichts", "nada", "ne"))
"""Negations that follow what they negate, or accompany another negation."""


@dataclass(frozen=True, slots=True)
class PolarityWords:
    """`signs` maps approving words to 1 and disapproving ones to -1: stems, or the words themselves if
    `inflected`. `reversers` reverse the words after them."""

    signs: dict[str, int]
    inflected: bool
    reversers: frozenset[str]


@cache
def polarity_words(language: str) -> PolarityWords | None:
    """Returns the judging words of a language; None if it has no list."""
    if f"for.{language}" not in _LISTS:
        return None
    favourable, adverse = sorted(_LISTS[f"for.{language}"]), sorted(_LISTS[f"against.{language}"])
    # English stems would confuse "useful" and "used".
    inflected = language == "en"
    signs = dict.fromkeys(_inflect(adverse) if inflected else stem_words(adverse, language), -1)
    signs |= dict.fromkeys(_inflect(favourable) if inflected else stem_words(favourable, language), 1)
    reversers = NEGATIONS[language] - _NOT_REVERSING | _LISTS[f"reversers.{language}"]
    return PolarityWords(signs, inflected, reversers)


def _inflect(words: Iterable[str]) -> set[str]:
    """Returns English words with the endings of verbs and plurals."""
    forms = set()
    for word in words:
        base = word[:-1] if word.endswith("e") else word
        forms |= {word, word + "s", base + "es", base + "ed", base + "ing"}
        forms |= {word + word[-1] + "ed", word + word[-1] + "ing"}
        if word.endswith("y"):
            forms |= {word[:-1] + "ies", word[:-1] + "ied"}
    return forms
