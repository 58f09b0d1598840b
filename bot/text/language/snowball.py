"""Snowball's stemmers by ISO 639-1 code, with separate instances for each thread."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import Stemmer

_ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
_threads = threading.local()


def stem_word(word: str, language: str) -> str:
    """Returns the stem of a word for an ISO 639-1 code; the word itself if Snowball has no stemmer for it."""
    stemmer = _stemmer(language)
    stem: str = word if stemmer is None else stemmer.stemWord(word)
    return stem


def stem_words(words: Sequence[str], language: str) -> Sequence[str]:
    """Returns the stem of each word."""
    stemmer = _stemmer(language)
    stems: Sequence[str] = words if stemmer is None else stemmer.stemWords(words)
    return stems


def _stemmer(language: str) -> Stemmer.Stemmer | None:
    """Returns the stemmer of the current thread: stemmers have mutable state."""
    stemmers: dict[str, Stemmer.Stemmer | None] = _threads.__dict__.setdefault("stemmers", {})
    if language not in stemmers:
        name = _ALGORITHMS.get(language)
        # Its cache of 10,000 words costs four times as much as a stem, for words that are not in it.
        stemmers[language] = None if name is None else Stemmer.Stemmer(name, 0)
    return stemmers[language]
