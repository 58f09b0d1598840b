"""Words of questions that follow another one, by language, as patterns over plain text."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from bot.domain.answers import QuestionType
from bot.text.language.places import place_names
from bot.text.language.word_lists import read_lists
from bot.text.qa.question_words import LANGUAGES as OTHER_LANGUAGES

LANGUAGES = ("en", *OTHER_LANGUAGES)
_KINDS: tuple[QuestionType, ...] = ("who", "when", "where", "count", "why", "how", "what")
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


def plain(text: str) -> str:
    """The text in lower case without accents, each character in its place, so that offsets stay valid."""
    return "".join(_plain_character(char) for char in text.translate(_APOSTROPHES))


@cache
def _plain_character(char: str) -> str:
    return unicodedata.normalize("NFD", char)[0].lower()[0]


@cache
def phrases(name: str, language: str) -> tuple[str, ...]:
    """The phrases of a list as plain text, the longest first."""
    own = _lists("followups.txt").get(f"{name}.{language}", ())
    shared = _lists("question_words.txt").get(f"{name}.{language}", ())
    return tuple(sorted({plain(phrase) for phrase in own or shared}, key=lambda text: (-len(text), text)))


@cache
def pattern(name: str, language: str) -> re.Pattern[str]:
    """A pattern for one phrase of a list as whole words."""
    return _alternatives(phrases(name, language))


@cache
def asking(language: str) -> re.Pattern[str]:
    """A pattern for a phrase that asks."""
    return _alternatives(tuple(sorted(_asking_kinds(language), key=len, reverse=True)))


def kind_of(phrase: str, language: str) -> QuestionType:
    """What a plain phrase that `asking` matches asks for."""
    return _asking_kinds(language)[phrase]


@cache
def _asking_kinds(language: str) -> dict[str, QuestionType]:
    kinds: dict[str, QuestionType] = {}
    for kind in _KINDS:
        for phrase in phrases(kind, language):
            kinds.setdefault(phrase, kind)
    return kinds


@cache
def classes(language: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Groups of words that can stand for each other, each word with its forms, as they are spelt."""
    groups = _lists("followups.txt", ";").get(f"classes.{language}", ())
    return tuple(
        tuple(tuple(map(str.strip, word.split("|"))) for word in group.split(",") if word.strip())
        for group in groups
    )


def word_pattern(text: str) -> re.Pattern[str]:
    """A pattern for a phrase as whole words."""
    return _alternatives((plain(text),))


@cache
def places(language: str) -> re.Pattern[str]:
    """A pattern for the names of places as they are written."""
    return _alternatives(tuple(sorted(place_names(language), key=lambda name: (-len(name), name))))


def _alternatives(texts: tuple[str, ...]) -> re.Pattern[str]:
    inside = "|".join(map(re.escape, texts))
    # The end of a phrase such as "d'" belongs to the next word.
    return re.compile(rf"(?<!\w)(?:{inside})(?:(?<=')|(?!\w))" if texts else r"(?!)")


@cache
def _lists(name: str, separator: str = ",") -> dict[str, tuple[str, ...]]:
    return read_lists(Path(__file__).with_name(name), separator)
