"""The ways in which news writes what people type: abbreviations, names with numbers, large numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.domain.search import Term
from bot.text.language.index_tokens import index_words, is_unspaced

_ABBREVIATION = re.compile(r"(?:[^\W\d_]\.){2,5}[^\W\d_]?\.?|[A-Z]{2,3}")
_LOWER_ABBREVIATIONS = frozenset(["eu", "uk", "un", "usa"])
_MAX_LETTERS = 4
_JOINTS = re.compile(r"[-–—/‐‑]")
MAX_PHRASE_WAYS = 8
"""The most ways to write a phrase that are searched."""
_MIXED = re.compile(r"[^\W\d_]+\d+|\d+[^\W\d_]+")
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_MODEL = re.compile(r"([a-z]{1,3})(\d{1,4})(s?)")
"""F-35, MiG-29s, B-52s, G20: letters and a number, of which there may be several."""
_CHAINED = re.compile(r"(?:[^\W\d_]+\d+){2,3}")
_NUMBER = re.compile(r"(?!(?:19|20)\d\d$)\d{4,12}")
_AMOUNT = re.compile(r"\d{4,12}")
_CURRENCIES = "$£€¥₹₽₺₩₪₴"
_DIGITS = re.compile(r"\d+(?:[.,'’٬٫\u00a0\u202f]\d+)*")


def spellings(typed: str) -> tuple[Term, ...]:
    """Returns the other ways in which news writes a typed word: US and U.S., covid-19 for covid19, F-35 for
    F-35s, 1,000 for 1000, 100 for ١٠٠; empty for other words. Both ways of an abbreviation are returned, as
    it is no word ("us")."""
    typed = typed.strip("()[]{},;:!?")
    # Several words of the index, such as 2024年, of which none replaces all, or the beginning of one.
    if is_unspaced(typed) or typed.endswith("*"):
        return ()
    words = tuple(index_words(typed))
    if _is_abbreviation(typed):
        word = "".join(words)
        ways = Term((word,), exact=True), Term(tuple(word), exact=True, is_spelling=True)
        return tuple(replace(way, capitals=(word,)) for way in ways)
    others = [*_models(words), *_mixed(words), *_numbers(typed.rstrip("."))]
    different = (other for other in dict.fromkeys(others) if other != words)
    return tuple(Term(other, exact=True, is_spelling=True) for other in different)


def phrase_spellings(typed: str) -> tuple[Term, ...]:
    """Returns the other ways to write words next to each other: U.S. tariffs for US tariffs; none if all of
    several are in capitals, which may be of any words."""
    parts = typed.split()
    if is_unspaced(typed) or (typed.isupper() and len(parts) > 2):
        return ()
    # In lower case some are words of other languages, such as "un".
    written = [part for part in parts if _is_abbreviation(part) and part not in _LOWER_ABBREVIATIONS]
    capitals = () if is_shouted(parts) else tuple("".join(index_words(part)) for part in written)
    ways: list[tuple[str, ...]] = [()]
    for part in parts:
        own = tuple(index_words(part))
        others = dict.fromkeys([own, *(term.words for term in spellings(part))])
        ways = [(*way, *other) for other in others for way in ways][:MAX_PHRASE_WAYS]
    return tuple(Term(way, exact=True, capitals=capitals, is_spelling=True) for way in ways[1:])


def compound_spellings(typed: str) -> tuple[Term, ...]:
    """Returns the other ways to write a word of several parts with an abbreviation: U.S.-led for US-led."""
    parts = _JOINTS.split(typed.strip("()[]{},;:!?"))
    if len(parts) < 2 or not any(map(_is_abbreviation, parts)):
        return ()
    return phrase_spellings(" ".join(parts))


def is_shouted(words: Sequence[str]) -> bool:
    """Whether several words are in capitals that say nothing: one is too long for an abbreviation."""
    long = any(word.isalpha() and len(word) > _MAX_LETTERS for word in words)
    return long and len(words) > 1 and "".join(words).isupper()


def is_abbreviation(group: Sequence[Term]) -> bool:
    """Whether the group is the two ways to write an abbreviation (see `spellings`), perhaps with a number."""
    several = len(group) == 2 or (len(group) == 3 and group[2].words[0][-1:].isdigit())
    return several and group[0].exact and group[1].words == tuple(group[0].words[0])


def _is_abbreviation(typed: str) -> bool:
    return _ABBREVIATION.fullmatch(typed) is not None or typed in _LOWER_ABBREVIATIONS


def _models(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The ways to write a letter or a few with a number: joined and apart, one and several of it."""
    match = _MODEL.fullmatch("".join(words)) if len(words) < 3 and words[:1] else None
    if match is None or (len(words) == 2 and words[0] != match[1]):
        return []
    letters, number = match[1], match[2]
    return [way for end in ("", "s") for way in ((letters + number + end,), (letters, number + end))]


def _mixed(words: Sequence[str]) -> list[tuple[str, ...]]:
    if len(words) != 1:
        return []
    if _MIXED.fullmatch(words[0]):
        return [tuple(_PARTS.findall(words[0]))]
    if not _CHAINED.fullmatch(words[0]):
        return []
    parts = _PARTS.findall(words[0])
    return [tuple(letters + digits for letters, digits in pairwise(parts) if digits.isdigit())]


def _numbers(typed: str) -> list[tuple[str, ...]]:
    """A number in the digits of English, and if it is large with its groups apart: thousands, or lakhs. An
    amount is no year."""
    amount = typed.strip(_CURRENCIES)
    large = _NUMBER if amount == typed else _AMOUNT
    typed = amount
    if not _DIGITS.fullmatch(typed):
        return []
    plain = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in typed)
    words = tuple(index_words(plain))
    ways = [] if typed == plain else [words]
    joined = Term(words).joined or words[0]
    if len(words) > 1 and joined == words[0]:
        return ways
    ways += [] if typed == plain else [(joined,)]
    if large.fullmatch(joined):
        ways.append(_in_groups(joined, 3))
    if large.fullmatch(joined) and len(joined) > 5:
        ways.append((*_in_groups(joined[:-3], 2), joined[-3:]))
    return ways


def _in_groups(digits: str, size: int) -> tuple[str, ...]:
    first = len(digits) % size
    groups = [digits[start : start + size] for start in range(first, len(digits), size)]
    return (digits[:first], *groups) if first else tuple(groups)
