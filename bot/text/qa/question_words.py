"""Words that only ask, in five languages besides English: the language and the kind of a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.domain.answers import QuestionType
from bot.domain.index_words import fold
from bot.text.language.detect import detect_language
from bot.text.language.index_tokens import raw_words
from bot.text.language.stems import stop_words
from bot.text.language.word_lists import read_lists

LANGUAGES = ("de", "es", "fr", "ru", "tr")
_KINDS: tuple[QuestionType, ...] = (
    *("opinion", "latest", "who", "when", "where", "count", "why", "how", "what", "yesno"),
)
_YES_NO_FIRST = ("de", "es")
"""Languages in which only the first word can ask for yes or no."""
_ENGLISH = re.compile(r"\b(?:who|whom|whose|what|when|where|why|how|which|did|does)\b", re.IGNORECASE)
"""Words from which the language of a short text is detected better than from stop words."""
_WAS = re.compile(r"\W*was\s+(\S+.*)", re.IGNORECASE)
_SHORT_NAMES = re.compile(r"(?<=\w )[A-Z]\w{0,3}\b|\b[A-Z]\w{0,3}(?= [A-Z](?!\w*['’](?!s\b)[a-z]))")
"""Short words that are parts of names by their capital letters, within a text or before another one: Kim Jong
Un, Will Smith. Words that ask are spelt like some of them. Turkish endings show that a name begins there."""
MIN_EMPTY_WORDS = 2
"""So many words of a language that say nothing by themselves show it, where English has none of them."""


@dataclass(frozen=True, slots=True)
class AskingWords:
    """A phrase that asks, as positions in the words of a question."""

    question_type: QuestionType
    start: int
    end: int


def find_language(text: str) -> str:
    """Returns the language of a question, English if nothing but short names shows another one."""
    language = _shown_language(text)
    if language != "en" and text.isascii() and not text.isupper():
        return _shown_language(_SHORT_NAMES.sub(" ", text))
    return language


def _shown_language(text: str) -> str:
    detected = detect_language(text)
    words = raw_words(text)
    asking = {
        language: sum(phrases.end - phrases.start for phrases in find_asking_words(words, language))
        for language in LANGUAGES
    }
    if detected not in (None, "en", *LANGUAGES):
        return detected if not any(asking.values()) or not text.isascii() else _most(asking, detected)
    if _ENGLISH.search(text.replace("WHO", "")) and (detected in (None, "en") or not asking.get(detected)):
        return "en"
    if detected == "en":
        detected = _by_words_that_say_nothing(words)
    # "Was" is English and German.
    if match := _WAS.match(text):
        rest = detect_language(match[1])
        return rest if rest in ("de", "en") else "en" if match[1][0].isupper() else "de"
    return _most(asking, detected) if any(asking.values()) and detected != "en" else detected or "en"


def _by_words_that_say_nothing(words: Sequence[str]) -> str:
    """Returns the language of a question that looks English by its letters: another one if it has two of that
    language's words that only ask or are stop words, and no English one."""
    folded = set(map(fold, words))
    for language in LANGUAGES:
        asking = find_asking_words(words, language)
        empty = {fold(word) for phrase in asking for word in words[phrase.start : phrase.end]}
        empty |= folded & stop_words(language)
        if asking and len(empty) >= MIN_EMPTY_WORDS and folded.isdisjoint(stop_words("en") - empty):
            return language
    return "en"


def _most(asking: dict[str, int], detected: str | None) -> str:
    """Returns the language with the most asking words; the detected one if it has as many."""
    return max(asking, key=lambda language: (asking[language], language == detected))


def find_asking_words(words: Sequence[str], language: str) -> list[AskingWords]:
    """Returns the phrases that ask, in order. People leave accents out: without any phrase as it is spelt,
    those without accents are returned."""
    lower = [word.lower().replace("i\u0307", "i") for word in words]
    return _scan(lower, language, as_spelt=True) or _scan(list(map(fold, words)), language, as_spelt=False)


def classify(phrases: Sequence[AskingWords]) -> QuestionType:
    """Returns the kind of answer that the phrases ask for."""
    kinds = [phrase.question_type for phrase in phrases]
    known: tuple[QuestionType, ...] = ("opinion", "latest")
    for kind in known:
        if kind in kinds:
            return kind
    # A later "when" or "how" only joins a clause.
    return next((kind for kind in kinds if kind != "yesno"), "yesno" if kinds else "what")


def word_list(name: str, language: str) -> frozenset[str]:
    """Returns the folded words of a list such as `numbers`."""
    return frozenset(map(fold, _lists().get(f"{name}.{language}", ())))


@cache
def pattern(name: str, language: str) -> re.Pattern[str]:
    """Returns a pattern of the words and phrases of a list, without regard to case."""
    phrases = sorted(_lists().get(f"{name}.{language}", ()), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b" if phrases else r"(?!)", re.IGNORECASE)


def _scan(words: Sequence[str], language: str, *, as_spelt: bool) -> list[AskingWords]:
    kinds, longest = _phrases(language, as_spelt)
    phrases: list[AskingWords] = []
    position = 0
    while position < len(words):
        for size in range(longest, 0, -1):
            kind = kinds.get(tuple(words[position : position + size]))
            if kind == "yesno" and position and language in _YES_NO_FIRST:
                kind = None
            if kind is not None:
                phrases.append(AskingWords(kind, position, position + size))
                position += size
                break
        else:
            position += 1
    return phrases


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    return read_lists(Path(__file__).with_name("question_words.txt"), separator=",")


@cache
def _phrases(language: str, as_spelt: bool) -> tuple[dict[tuple[str, ...], QuestionType], int]:
    """Returns the kinds of the phrases, and the number of words of the longest."""
    phrases: dict[tuple[str, ...], QuestionType] = {}
    for kind in _KINDS:
        for phrase in _lists().get(f"{kind}.{language}", ()):
            words = raw_words(phrase.lower() if as_spelt else fold(phrase))
            phrases.setdefault(tuple(words), kind)
    return phrases, max(map(len, phrases), default=0)
