"""What a question requires of the text around an answer: its years, numbers, ordinals and superlatives.

Names are no requirement: a rule for them drops as many answerable questions as others in the development
data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.calendar_names import MONTHS
from bot.domain.index_words import fold
from bot.text.language.index_tokens import raw_words
from bot.text.language.number_words import same_number, small_numbers
from bot.text.qa.features import AnswerCandidate
from bot.text.qa.passages import MAX_PASSAGE_CHARACTERS, StemTable
from bot.text.qa.question import Question
from bot.text.qa.question_words import find_asking_words

MAX_WORDS_TO_NUMBER = 4
"""The words between one that asks and the number of what it asks for."""
YEAR = re.compile(r"1\d{3}|20\d\d")
_OTHER_YEAR = re.compile(r"\b(?:since|until|before|after|than) (?:the )?(?:1\d{3}|20\d\d)\b", re.IGNORECASE)
"""A year that something else happened in."""
_DECADE = re.compile(r"\d{3}0s")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MONTH = rf"(?:{'|'.join(rf'{month[:3]}(?:{month[3:]})?' for month in MONTHS)}|Sept)\b"
_DAY = re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?= (?:of )?{_MONTH})|(?<=[a-z.] )\d{{1,2}}(?=, \d{{4}}\b)")
_BEHIND_MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)}) \d{{1,2}}(?:st|nd|rd|th)?\b")
"""A day behind its month, which texts also write before it."""
_DECADE_OF = re.compile(r"(?<=\d{3}0)['’](?=s\b)")
"""The apostrophe of the 1950's."""
_MANNER = re.compile(
    r"\b(?:(?:first|last|most|least|best|worst) (?=\w+ly\b|\w+ed\b)"
    r"|first (?=(?:seen|shown|known|made|built|found|written|held|sold|begun|taken|given)\b)"
    r"|most (?!\w+s\b|people|money))",
    re.IGNORECASE,
)
"""What says when, how or how much something is so: a text that says it seldom repeats the word."""
_MISTYPED = re.compile(r"\b[a-z](?=\d{4}\b)")
_CENTURY = re.compile(r"\b(\d{1,2}(?:st|nd|rd|th))(?= (?:to \d+\w+ |and \d+\w+ )?centur)", re.IGNORECASE)
_MAX_CHARACTERS = 500
"""How much of a question is read for its numbers; members can ask 300."""
_WHOLE_NUMBER = re.compile(r"[$£€]?\w*\d(?:[\w.,:-]*\w)?")
_FOURTH_TO_TENTH = ("fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINALS = (
    ("first", "1st", "inaugural", "original", "earliest"),
    ("second", "2nd"),
    ("third", "3rd"),
    *((word, f"{number}th") for number, word in enumerate(_FOURTH_TO_TENTH, 4)),
    ("last", "final", "latest"),
)
"""Words that say the same, of which a question requires one if it has the first, or the one with a digit."""
_REQUIRED = {
    word: frozenset(words) for words in _ORDINALS for word in words if word == words[0] or word[0].isdigit()
}
_LARGE = "larg|bigg|high|great|long|old|tall|fast|strong|heavi|rich|new|young"
_UPWARD = re.compile(rf"most|best|(?:{_LARGE})est")
_DOWNWARD = re.compile(r"least|worst|(?:few|small|low|short|slow|weak|light|poor)est")
_EXTREMES = {"top": "+", "record": "+", "maximum": "+", "minimum": "-"}
"""Words that say what a superlative says, and often something else: no question requires one."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A word of the question as it was typed, and the words of a text any of which meets it."""

    word: str
    accepted: frozenset[str]
    may_be_day: bool = False
    """Whether the day of a date meets it: the 2nd regatta was not the one of 2 May."""


def requirements(question: Question) -> list[Requirement]:
    """Returns what the question requires, in its order. Ordinals and superlatives are known in English."""
    required = []
    text = _DECADE_OF.sub("", _MISTYPED.sub("", _THOUSANDS.sub("", question.text)))
    text = _MANNER.sub(" ", text) if question.language == "en" else text
    names_day = (_DAY.search(question.text) or _BEHIND_MONTH.search(question.text)) is not None
    counted = _counts(text, question.language)
    centuries = set(map(str.casefold, _CENTURY.findall(text)))
    for raw in raw_words(text):
        word = fold(raw)
        accepted = frozenset[str]()
        if question.language == "en":
            accepted = _REQUIRED.get(word, accepted) or frozenset(filter(None, [_direction(word)]))
        if not accepted and any(character.isdigit() for character in word):
            accepted = frozenset({word, *same_number(word, question.language), *_years_of(word)})
            if word in centuries:
                accepted |= {f"{word} century"}
        if not accepted and word in counted:
            accepted = same_number(word, question.language) | {word}
        if accepted:
            number = next(
                (
                    whole
                    for whole in _WHOLE_NUMBER.findall(question.text, 0, _MAX_CHARACTERS)
                    if raw in _THOUSANDS.sub("", whole)
                ),
                raw,
            )
            required.append(Requirement(number, accepted, names_day))
    return required


def _counts(text: str, language: str) -> set[str]:
    """Returns the small numbers that a question has as words, but not those of what it asks for: What are the
    two parts?"""
    words = [fold(raw) for raw in raw_words(text)]
    asking = {"what", "which", "name", "list", "how"} if language == "en" else _asking(text, language)
    numbers = small_numbers(language)
    return {
        word
        for position, word in enumerate(words)
        if word in numbers and asking.isdisjoint(words[max(0, position - MAX_WORDS_TO_NUMBER) : position])
    }


def _asking(text: str, language: str) -> set[str]:
    phrases = find_asking_words(words := raw_words(text), language)
    phrases = [phrase for phrase in phrases if phrase.question_type in ("what", "count")]
    return {fold(word) for phrase in phrases for word in words[phrase.start : phrase.end]}


def unmet_requirements(
    needed: Iterable[Requirement], candidate: AnswerCandidate, stem_table: StemTable
) -> list[Requirement]:
    """Returns those that neither the candidate's sentence, its neighbours, its headline nor its date meet.
    The date counts only if the text itself names no year."""
    passage = candidate.passage
    sentences = passage.sentences(stem_table)
    start = candidate.sentence.start
    position = next((n for n, sentence in enumerate(sentences) if sentence.start == start), 0)
    beside = sentences[max(0, position - 1) : position + 2]
    texts = (passage.article.title[:MAX_PASSAGE_CHARACTERS], *(sentence.text for sentence in beside))
    texts = tuple(_THOUSANDS.sub("", _OTHER_YEAR.sub(" ", text)) for text in texts)
    words = {fold(raw) for text in texts for raw in raw_words(_DAY.sub(" ", text))}
    days = {fold(day) for text in texts for day in _DAY.findall(text)}
    posted_at = (passage.comment or passage.article).posted_at
    if posted_at is not None and not any(map(YEAR.fullmatch, words)):
        words.add(str(posted_at.year))
    words.update([_direction(word) or _EXTREMES.get(word, "") for word in words])
    words.update([_century(int(word[:2]) + 1) for word in words if YEAR.fullmatch(word)])
    words.update([f"{int(number[:-2]) - 1}00s" for text in texts for number in _CENTURY.findall(text)])
    return [
        requirement
        for requirement in needed
        if not requirement.accepted & (words | days if requirement.may_be_day else words)
    ]


def unmet_by_all(
    needed: Sequence[Requirement], candidates: Iterable[AnswerCandidate], stem_table: StemTable
) -> tuple[str, ...]:
    """Returns the words of the requirements that none of the candidates meets."""
    unmet = list(needed)
    for candidate in candidates:
        unmet = unmet_requirements(unmet, candidate, stem_table) if unmet else []
    return tuple(dict.fromkeys(requirement.word for requirement in unmet))


def _direction(word: str) -> str:
    """Returns "+" or "-" for a superlative."""
    if _UPWARD.fullmatch(word):
        return "+"
    return "-" if _DOWNWARD.fullmatch(word) else ""


def _century(number: int) -> str:
    """Returns "15th century": a year in it meets a question for it."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number // 10 != 1 else 0, "th")
    return f"{number}{ending} century"


def _years_of(word: str) -> tuple[str, ...]:
    """Returns the years of a decade such as 1970s."""
    return tuple(f"{word[:3]}{year}" for year in range(10)) if _DECADE.fullmatch(word) else ()
