"""The words that negate what follows them, by language."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bot.text.language.word_lists import WordLists

NEGATIONS = WordLists(__file__, "negations.txt")


def is_negation(word: str, negations: AbstractSet[str] | None = None) -> bool:
    """Whether a word, in lower case with a straight apostrophe, is in `negations` (by default the English
    ones) or ends in "n't"."""
    return word.endswith("n't") or word in (NEGATIONS["en"] if negations is None else negations)
