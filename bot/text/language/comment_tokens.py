"""The words of a comment as themes need them: small letters, stems, and which of them say something."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from itertools import islice

from bot.text.language.detect import detect_language
from bot.text.language.index_tokens import is_unspaced
from bot.text.language.snowball import stem_word
from bot.text.language.stopwords import STOP_WORDS

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_IRREGULAR = {"buses": "bus", "gases": "gas"}
"""What the English stemmer keeps apart from its singular."""
_ELIDED = re.compile(
    r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|un|[dns]?[ae]ll|sull)['’](?=[^\W_])", re.IGNORECASE
)
"""Small words of French and Italian that are written together with the next one: "l'avion"."""
_ELIDING = frozenset({"fr", "it"})
_DETECTION_WORDS = 1_000
"""So many words of a thread tell its language."""
_MIN_LETTERS = 3
"""Shorter words of alphabets are rarely a subject."""


def comment_words(text: str) -> list[str]:
    """The words of `text` in small letters, in order, apostrophes straight; of a script without spaces the
    overlapping pairs of characters."""
    # Interned: the words of thousands of comments are mostly the same ones.
    found = [*map(sys.intern, _WORD.findall(text.casefold().replace("’", "'")))]
    if text.isascii() or not is_unspaced(text):
        return found
    return [piece for word in found for piece in _pieces(word)]


def _pieces(word: str) -> list[str]:
    if len(word) <= 2 or not is_unspaced(word):
        return [word]
    return [word[at : at + 2] for at in range(len(word) - 1)]


def split_elisions(text: str, language: str) -> str:
    """The text with a blank behind each small word that its language writes together with the next."""
    if language not in _ELIDING:
        return text
    return _ELIDED.sub(lambda match: f"{match[0][:-1]} ", text)


class CommentStemmer:
    """Stems of one language's words; what is no subject (a stop word, a number, too short) has none."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._stops = STOP_WORDS.get(language, frozenset())
        self._known: dict[str, str | None] = {}

    @classmethod
    def for_texts(cls, texts: Iterable[Sequence[str]], language: str | None) -> CommentStemmer:
        """The stems of `language`, or of what the words of `texts` look like where that is not known."""
        if language is None:
            said = islice((word for text in texts for word in text), _DETECTION_WORDS)
            language = detect_language(" ".join(said)) or "en"
        return cls(language)

    def stem(self, word: str) -> str | None:
        """The stem of a word in small letters, or None where it says nothing of a subject."""
        if word not in self._known:
            self._known[word] = self._stem(word)
        return self._known[word]

    def stems(self, words: Iterable[str]) -> frozenset[str]:
        """The stems of those of `words` that say something."""
        return frozenset(stem for word in words if (stem := self.stem(word)) is not None)

    def _stem(self, word: str) -> str | None:
        if word in self._stops or word.isdigit():
            return None
        if len(word) < _MIN_LETTERS and not is_unspaced(word):
            return None
        if self.language in _ELIDING and "'" in word:
            word = _ELIDED.sub("", word)
            if word in self._stops:
                return None
        bare = _IRREGULAR.get(word, word.removesuffix("'s"))
        return stem_word(bare, self.language) if self.language in STOP_WORDS else bare
