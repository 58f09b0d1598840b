"""What a question requires of the text around an answer: its years, numbers, ordinals and superlatives.

Names are no requirement: a rule for them drops as many answerable questions as others in the development
data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.text.language.index_tokens import fold, raw_words
from bot.text.language.number_words import UNITS
from bot.text.qa.features import AnswerCandidate
from bot.text.qa.passages import StemTable
from bot.text.qa.question import Question

YEAR = re.compile(r"1\d{3}|20\d\d")
_ORDINAL_WORDS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINALS = (
    ("first", "1st", "inaugural", "original", "earliest"),
    ("last", "final", "latest"),
    *(
        (word, f"{number}{('nd', 'rd')[number - 2] if number < 4 else 'th'}")
        for number, word in enumerate(_ORDINAL_WORDS, 2)
    ),
)
_LARGE = "larg|bigg|high|great|long|old|tall|fast|strong|heavi|rich|new|young"
_UPWARD = re.compile(rf"most|top|record|best|maximum|(?:{_LARGE})est")
_DOWNWARD = re.compile(r"least|minimum|worst|(?:few|small|low|short|slow|weak|light|poor)est")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A word of the question as it was typed, and the words of a text any of which meets it."""

    word: str
    accepted: frozenset[str]


def requirements(question: Question) -> list[Requirement]:
    """Returns what the question requires, in its order. Ordinals and superlatives are known in English."""
    required = []
    for raw in raw_words(question.text):
        word = fold(raw)
        ordinal = next((words for words in _ORDINALS if word in words), None)
        superlative = _superlative(word)
        if any(character.isdigit() for character in word):
            required.append(Requirement(raw, frozenset({word, *_number_words(word)})))
        elif question.language == "en" and (ordinal or superlative):
            required.append(Requirement(raw, frozenset({*(ordinal or ()), *superlative})))
    return required


def unmet_requirements(
    needed: Iterable[Requirement], candidate: AnswerCandidate, stem_table: StemTable
) -> list[Requirement]:
    """Returns those that neither the candidate's sentence, its neighbours, its title nor its article's date
    meet. The date counts only if the text itself names no year."""
    passage = candidate.passage
    sentences = passage.sentences(stem_table)
    position = next(n for n, sentence in enumerate(sentences) if sentence is candidate.sentence)
    near = set(_words(passage.article.title))
    for sentence in sentences[max(0, position - 1) : position + 2]:
        near.update(_words(sentence.text))
    posted_at = passage.article.posted_at
    if posted_at is not None and not any(YEAR.fullmatch(word) for word in near):
        near.add(str(posted_at.year))
    return [requirement for requirement in needed if not requirement.accepted & near]


def _words(text: str) -> Iterator[str]:
    """Yields each word folded, and signs for superlatives."""
    for raw in raw_words(text):
        word = fold(raw)
        yield word
        yield from _superlative(word)


def _superlative(word: str) -> tuple[str, ...]:
    if _UPWARD.fullmatch(word):
        return ("+",)
    return ("-",) if _DOWNWARD.fullmatch(word) else ()


def _number_words(word: str) -> tuple[str, ...]:
    return (UNITS[int(word)],) if word.isdecimal() and int(word) < len(UNITS) else ()
