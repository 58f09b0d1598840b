"""Words that change what a sentence says: conditions, negations and denials, and whose claim it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice
from pathlib import Path

from bot.text.language.negations import NEGATIONS, is_negation
from bot.text.language.word_lists import read_lists

NEAR_WORDS = 8
"""The words at the beginning or end of a part that are read for what changes the part beside it."""
MAX_CHARACTERS = 2_000
"""How much of a part is read."""
MAX_SCOPE = 5
"""The words behind a negation, up to the next comma, that it can negate."""
UNSPACED = ("ja", "zh")
_NEAR_UNSPACED = 12
_CHANGING = ("conditions", "denials", "attributions")
_MARKS = " ,;:.…–—-()[]\"'“”‘’„«»"
_CLAUSE_END = re.compile("[,;:]")
_WORD = re.compile(r"[\w'’-]+")


def changes_meaning(text: str, language: str) -> bool:
    """Whether a part of a sentence has a condition, a negation, a denial, or says whose claim it is."""
    text = text[:MAX_CHARACTERS]
    return _has_any(text, _CHANGING, language) or bool(negation_offsets(text, language))


def is_open(text: str, question: str, span: tuple[int, int], asked: Sequence[int], language: str) -> bool:
    """Whether a sentence says what is in the span only under a condition, or denies it. `asked` are the
    offsets of the question's words in the sentence; what the question has too does not count."""
    if is_conditional_or_denied(text, question, language):
        return True
    for offset in negation_offsets(text, language) if not negation_offsets(question, language) else ():
        clause = _CLAUSE_END.search(text, offset)
        words = _WORD.finditer(text, offset, clause.start() if clause else len(text))
        behind = [word.start() for word in islice(words, MAX_SCOPE + 1)]
        if span[0] in behind or not set(behind).isdisjoint(asked):
            return True
    return False


def is_conditional_or_denied(text: str, question: str, language: str) -> bool:
    """Whether a sentence has a condition or a denial, and not the question."""
    text = text[:MAX_CHARACTERS]
    if _is_conditional(text, language) and not _is_conditional(question, language):
        return True
    denials = {match[0].casefold() for match in _pattern("denials", language).finditer(text)}
    return any(denial not in question.casefold() for denial in denials)


def begins_with_qualifier(text: str, language: str) -> bool:
    """Whether a part begins with what changes the meaning of the part before it."""
    near = _near_start(text[:MAX_CHARACTERS], language)
    opener = _pattern("openers", language).match(near.lstrip(_MARKS))
    return opener is not None or changes_meaning(near, language)


def ends_with_qualifier(text: str, language: str, words: int = NEAR_WORDS) -> bool:
    """Whether a part ends with what changes the meaning of the part after it."""
    text = text[-MAX_CHARACTERS:]
    near = text[-_NEAR_UNSPACED:] if language in UNSPACED else " ".join(text.split()[-words:])
    return changes_meaning(near, language)


def belongs_to_sentence_before(text: str, language: str) -> bool:
    """Whether a sentence denies the one before it, or is only a condition of it: That is false. But only
    if it rains."""
    near = _near_start(text[:MAX_CHARACTERS], language)
    if _pattern("retractions", language).search(near.replace("’", "'")):
        return True
    start = near.lstrip(_MARKS)
    starts = [_pattern(name, language).match(start) for name in ("openers", "conditions")]
    # A whole sentence with a condition has its main clause behind a comma.
    is_part = not re.search("[,;:，、]", text[:MAX_CHARACTERS])
    return is_part and _is_conditional(near, language) and any(starts)


def negation_offsets(text: str, language: str) -> list[int]:
    """Returns the offsets of the words of a text that negate. Of French "ne ... pas" the second counts."""
    negations = NEGATIONS.get(language, frozenset()) - {"ne", "ni"}
    words = _WORD.finditer(text.casefold().replace("’", "'"))
    return [word.start() for word in words if is_negation(word[0], negations)]


def _is_conditional(text: str, language: str) -> bool:
    return _has_any(text, ("conditions",), language)


def _near_start(text: str, language: str) -> str:
    if language in UNSPACED:
        return text[: 2 * _NEAR_UNSPACED]
    return " ".join(text.split()[:NEAR_WORDS])


def _has_any(text: str, names: tuple[str, ...], language: str) -> bool:
    return any(_pattern(name, language).search(text) for name in names)


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    return read_lists(Path(__file__).with_name("qualifiers.txt"), ",")


@cache
def _pattern(name: str, language: str) -> re.Pattern[str]:
    """A pattern of the words and phrases of a list; one that matches nothing for other languages."""
    phrases = sorted(_lists().get(f"{name}.{language}", ()), key=len, reverse=True)
    if not phrases:
        return re.compile(r"(?!)")
    either = "|".join(map(re.escape, phrases))
    return re.compile(either if language in UNSPACED else rf"\b(?:{either})\b", re.IGNORECASE)
