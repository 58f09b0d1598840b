"""Words that change what a sentence says: conditions, negations and denials, and whose claim it is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

from bot.domain.index_words import fold
from bot.text.language.index_tokens import raw_words
from bot.text.language.negations import NEGATIONS, is_negation
from bot.text.language.stems import stem, stop_words
from bot.text.language.word_lists import read_lists
from bot.text.qa.features import is_same

NEAR_WORDS = 8
"""The words at the beginning or end of a part that are read for what changes the part beside it."""
MAX_CHARACTERS = 2_000
"""How much of a part is read."""
MAX_SCOPE = 5
"""The words behind a negation or denial, up to the end of the clause, that it can negate."""
MAX_REPLACED = 2
"""The words behind "instead of" that it can negate: instead of the old ferry."""
MAX_BEFORE = 2
"""The words before a condition or a denial in a clause of its own: but only if, which is false."""
MAX_FRAGMENT = 5
"""The words of a sentence that is only a condition: Unless the union agrees."""
MAX_TO_PLUS = 3
UNSPACED = ("ja", "zh")
_NEAR_UNSPACED = 12
_CHANGING = ("conditions", "conditional_verbs", "denials", "verdicts", "replacements", "attributions")
_MARKS = " ,;:.…–—-()[]\"'“”‘’„«»、。，"
_CLAUSE_END = re.compile(r"[,;:](?=\s|$)|[，、；：。]")
_WORD = re.compile(r"[\w'’-]+")
_ENDS_CLAUSE = re.compile(r"[\s\"”’»)]{0,4}(?:$|[.,;:!?…。，、！])")


def changes_meaning(text: str, language: str) -> bool:
    """Whether a part of a sentence has a condition, a negation, a denial, or says whose claim it is."""
    text = text[:MAX_CHARACTERS]
    if negation_offsets(text, language) or any(any(_matches(name, text, language)) for name in _CHANGING):
        return True
    starts = [0, *_clause_ends(text)]
    return any(match.start() in starts for match in _initial_conditions(text, language))


def is_open(text: str, question: str, span: tuple[int, int], asked: Sequence[int], language: str) -> bool:
    """Whether a sentence says what is in the span only under a condition, or denies it. `asked` are the
    offsets of the question's words in the sentence; what the question has too does not count."""
    text = text[:MAX_CHARACTERS]
    governed = [*asked, span[0]]
    if is_conditional_or_denied(text, question, governed, language):
        return True
    negations = () if negation_offsets(question, language) else negation_offsets(text, language)
    return any(_has_in_scope(text, offset, governed, MAX_SCOPE) for offset in negations)


def is_conditional_or_denied(text: str, question: str, governed: Sequence[int], language: str) -> bool:
    """Whether a sentence says what is at the `governed` offsets under a condition that the question does not
    have, or denies it with a word that the question has in no form."""
    text = text[:MAX_CHARACTERS]
    ends = _clause_ends(text)

    def is_near(match: re.Match[str], minimum: int = 0) -> bool:
        """Whether a match is in a clause with governed words, or begins one from the minimum offset on."""
        number = bisect_right(ends, match.start())
        start = ends[number - 1] if number else 0
        end = ends[number] if number < len(ends) else len(text)
        words = len(_WORD.findall(text, start, match.start()))
        return any(start <= at < end for at in governed) or (start >= minimum and words <= MAX_BEFORE)

    if not _is_conditional(question, language):
        verbs = _matches("conditional_verbs", text, language)
        if any(map(is_near, _matches("conditions", text, language))) or any(
            is_near(m, len(text)) for m in verbs
        ):
            return True
        if any(is_near(match) for match in _initial_conditions(text, language)):
            return True
    return any(
        (kind == "denials" and not text[match.end() :].strip(_MARKS))
        or (kind in ("verdicts", "retractions") and is_near(match, 1))
        or (kind == "denials" and _has_in_scope(text, match.end(), governed, MAX_SCOPE))
        or (kind == "replacements" and _has_in_scope(text, match.end(), governed, MAX_REPLACED - 1))
        for kind in ("denials", "verdicts", "retractions", "replacements")
        for match in _matches(kind, text, language)
        if not shares_stem(match[0], question, language)
    )


def shares_stem(phrase: str, question: str, language: str) -> bool:
    """Whether a question has a word of the phrase, besides stop words, in any form."""
    stems = [stem(fold(raw), language) for raw in raw_words(phrase) if fold(raw) not in stop_words(language)]
    asked = {stem(fold(raw), language) for raw in raw_words(question)}
    return any(is_same(word, other) for word in stems for other in asked)


def begins_with_qualifier(text: str, language: str) -> bool:
    """Whether a part begins with what changes the meaning of the part before it."""
    near = _near_start(text[:MAX_CHARACTERS], language)
    opener = _pattern("openers", language).match(near.lstrip(_MARKS))
    return opener is not None or changes_meaning(near.lstrip(_MARKS), language)


def ends_with_qualifier(text: str, language: str, words: int = NEAR_WORDS) -> bool:
    """Whether a part ends with what changes the meaning of the part after it."""
    text = text[-MAX_CHARACTERS:]
    near = text[-_NEAR_UNSPACED:] if language in UNSPACED else " ".join(text.split()[-words:])
    return changes_meaning(near, language)


def belongs_to_sentence_before(text: str, language: str) -> bool:
    """Whether a sentence denies the one before it, or is only a condition of it: That is false. But only
    if it rains."""
    text = " ".join(text[:MAX_CHARACTERS].split())
    near = len(_near_start(text, language))
    retractions = _matches("retractions", text.replace("’", "'"), language)
    if any(match.end() <= near and _ENDS_CLAUSE.match(text, match.end()) for match in retractions):
        return True
    start = text.strip(_MARKS + "!?")
    # A whole sentence with a condition has its main clause behind a comma, or is longer.
    if re.search("[,;:，、]", start):
        return False
    at = 0
    while opener := _pattern("openers", language).match(start, at):
        at = opener.end() + (start[opener.end() : opener.end() + 1] == " ")
    is_short = len(start) <= _NEAR_UNSPACED if language in UNSPACED else len(start.split()) <= MAX_FRAGMENT
    names = ("conditions", "initial_conditions")
    first = [match.start() for name in names for match in islice(_matches(name, start, language), 1)]
    if at == 0:
        return 0 in first and is_short
    return 0 in first or at in first


def negation_positions(text: str, language: str) -> list[tuple[int, int]]:
    """Returns the number and the offset of each word of a text that negates. Of French "ne ... pas" and
    "ne ... plus" the second counts."""
    negations = NEGATIONS.get(language, frozenset()) - {"ne", "ni"}
    matches = list(_WORD.finditer(text.casefold().replace("’", "'")))
    words = [match[0] for match in matches]
    return [
        (number, matches[number].start())
        for number, word in enumerate(words)
        if is_negation(word, negations)
        or (language == "fr" and word == "plus" and _has_ne(words[max(0, number - MAX_TO_PLUS) : number]))
    ]


def negation_offsets(text: str, language: str) -> list[int]:
    """Returns the offsets of the words of a text that negate."""
    return [offset for _, offset in negation_positions(text, language)]


def _has_ne(words: Sequence[str]) -> bool:
    return any(word == "ne" or word.startswith("n'") for word in words)


def _has_in_scope(text: str, start: int, governed: Sequence[int], words: int) -> bool:
    """Whether one of the offsets is in so many words from `start` on, and one more, of its clause."""
    clause = _CLAUSE_END.search(text, start)
    scope = _WORD.finditer(text, start, clause.start() if clause else len(text))
    end = max((word.end() for word in islice(scope, words + 1)), default=start)
    return any(start <= at < end for at in governed)


def _clause_ends(text: str) -> list[int]:
    """Returns the offsets at which clauses after the first begin, without the space before them."""
    return [
        match.end() + (text[match.end() : match.end() + 1] == " ") for match in _CLAUSE_END.finditer(text)
    ]


def _is_conditional(text: str, language: str) -> bool:
    names = ("conditions", "conditional_verbs")
    return any(any(_matches(name, text, language)) for name in names) or any(
        _initial_conditions(text, language)
    )


def _initial_conditions(text: str, language: str) -> Iterator[re.Match[str]]:
    """Yields the words that are conditions only where they begin a clause: provided the union agrees."""
    starts = {0, *_clause_ends(text)}
    return (m for m in _matches("initial_conditions", text, language) if m.start() in starts)


def _near_start(text: str, language: str) -> str:
    if language in UNSPACED:
        return text[: 2 * _NEAR_UNSPACED]
    return " ".join(text.split()[:NEAR_WORDS])


def _matches(name: str, text: str, language: str) -> Iterator[re.Match[str]]:
    """Yields the words and phrases of a list in a text that are no part of an exception: even if."""
    return (m for m in _pattern(name, language).finditer(text) if m["exception"] is None)


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    return read_lists(Path(__file__).with_name("qualifiers.txt"), ",")


@cache
def _pattern(name: str, language: str) -> re.Pattern[str]:
    """A pattern of the words and phrases of a list, and of the exceptions that contain them; one that
    matches nothing for other languages."""
    phrases = sorted(_lists().get(f"{name}.{language}", ()), key=len, reverse=True)
    if not phrases:
        return re.compile(r"(?P<exception>(?!))")
    exceptions = sorted(_lists().get(f"exceptions.{language}", ()), key=len, reverse=True) or ["\0"]
    either = f"(?P<exception>{'|'.join(map(re.escape, exceptions))})|{'|'.join(map(re.escape, phrases))}"
    return re.compile(either if language in UNSPACED else rf"\b(?:{either})\b", re.IGNORECASE)
