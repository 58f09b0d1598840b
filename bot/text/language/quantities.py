"""Finds the numbers in a sentence and what they count, to compare sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.number_words import ONE_TO_TWELVE, SCALE_SYMBOLS, SCALES, VALUES

_NAMED = {word: float(VALUES[word]) for word in ONE_TO_TWELVE}
_SCALE = SCALES | SCALE_SYMBOLS
_SMALL = "|".join(ONE_TO_TWELVE)
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCORE = re.compile(rf"\b(\d{{1,4}}|{_SMALL})(?:\s+to\s+|\s?[-–]\s?)(\d{{1,4}}|{_SMALL})\b", re.IGNORECASE)
_QUANTITY = re.compile(
    rf"(?P<money>[$£€])?\s?(?:(?P<number>{_NUMBER})|\b(?P<name>{_SMALL})\b)"
    r"(?:\s?(?P<scale>thousand|million|billion|trillion|bn|[kKmM])\b)?"
    r"(?:\s?(?P<percent>%|percent\b|per\s?cent\b))?"
    r"(?P<rest>(?:[\s-]+[^\W\d_]+['’]?[^\W\d_]*){0,3})",
    re.IGNORECASE,
)
RANGE = "range"
"""The unit of a vote or a score, such as "7 to 4"."""
_YEARS = range(1800, 2101)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it counts: `unit` is a stem, "%", a currency sign, or "range" for "7 to 4"."""

    values: tuple[float, ...]
    unit: str
    text: str


def find_quantities(text: str, stems: CommentStemmer) -> list[Quantity]:
    """Returns the quantities in a sentence, without years and numbers that count nothing."""
    quantities: list[Quantity] = []
    covered: list[tuple[int, int]] = []
    for match in _SCORE.finditer(text):
        values = (_value(match[1]), _value(match[2]))
        # "2019-2020" is a period, "10-15 people" an estimate; the larger number of a vote or score usually
        # comes first.
        if values[0] >= values[1] and values[0] not in _YEARS:
            quantities.append(Quantity(values, RANGE, match[0].strip()))
        covered.append(match.span())
    for match in _QUANTITY.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in covered):
            continue
        quantity = _quantity(match, stems)
        if quantity is not None:
            quantities.append(quantity)
    return quantities


def find_numbers(text: str) -> set[float]:
    """Returns every number in a text, whatever it counts."""
    numbers = {_value(number) for number in re.findall(_NUMBER, text)}
    return numbers | {_NAMED[word] for word in re.findall(r"[a-z]+", text.casefold()) if word in _NAMED}


def _value(text: str) -> float:
    small = text.casefold()
    return _NAMED[small] if small in _NAMED else float(small.replace(",", ""))


def _quantity(match: re.Match[str], stems: CommentStemmer) -> Quantity | None:
    value = _value(match["number"] or match["name"])
    if match["scale"]:
        value *= _SCALE[match["scale"].casefold()]
    shown = match[0][: match.start("rest") - match.start()].strip()
    if match["percent"]:
        return Quantity((value,), "%", shown)
    if match["money"]:
        return Quantity((value,), match["money"], shown)
    for word in match["rest"].replace("-", " ").split():
        stem = stems.stem(word.casefold().replace("’", "'"))
        if stem is None:
            return None
        if value in _YEARS and not match["scale"]:
            return None
        return Quantity((value,), stem, f"{shown} {word}")
    return None
