"""Splits text into the tokens of the search index, each with its offsets in the text.

The index uses FTS5's `unicode61 remove_diacritics 2`. This tokenizer follows it closely enough to locate in
the text every word that matches in the index. Scripts without spaces between words, and Korean, whose
particles are attached to the word, are split into overlapping pairs of characters in both places, see
`bigrams`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.index_words import ASCII_WORDS, WORD, fold
from bot.domain.plain_letters import PLAIN_LETTERS

_UNSPACED_CLASS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f"
)
_UNSPACED = re.compile(f"[{_UNSPACED_CLASS}]")
_RUNS = re.compile(f"([{_UNSPACED_CLASS}]+)|[^{_UNSPACED_CLASS}]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word in the form of the index, made from `text[start:end]`."""

    word: str
    start: int
    end: int


def unaccent(word: str) -> str:
    """Returns a folded word with the letters that have no accent to remove spelt plainly: łódź as lodz; and
    digits of other scripts as 0 to 9."""
    return word if word.isascii() else word.translate(PLAIN_LETTERS)


def is_unspaced(word: str) -> bool:
    """Whether any character is of a script that is searched by pairs of characters."""
    return not word.isascii() and _UNSPACED.search(word) is not None


def raw_tokens(text: str) -> list[tuple[str, int, int]]:
    """Returns each word of the text unchanged, with its start and end. A run of an unspaced script gives
    overlapping pairs of characters and the last character alone, so that pairs, runs and single characters
    can all be looked up."""
    words = [(match[0], match.start(), match.end()) for match in WORD.finditer(text)]
    if text.isascii() or not _UNSPACED.search(text):
        return words
    return [token for word in words for token in (_pairs(*word) if is_unspaced(word[0]) else (word,))]


def _pairs(word: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    for run in _RUNS.finditer(word):
        if run[1] is None:
            yield run[0], start + run.start(), start + run.end()
            continue
        for first in range(run.start(), run.end()):
            pair = word[first : min(first + 2, run.end())]
            yield pair, start + first, start + first + len(pair)


def tokenize(text: str) -> list[Token]:
    """Returns the words of `raw_tokens(text)` in the form of the index."""
    return [Token(fold(raw), start, end) for raw, start, end in raw_tokens(text)]


def raw_words(text: str) -> list[str]:
    """Returns the words of `raw_tokens(text)` without offsets."""
    if text.isascii():  # as the pattern, in a fourth of its time
        return text.encode().translate(ASCII_WORDS).decode().split()
    if not _UNSPACED.search(text):
        return WORD.findall(text)
    return [raw for raw, _, _ in raw_tokens(text)]


def index_words(text: str) -> list[str]:
    """Returns the words of the text in the form of the index."""
    return raw_words(text.lower()) if text.isascii() else [fold(word) for word in raw_words(text)]


def bigrams(text: str) -> str | None:
    """Returns the content of the `grams` column for a text: the tokens of each word with a character of an
    unspaced script, separated by spaces; None if there are none."""
    if text.isascii() or not _UNSPACED.search(text):
        return None
    words = filter(is_unspaced, WORD.findall(text))
    return " ".join(token.word for word in words for token in tokenize(word))
