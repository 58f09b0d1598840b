"""Recognises misspelled words, so that better written sentences are quoted before others."""

from __future__ import annotations

from collections.abc import Collection

from bot.text.language.word_vectors import Vectors

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
MIN_LETTERS = 6
"""Shorter words are too often names, abbreviations and slang."""
UNCHANGED_END = 2
"""A change in the last letters is another form of a word."""


class Spelling:
    """Knows the words of one thread and, if there is one, of a table of vectors."""

    def __init__(self, usual: Collection[str], vectors: Vectors | None) -> None:
        self._usual = usual
        self._table = frozenset(vectors.vocabulary() if vectors is not None else ())

    def is_misspelled(self, word: str) -> bool:
        """Whether a word in lower case is unknown, and a known one with a letter more, less or other, or with
        two letters in another order."""
        if len(word) < MIN_LETTERS or not (word.isascii() and word.isalpha()) or self._knows(word):
            return False
        return any(map(self._knows, _variants(word)))

    def _knows(self, word: str) -> bool:
        return word in self._usual or word in self._table


def _variants(word: str) -> list[str]:
    places = range(1, len(word) - UNCHANGED_END + 1)
    variants = [word[:n] + word[n + 1 :] for n in places]
    variants += [word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in places if n + 1 < len(word)]
    for letter in _LETTERS:
        variants += [word[:n] + letter + word[n:] for n in places]
        variants += [word[:n] + letter + word[n + 1 :] for n in places]
    return variants
