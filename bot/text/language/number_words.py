"""English number words and their values, and the small numbers in other languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot.domain.index_words import fold
from bot.text.language.word_lists import read_lists

UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
VALUES = {word: value for value, word in enumerate(UNITS)}
VALUES |= {word: 10 * value for value, word in enumerate(TENS, start=2)}
"""The value of each of the words above."""
ONE_TO_TWELVE = UNITS[1:13]
"""The numbers that are usually written as words in prose."""
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0}
"""Words that multiply the preceding number, with their factors."""
SCALE_SYMBOLS = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9}
"""The same factors for the words as written after digits, in lower case."""


@cache
def small_numbers(language: str) -> Mapping[str, int]:
    """Maps the folded words for the numbers from two to twelve to their values; in English up to nineteen.
    Empty for a language without a list."""
    values = _values(language, range(2, 13))
    return values | ({word: VALUES[word] for word in UNITS[13:]} if language == "en" else {})


def _values(name: str, numbers: range) -> dict[str, int]:
    """Maps the folded words of a list, which has one entry for each of the numbers, to these."""
    entries = read_lists(Path(__file__).with_name("number_words.txt")).get(name, ())
    pairs = zip(numbers, entries, strict=False)
    return {fold(word): number for number, forms in pairs for word in forms.split("/")}


@cache
def _counts(language: str) -> Mapping[str, int]:
    """Maps the words for small numbers, and for twenty to a hundred in tens, to their values."""
    return {**small_numbers(language), **_values(f"tens.{language}", range(20, 101, 10))}


def same_number(word: str, language: str) -> frozenset[str]:
    """Returns the other ways to write a small number or a round one up to a hundred, folded: five for 5, 5
    for five."""
    values = _counts(language)
    value = int(word) if word.isdecimal() else values.get(word)
    if value is None or value not in values.values():
        return frozenset()
    return frozenset({str(value), *(other for other, number in values.items() if number == value)} - {word})
