"""English number words and their values."""

from __future__ import annotations

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
