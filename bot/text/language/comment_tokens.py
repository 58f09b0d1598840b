"""The words of comments in lower case, their stems, and which words can be the subject of a theme."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from itertools import islice

from bot.text.language.detect import detect_language
from bot.text.language.index_tokens import is_unspaced
from bot.text.language.snowball import stem_word
from bot.text.language.stopwords import STOP_WORDS
from bot.text.language.word_patterns import ELIDED, WORD

_IRREGULAR = {"buses": "bus", "gases": "gas"}
"""Plurals that the English stemmer does not reduce to their singular."""
_ELISION = re.compile(rf"\b(?:{ELIDED}|un|[dns]?[ae]ll|sull)['’](?=[^\W_])", re.IGNORECASE)
"""French and Italian words that are joined to the next word: "l'avion"."""
_ELIDING = frozenset({"fr", "it"})
_DETECTION_WORDS = 1_000
"""At most this many words of a thread are used to detect its language."""
_MIN_LETTERS = 3
"""Shorter words in alphabetic scripts have no stem: they are rarely a subject."""


def comment_words(text: str) -> list[str]:
    """Returns the words of `text` in lower case, in order, with straight apostrophes; for a script without
    spaces, overlapping pairs of characters."""
    # Interned: the comments of a thread repeat the same words.
    words = [*map(sys.intern, WORD.findall(text.casefold().replace("’", "'")))]
    if text.isascii() or not is_unspaced(text):
        return words
    return [pair for word in words for pair in _pairs(word)]


def _pairs(word: str) -> list[str]:
    if len(word) <= 2 or not is_unspaced(word):
        return [word]
    return [word[start : start + 2] for start in range(len(word) - 1)]


def split_elisions(text: str, language: str) -> str:
    """Returns the text with a space in place of each apostrophe that joins two words of the language."""
    if language not in _ELIDING:
        return text
    return _ELISION.sub(lambda match: f"{match[0][:-1]} ", text)


class CommentStemmer:
    """Stems words of one language. Stop words, numbers and very short words have no stem."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._stops = STOP_WORDS.get(language, frozenset())
        self._known: dict[str, str | None] = {}

    @classmethod
    def for_texts(cls, texts: Iterable[Sequence[str]], language: str | None) -> CommentStemmer:
        """Returns a stemmer for `language`, or, if that is None, for the language detected from the words of
        `texts`."""
        if language is None:
            sample = islice((word for text in texts for word in text), _DETECTION_WORDS)
            language = detect_language(" ".join(sample)) or "en"
        return cls(language)

    def stem(self, word: str) -> str | None:
        """Returns the stem of a lower-case word, or None if the word cannot be a subject."""
        if word not in self._known:
            self._known[word] = self._stem(word)
        return self._known[word]

    def stems(self, words: Iterable[str]) -> frozenset[str]:
        """Returns the stems of `words`, without None."""
        return frozenset(stem for word in words if (stem := self.stem(word)) is not None)

    def _stem(self, word: str) -> str | None:
        if word in self._stops or word.isdigit():
            return None
        if len(word) < _MIN_LETTERS and not is_unspaced(word):
            return None
        if self.language in _ELIDING and "'" in word:
            word = _ELISION.sub("", word)
            if word in self._stops:
                return None
        bare = _IRREGULAR.get(word, word.removesuffix("'s"))
        return stem_word(bare, self.language) if self.language in STOP_WORDS else bare
