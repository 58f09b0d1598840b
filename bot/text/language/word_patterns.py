"""Patterns for words of any language, shared by the tokenizers."""

from __future__ import annotations

import re

LETTERS = re.compile(r"[^\W\d_]+")
"""A run of letters of any script."""
ALPHANUMERICS = re.compile(r"[^\W_]+")
"""A run of letters and digits."""
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
"""Letters and digits with apostrophes inside: "rock'n'roll" is one word."""
_SMALL = "".join(letter for letter in map(chr, range(0x530)) if letter.islower())
NOT_SMALL = rf"[^\W\d_{_SMALL}]"
"""The class of a letter that is no small one: a capital, or one of a script that has none."""
ELIDED = "[cdjlmnst]|qu|jusqu|lorsqu|puisqu"
"""French words that are joined to the next word, up to their apostrophe."""
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
"""A character of a script without spaces, for measuring lengths; the index uses a wider class."""
_TYPOGRAPHY = "‘’“”„–—…•·«»\xa0£€©®™°"


def count_words(text: str) -> int:
    """Returns the number of words in a text; two characters of a script without spaces count as one."""
    if text.isascii():
        return len(LETTERS.findall(text))
    unspaced = len(UNSPACED.findall(text))
    return len(LETTERS.findall(UNSPACED.sub(" ", text))) + (unspaced + 1) // 2


def without_typography(text: str) -> str:
    """Replaces what is no letter and often all that is not ASCII, which takes a third of the time."""
    if text.isascii():
        return text
    for mark in _TYPOGRAPHY:
        if mark in text:
            text = text.replace(mark, " ")
    return text
