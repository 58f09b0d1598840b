"""Whether a sentence says of another name what is asked: a European ship for an American ship."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

from bot.domain.index_words import fold
from bot.text.language.index_tokens import raw_words
from bot.text.language.names import NAME_LISTS
from bot.text.language.stems import stem, stop_words
from bot.text.language.word_lists import read_lists, word_set
from bot.text.qa.answer_types import is_time
from bot.text.qa.features import AnswerCandidate, is_same
from bot.text.qa.passages import StemTable
from bot.text.qa.question import Question
from bot.text.qa.subjects import MAX_PARAGRAPH, MAX_PARAGRAPHS, has_beginning, is_among, undotted

MAX_BETWEEN_ASKED, MAX_BETWEEN = 1, 2
"""The words in lower case between a name and the word that it belongs to: in the question (the Yale rowing
crew), and in a sentence (the Harvard crew)."""
SAME_START = 4
"""The letters that two forms of one name begin with."""
_KINDS = word_set("hurricane storm cyclone typhoon river lake mount mountain company city town state country")
"""Words before a name that say what it is, as titles do: texts say it with another one, or not at all."""
_OPENERS = ("ly", "ing", "ed")
"""The endings of words that have a capital because they open their sentence."""

_PAIR = re.compile(r"(?<!^)\b([A-Z][\w'’-]{1,40}) (?=([A-Z][\w'’-]{1,40}))")
_PLACE_BEFORE = re.compile(
    r"(?:\A|[,;:] )(?:[Aa]fter|[Aa]t|[Bb]efore|[Ff]or|[Ii]n|[Oo]n|[Ss]ince) ([A-Z][\w'’-]{1,40})"
    r"(?=(?: [A-Z][\w'’-]{0,40}){1,6} [a-z\d])"
)
"""A place or a time before a name that something is said of: in Norrby Quill won."""
_POSSESSIVES = ("'s", "’s", "s'", "s’")

Word = tuple[str, str]
"""A word as it is written, and its stem."""


def has_other_name(
    question: Question,
    candidate: AnswerCandidate,
    near: frozenset[str],
    everywhere: frozenset[str],
    stem_table: StemTable,
) -> bool:
    """Whether a name of the question is missing, and the sentence has another one in its place: before the
    same word, or behind the same name, as San Jose for San Juan. `near` are the stems of the sentence, of
    those beside it and of the headline, with abbreviations that are spelt out in the article; `everywhere`
    those of the article, which need only have the first name of somebody whose last name is near. A title
    is no name, and a country is not missing where its people or its capital are named."""
    stops = stop_words(question.language)
    asked = _words(question.text, stem_table)
    words = _words(candidate.sentence.text, stem_table)
    stems = {word_stem for _, word_stem in asked}
    for position, (raw, name) in enumerate(asked):
        if not _is_name(raw, name, question) or _is_title(raw) or _is_near(name, near):
            continue
        last = asked[position + 1] if position + 1 < len(asked) else ("", "")
        if last[0][:1].isupper() and last[1] in near and _is_near(name, everywhere):
            continue
        for place, step in _places(question, asked, position, stops):
            for number, (_, other) in enumerate(words):
                if is_same(other, asked[place][1]) and _has_another(words, number, step, stems, stops):
                    return True
    return False


def has_other_pair(
    question: Question, candidate: AnswerCandidate, near: frozenset[str], stem_table: StemTable
) -> bool:
    """Whether the sentence has another name before the second word of a name of two words, which its article
    has nowhere together: the European Union for the American Union. `near` are the stems of the sentence, of
    those beside it and of the headline, with abbreviations that are spelt out in the article."""
    here = _pairs(candidate.sentence.text, stem_table)
    initials = "".join(name[0] for name in raw_words(undotted(question.text)) if name[0].isupper())
    for (raw, first), last in _pairs(question.text, stem_table):
        others = [
            other
            for (other, _), second in here
            if second == last and not (other.isupper() and _abbreviates(other, raw, initials))
        ]
        # A country that is named beside the sentence says nothing of whose union this is.
        shown = candidate.sentence.stem_set if first in _countries() else near
        if others and not _is_near(first, shown) and not _has_country(first, question, shown):
            paragraphs = candidate.passage.article.paragraphs[:MAX_PARAGRAPHS]
            texts = (candidate.passage.article.title, *(p.text for p in paragraphs))
            if not any(_has_pair(text[:MAX_PARAGRAPH], first, last, stem_table) for text in texts):
                return True
    return False


def _pairs(text: str, stem_table: StemTable) -> list[tuple[Word, str]]:
    """Returns every two words with capitals side by side, of the second its stem, but not of the first word
    of the text, or of a title. What something belongs to, or where it was, is no part of its name: Norrby's
    Quill, in Norrby Quill won."""
    text = undotted(text)
    apart = {match.start(1) for match in _PLACE_BEFORE.finditer(text)}
    return [
        ((pair[1], stem_table[pair[1]]), stem_table[pair[2]])
        for pair in _PAIR.finditer(text)
        if not _is_title(pair[1]) and not pair[1].endswith(_POSSESSIVES) and pair.start(1) not in apart
    ]


def _abbreviates(short: str, name: str, initials: str) -> bool:
    """Whether capitals are letters of a name in order, from its first, or initials side by side."""
    if short in initials:
        return True
    letters = iter(name.upper())
    return short[0] == name[0] and all(letter in letters for letter in short)


def _has_country(word: str, question: Question, shown: frozenset[str]) -> bool:
    """Whether a word belongs to the name of a country in the question, for which another word is shown."""
    return any(
        any(word in name and question.all_stems.issuperset(name) for name in names)
        and any(shown.issuperset(name) for name in names)
        for names in _countries().values()
    )


def _has_pair(text: str, first: str, last: str, stem_table: StemTable) -> bool:
    stems = [word for _, word in _words(text, stem_table)]
    return any(is_among(last, {other}) and is_among(first, {before}) for before, other in pairwise(stems))


def _words(text: str, stem_table: StemTable) -> list[Word]:
    """Returns the words of a text, without the endings of possessives."""
    raws = [raw for raw in raw_words(undotted(text)) if raw != "s"]
    return [(raw, stem_table[raw]) for raw in raws]


def _is_name(raw: str, name: str, question: Question) -> bool:
    return raw[0].isupper() and name in question.names


def _is_title(raw: str) -> bool:
    return fold(raw) in NAME_LISTS["titles"] or fold(raw) in _KINDS


def _is_near(word: str, near: frozenset[str]) -> bool:
    """Whether a name is among these stems in any form, or another word for the same country."""
    if is_among(word, near) or has_beginning(word, near):
        return True
    return any(near.issuperset(stems) for stems in _countries().get(word, ()))


@cache
def _countries() -> Mapping[str, frozenset[tuple[str, ...]]]:
    """Maps the stem of each word for a country to those of all words for it."""
    lists = read_lists(Path(__file__).with_name("countries.txt"), ",")["countries"]
    countries = [
        frozenset(tuple(stem(fold(raw), "en") for raw in name.split("_")) for name in names.split())
        for names in lists
    ]
    return {stems[0]: names for names in countries for stems in names if len(stems) == 1}


def _places(
    question: Question, asked: list[Word], position: int, stops: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """Yields the positions of the words that a name belongs to, and the side on which each stands: 1 behind
    the name, -1 before it."""
    for place in range(position + 1, min(position + 2 + MAX_BETWEEN_ASKED, len(asked))):
        raw, word = asked[place]
        if fold(raw) in stops or not (raw.islower() or place == position + 1):
            break
        if word in question.stems:
            yield place, 1
    if position and _is_name(*asked[position - 1], question):
        yield position - 1, -1


def _has_another(words: list[Word], number: int, step: int, asked: set[str], stops: frozenset[str]) -> bool:
    """Whether a name that is not asked for stands where the missing one would, seen from a word."""
    for distance in range(1, MAX_BETWEEN + 2 if step > 0 else 2):
        place = number - step * distance
        if not 0 <= place < len(words):
            return False
        raw, name = words[place]
        if fold(raw) in stops or name in asked or _is_title(raw):
            return False
        if place == 0 and (is_time(raw) or raw.endswith(_OPENERS)):
            return False
        if raw[0].isupper():
            return not any(
                is_among(name, {other}) or name[:SAME_START] == other[:SAME_START] for other in asked
            )
    return False
