"""Finds the numbers, times, names and places in a sentence that can answer who, when, where or how many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from bot.domain.answers import QuestionType
from bot.domain.calendar_names import ABBREVIATED_MONTHS, MONTHS, WEEKDAYS
from bot.domain.index_words import fold
from bot.text.language.dates import date_spans
from bot.text.language.index_tokens import raw_words
from bot.text.language.number_words import SCALES, TENS, UNITS
from bot.text.language.stems import stem, stop_words
from bot.text.qa.question_words import LANGUAGES, pattern

Span = tuple[int, int]

_NUMERALS = "|".join((*UNITS[1:], *TENS, *SCALES, "half", "third", "quarter", "once", "twice"))
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_VALUE = rf"(?:[$£€¥]\s?)?(?:{_DIGITS}|\b(?:{_NUMERALS})\b)(?:[-\s](?:{_NUMERALS})\b)*"
_COUNT = re.compile(
    rf"(?:{_VALUE})(?:\s?(?:%|per\s?cent\b|percent\b|°[CF]?))?"
    rf"(?:(?:\s+to\s+|\s?[-–]\s?)(?:{_VALUE})(?:\s?(?:%|per\s?cent\b|percent\b))?)?",
    re.IGNORECASE,
)
_MONTHS = "|".join(
    (*MONTHS, *(rf"{month.rstrip('.')}\b\.?" for month in (*ABBREVIATED_MONTHS, "Jun", "Jul", "Sep")))
)
_DAYS = "|".join(WEEKDAYS)
_WHEN = re.compile(
    rf"\b(?:(?:{_DAYS}),?\s+)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?:{_MONTHS})"
    rf"(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?(?:,?\s+(?:of\s+)?\d{{4}})?(?!\w)|\b(?:last |next )?(?:{_DAYS})\b"
    r"|\b(?:the )?(?:early |late |mid-?)?(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth"
    r"|seventh|eighth|ninth|tenth|eleventh|twelfth)[-\s]century(?: (?:AD|BC|BCE|CE))?\b"
    r"|\b(?:1\d{3}|20\d\d)s?\b(?:\s?[-–]\s?(?:1\d{3}|20\d\d|\d\d)\b)?"
    r"|\b\d{1,4} (?:AD|BC|BCE|CE)\b|\bAD \d{1,4}\b"
    r"|\b(?:yesterday|today|tomorrow|tonight|last (?:week|month|year|night)|next (?:week|month|year))\b",
)
_LINK = r"(?:of|the|de|la|le|du|van|von|der|den|bin|al|and|for|&)"
_CAPITAL = "[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪİĶŁŃŅŇŐŒŘŚŞŠŢŤŪŮŰŹŻŽΑ-ΩА-ЯЁЄІЇҐ]"
_NAMES = re.compile(
    rf"\b{_CAPITAL}[\w'’-]*(?:\.(?=\s?[A-Z]))?(?:\s?(?:{_LINK}\s+){{0,2}}{_CAPITAL}[\w'’-]*(?:\.(?=\s?[A-Z]))?)*"
)
_PLACE_BEFORE = re.compile(r"\b(?:in|at|from|to|near|of|across|throughout|into|outside|around) (?:the )?$")
_WHY = re.compile(
    r"\bbecause\b|\bsince\b|\bdue to\b|\bin order to\b|\bso that\b|\breasons?\b|\bcaus(?:e|ed|es|ing)\b"
    r"|\bresult(?:ed|s|ing)?\b|\bto \w+|\bowing to\b|\bthanks to\b|\bfor fear\b",
    re.IGNORECASE,
)
_HOW = re.compile(r"\bby \w+|\bthrough\b|\busing\b|\bvia\b|\bwith\b", re.IGNORECASE)
_PERCENT = re.compile(r"%|per\s?cent|prozent|процент|yüzde|por ciento|pour cent", re.IGNORECASE)
_NUMBER = r"(?:[$£€¥%]\s?)?\d{1,3}(?:[., ]\d{3})+(?:[.,]\d+)?(?!\d)|(?:[$£€¥%]\s?)?\d+(?:[.,]\d+)?"
"""Digits as written in languages other than English."""
_YEARS = re.compile(r"(?<![\d.,])(?:1\d{3}|20\d\d)(?![\d,]|\.\d)")
_TURKISH_PLACE = re.compile(r"[’'][dt][ae]n?$")

_AGE = (
    r"\b\d[\d.,]{0,9} ?(?:[mb]illion )?[- ]?(?:years?|months?|weeks?|days?)[- ]old\b"
    r"|\b\w{1,20}[- ]year[- ]old\b|\baged \d{1,3}\b"
    r"|\b(?:is|was|were|turn(?:s|ed)|(?:dead|dies|died) at) \d{1,3}(?=\W{0,5}$|[.,;]| when\b| at the time\b)"
    r"|(?<=[\w.], )\d{1,3}(?=,|\.?$)|(?<= \()\d{1,3}(?=\))"
)
AGE = re.compile(_AGE, re.IGNORECASE)
"""An age as texts write it: aged 42, a 42-year-old, Ada Quill, 42, said."""
AGE_THEN = re.compile(rf"{_AGE}|\b(?:at|at the) age (?:of )?\d{{1,3}}\b", re.IGNORECASE)
"""The same, or at the age of 42, when something happened."""
AGE_STEMS = frozenset(("old", "age", "young"))
"""Stems of questions that ask for an age."""
_AMOUNTS = frozenset(("mani", "much", "percent"))
MAX_SENTENCE = 2_000
"""How much of a sentence is read for ages."""
MAX_SPANS = 100
"""The most spans of one sentence."""
SPAN_TYPES: frozenset[QuestionType] = frozenset({"count", "when", "who", "where"})
"""The types of questions whose answer is a span of a sentence."""


def answer_spans(
    question_type: QuestionType, sentence: str, asked: frozenset[str], language: str = "en"
) -> list[Span]:
    """Returns the [start, end) spans of `sentence` that could answer a question of this type: they have the
    right form, and contain something that is not in the question, whose stems are `asked`."""
    spans: Iterator[Span]
    match question_type:
        case "count":
            spans = _counts(sentence, language)
            if not AGE_STEMS & asked:
                spans = (span for span in spans if not _is_age(sentence, span))
            elif language == "en" and asked.isdisjoint(_AMOUNTS):
                ages = [match.span() for match in AGE_THEN.finditer(sentence[:MAX_SENTENCE])]
                spans = (span for span in spans if any(a <= span[0] and span[1] <= b for a, b in ages))
        case "when":
            spans = _times(sentence, language)
        case "who" | "where":
            spans = _names(sentence, language)
        case _:
            return []
    answers = (
        (start, end)
        for start, end in spans
        if any(stem(fold(raw), language) not in asked for raw in raw_words(sentence[start:end]))
    )
    return list(islice(answers, MAX_SPANS))


def is_time(text: str) -> bool:
    """Whether a text names a time, such as March or last Monday."""
    return any(_WHEN.fullmatch(folded) for folded in (text.casefold(), text.casefold().title()))


def _is_age(sentence: str, span: Span) -> bool:
    """Whether a number is alone between commas after a name, as ages are."""
    start, end = span
    return (
        sentence[:start].endswith(", ") and sentence[end : end + 1] == "," and sentence[start:end].isdigit()
    )


def _counts(sentence: str, language: str) -> Iterator[Span]:
    amounts = _COUNT if language not in LANGUAGES else _amounts(language)
    return (match.span() for match in amounts.finditer(sentence))


@cache
def _amounts(language: str) -> re.Pattern[str]:
    """The pattern of numbers, with written numbers such as "Millionen" after them."""
    words = pattern("numbers", language).pattern
    return re.compile(rf"(?:{_NUMBER}|{words})(?:\s(?:{words}))*(?:\s?[%€$£])?", re.IGNORECASE)


def _times(sentence: str, language: str) -> Iterator[Span]:
    if language not in LANGUAGES:
        yield from (match.span() for match in _WHEN.finditer(sentence))
        return
    dates = date_spans(sentence, language)
    yield from dates
    for year in _YEARS.finditer(sentence):
        if not any(start <= year.start() < end for start, end in dates):
            yield year.span()


def _names(sentence: str, language: str) -> Iterator[Span]:
    stops = stop_words(language)
    for match in _NAMES.finditer(sentence):
        start, end = match.span()
        pieces = list(re.finditer(r"[\w'’.-]+", match[0]))
        while pieces and (fold(pieces[0][0].rstrip(".")) in stops):
            pieces.pop(0)
        if pieces:
            first = start + pieces[0].start()
            if not (first == 0 and len(pieces) == 1 and _only_opens(pieces[0][0])):
                yield first, end


def _only_opens(word: str) -> bool:
    """Whether a capital at the beginning of the sentence is likely due to that position only."""
    return word.endswith(("ly", "ing", "ed")) or len(word) < 3


def form_score(
    question_type: QuestionType,
    sentence: str,
    spans: list[Span],
    language: str = "en",
    *,
    percent: bool = False,
) -> float:
    """Returns 1 if the sentence has the form of an answer, 0 if not, 0.5 if the type has no form."""
    match question_type:
        case "count":
            return float(bool(spans) and (not percent or _PERCENT.search(sentence) is not None))
        case "when" | "who":
            return float(bool(spans))
        case "where":
            return float(any(follows_place_word(sentence, span, language) for span in spans))
        case "why":
            because = pattern("because", language) if language in LANGUAGES else _WHY
            return float(because.search(sentence) is not None)
        case "how" if language not in LANGUAGES:
            return float(_HOW.search(sentence) is not None)
    return 0.5


def follows_place_word(sentence: str, span: Span, language: str) -> bool:
    """Whether a name has what places have before it, or in Turkish at its end."""
    before, name = sentence[: span[0]], sentence[slice(*span)]
    if language == "tr":
        return _TURKISH_PLACE.search(name) is not None
    if language in LANGUAGES:
        words = before.split()[-2:]
        return any(pattern("places", language).fullmatch(word) for word in words)
    return _PLACE_BEFORE.search(before) is not None
