"""Parses numbers as written in a text ("3,100", "five percent", "$1.2 million") into comparable amounts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text.language.number_words import SCALE_SYMBOLS, SCALES, VALUES

_SCALES = SCALES | SCALE_SYMBOLS
_CURRENCIES = {"$": "$", "£": "£", "€": "€", "dollar": "$", "pound": "£", "euro": "€", "usd": "$", "eur": "€"}
_WORDS = "|".join((*VALUES, *SCALES))
_AMOUNT = re.compile(
    rf"""(?P<money>[$£€])?\s?
    (?:(?P<number>\d+(?:[.,]\d+)*)(?P<ordinal>(?:st|nd|rd|th)\b)?
      |\b(?P<named>(?:{_WORDS})(?:(?:\s+and\s+|[\s-]+)(?:{_WORDS}))*)\b)
    (?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|dozen|mn|bn|[kKmM])\b)?
    (?:[\s-]?(?P<percent>%|percent\b|per\s?cent\b|percentage\b|pct\b))?
    (?:[\s-]?(?P<currency>dollar|pound|euro|usd|eur)s?\b)?""",
    re.VERBOSE | re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_PRONOUN = re.compile(
    r"\s+(?:of|commenter|commentator|another|user|reader|person|poster|who|comment)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number at `[start:end)`. `key` is equal for equal numbers, however written; `kind` is "%", a currency
    sign, or empty."""

    key: str
    kind: str
    start: int
    end: int

    @property
    def quantity(self) -> tuple[str, str]:
        """The key and the kind, which are equal for equal amounts."""
        return self.key, self.kind


def find_amounts(text: str, *, strict: bool = False) -> list[Amount]:
    """Returns the numbers of a text in order, in digits or in English words. With `strict`, the word "one"
    counts only if it counts something."""
    amounts = []
    for match in _AMOUNT.finditer(text):
        named = match["named"]
        if strict and named and named.casefold() == "one" and _is_pronoun(text, match):
            continue
        kind = "%" if match["percent"] else match["money"] or match["currency"] or ""
        start = match.start("number") if match["number"] else match.start("named")
        amounts.append(Amount(_key(match), _CURRENCIES.get(kind.casefold(), kind), start, match.end()))
    return amounts


def _is_pronoun(text: str, match: re.Match[str]) -> bool:
    before = text[: match.start("named")].rstrip().casefold()
    return _PRONOUN.match(text, match.end("named")) is not None or before.endswith(
        ("no", "any", "some", "every", "this", "that", "which", "each")
    )


def _key(match: re.Match[str]) -> str:
    scale = _SCALES[match["scale"].casefold()] if match["scale"] else 1.0
    if match["named"]:
        return _canonical(_parse_words(match["named"]) * scale)
    text = match["number"]
    if _GROUPED.fullmatch(text):
        return _canonical(float(text.replace(",", "")) * scale)
    if _PLAIN.fullmatch(text) and len(text) < 16:
        return _canonical(float(text) * scale)
    return text if scale == 1.0 else f"{text} {scale}"


def _canonical(value: float) -> str:
    return f"{value:.12g}"


def _parse_words(text: str) -> float:
    total = 0.0
    current: float | None = None
    for word in re.findall(r"[a-z]+", text.casefold()):
        if word in VALUES:
            current = (current or 0.0) + VALUES[word]
        elif word in _SCALES:
            current = (1.0 if current is None else current) * _SCALES[word]
            if word not in ("hundred", "dozen"):
                total += current
                current = 0.0
    return total + (current or 0.0)
