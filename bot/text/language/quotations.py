"""Finds quotations that a sentence begins or ends without the other mark, in the marks of any language."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARK = re.compile('["“”„«»「」『』]')
_BEGINS_WITH_MARK = re.compile('["“”„«»「『]')
_OPENED_BY = {"“": "„“", "”": "“„”", '"': '"„', "«": "»", "»": "«»", "」": "「", "』": "『"}
"""The marks that each closes: “English”, „German“, „Polish”, ”Swedish”, «French», »Danish«, »Finnish»."""
_ONLY_CLOSING = "」』"
_EVERYWHERE = "「『"
"""These need no space before them."""
_SPACED = '«"'
"""These may have a space behind them: « French »."""
_BEFORE_OPENING = " \t\n\xa0\u202f([{—–-/'‘\"“„«»"
_BEHIND_CLOSING = ",;)]"
_INCHES = re.compile(r"(?<![\w,])\d{1,3}(?:\.\d{1,2})?\Z")
_MAX_INCHES_LENGTH = 8
_MAX_QUOTED_SENTENCES = 4
_MAX_NESTED = 8


def has_open_quotation(sentence: str) -> bool:
    """Whether the sentence is within a quotation that begins before it or ends after it."""
    return _MARK.search(sentence) is not None and any(_unpaired(sentence))


def within_quotations(sentences: Sequence[str]) -> frozenset[int]:
    """Returns the indexes of the sentences without a quotation mark that are within a quotation: one before
    them begins it, and one behind them, after at most _MAX_QUOTED_SENTENCES, ends it or continues it in
    another paragraph, which a mark at its head says."""
    within: set[int] = set()
    opened: int | None = None
    for number, sentence in enumerate(sentences):
        if _MARK.search(sentence) is None:
            continue
        closes, opens = _unpaired(sentence)
        continues = closes or _BEGINS_WITH_MARK.match(sentence) is not None
        if opened is not None and continues and number - opened <= _MAX_QUOTED_SENTENCES + 1:
            within.update(range(opened + 1, number))
        opened = number if opens else None
    return frozenset(within)


def _unpaired(sentence: str) -> tuple[bool, bool]:
    """Returns whether the sentence has a mark that closes what it does not open, and one that opens what it
    does not close. Marks of inches and those within a word ("ארה"ב") are none."""
    opened: list[str] = []
    closes = False
    for match in _MARK.finditer(sentence):
        mark, place = match[0], match.start()
        opening = _may_open(sentence, place)
        nested = opening and mark in '"“' and not sentence[place + 1 : place + 2].isspace()
        pairs = []
        if opened and not nested:
            pairs = [n for n, other in enumerate(opened) if other in _OPENED_BY.get(mark, "")]
        if pairs:
            del opened[pairs[-1] :]
        elif opening:
            opened.append(mark)
        elif not (mark in '"”' and _is_within_word(sentence, place)):
            closes = True
        if len(opened) > _MAX_NESTED:
            break
    return closes, bool(opened)


def _may_open(sentence: str, place: int) -> bool:
    if sentence[place] in _ONLY_CLOSING:
        return False
    if sentence[place] in _EVERYWHERE or place == 0:
        return True
    if place + 1 == len(sentence) or sentence[place - 1] not in _BEFORE_OPENING:
        return False
    behind = sentence[place + 1]
    return behind not in _BEHIND_CLOSING and (sentence[place] in _SPACED or not behind.isspace())


def _is_within_word(sentence: str, place: int) -> bool:
    if _INCHES.search(sentence[max(0, place - _MAX_INCHES_LENGTH) : place]):
        return True
    return sentence[place - 1].isalnum() and sentence[place + 1 : place + 2].isalnum()
