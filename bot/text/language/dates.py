"""Finds the dates in a text, as written there, in eight languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bot.domain.calendar_names import ABBREVIATED_MONTHS, MONTHS, WEEKDAYS
from bot.text.language.word_lists import read_lists

_YEAR = r"(?:1[89]|20)\d\d(?!\d)"
_DAY = r"(?<![\d.,:–-])(?:0?[1-9]|[12]\d|3[01])(?!\d)"
_CHINESE = re.compile(
    rf"(?:{_YEAR}年)?\d{{1,2}}月(?:\d{{1,2}}[日号])?|{_YEAR}年|(?:星期|周|週|礼拜)[一二三四五六日天](?![年期])"
)
_IN_YEAR = re.compile(
    rf"\b(?:in|since|until|from|im Jahr|seit|en|desde|depuis|en)\s+({_YEAR})(?![\w%-]| [a-z]+s\b)"
)
_WEEKDAY_SENTENCES = 5
"""Weekdays count only in the first sentences: later ones often belong to other weeks."""


def find_dates(sentences: Sequence[str], language: str) -> tuple[str, ...]:
    """Returns the dates in the sentences, each once as first written, by frequency, then by first mention. A
    weekday counts only in the first sentences, a bare year only after words such as "in" or "since"."""
    mentions: dict[str, tuple[int, int, str]] = {}
    pattern, weekdays = _patterns(language)
    for number, text in enumerate(sentences):
        matches = [match[0] for match in pattern.finditer(text)]
        if number < _WEEKDAY_SENTENCES and weekdays is not None:
            matches += [match[0] for match in weekdays.finditer(text)]
        if not matches and number < _WEEKDAY_SENTENCES:
            matches += [match[1] for match in _IN_YEAR.finditer(text)]
        for date in matches:
            shown = " ".join(date.split())
            count, first, as_first = mentions.get(shown.casefold(), (0, number, shown))
            mentions[shown.casefold()] = count + 1, first, as_first
    whole = [date for date in mentions if not any(date != other and date in other for other in mentions)]
    whole.sort(key=lambda date: (-mentions[date][0], mentions[date][1]))
    return tuple(mentions[date][2] for date in whole)


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Reads the names of months ("months.de") and weekdays ("weekdays.de") as dates write them, by
    language."""
    names = read_lists(Path(__file__).with_name("dates.txt"), separator=",")
    return names | {"months.en": (*MONTHS, *ABBREVIATED_MONTHS, "Sep."), "weekdays.en": WEEKDAYS}


def date_spans(text: str, language: str) -> list[tuple[int, int]]:
    """Returns the [start, end) spans of dates with a month and of weekdays."""
    return [match.span() for some in _patterns(language) if some for match in some.finditer(text)]


def _alternatives(kind: str, language: str) -> str:
    names = _names()
    return "|".join(map(re.escape, names.get(f"{kind}.{language}", names[f"{kind}.en"])))


@cache
def calendar_words(language: str) -> frozenset[str]:
    """Returns the names of months and weekdays in lower case, abbreviations without their full stop."""
    names = _names()
    kinds = (names.get(f"{kind}.{language}", names[f"{kind}.en"]) for kind in ("months", "weekdays"))
    return frozenset(name.rstrip(".").lower() for kind in kinds for name in kind)


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """Returns the pattern of days and months, and the pattern of weekdays."""
    if language in ("zh", "ja"):
        return _CHINESE, None
    months = _alternatives("months", language)
    weekdays = re.compile(rf"\b(?:{_alternatives('weekdays', language)})\b", re.IGNORECASE)
    if language == "en":
        day = rf"{_DAY}(?:st|nd|rd|th)?"
        dated = (
            rf"\b(?:{months})\s+{day}(?:,?\s+{_YEAR})?|{day}(?:\s+of)?\s+(?:{months})(?:,?\s+{_YEAR})?"
            rf"|\b(?:{months}),?\s+{_YEAR}"
        )
        return re.compile(rf"{dated}(?![\w-])"), weekdays
    day = rf"{_DAY}(?:\.|er|º|°)?(?:\s+de)?"
    year = rf"(?:,?\s+(?:del?\s+)?{_YEAR})"
    return re.compile(
        rf"{day}\s+(?:{months}){year}?(?!\w)|\b(?:{months}){year}(?!\w)", re.IGNORECASE
    ), weekdays
