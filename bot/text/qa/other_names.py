"""Whether a sentence says of another name what is asked: a European ship for an American ship."""

from __future__ import annotations

from collections.abc import Iterator

from bot.text.language.index_tokens import fold, raw_words
from bot.text.language.stems import stop_words
from bot.text.qa.features import AnswerCandidate, is_same
from bot.text.qa.passages import StemTable
from bot.text.qa.question import Question
from bot.text.qa.subjects import has_beginning, is_among, undotted

MAX_BETWEEN_ASKED, MAX_BETWEEN = 1, 2
"""The words in lower case between a name and the word that it belongs to: in the question (the Yale rowing
crew), and in a sentence (the Harvard crew)."""
SAME_START = 4
"""The letters that two forms of one name begin with."""

Word = tuple[str, str]
"""A word as it is written, and its stem."""


def has_other_name(
    question: Question, candidate: AnswerCandidate, near: frozenset[str], stem_table: StemTable
) -> bool:
    """Whether a name of the question is missing, and the sentence has another one in its place: before the
    same word, or behind the same name, as San Jose for San Juan. `near` are the stems of the sentences beside
    it and of the headline, with abbreviations that are spelt out there."""
    stops = stop_words(question.language)
    asked = _words(question.text, stem_table)
    words = _words(candidate.sentence.text, stem_table)
    stems = {stem for _, stem in asked}
    for position, (raw, stem) in enumerate(asked):
        if not _is_name(raw, stem, question) or is_among(stem, near) or has_beginning(stem, near):
            continue
        for place, step in _places(question, asked, position, stops):
            for number, (_, other) in enumerate(words):
                if is_same(other, asked[place][1]) and _has_another(words, number, step, stems, stops):
                    return True
    return False


def _words(text: str, stem_table: StemTable) -> list[Word]:
    """Returns the words of a text, without the endings of possessives."""
    raws = [raw for raw in raw_words(undotted(text)) if raw != "s"]
    return [(raw, stem_table[raw]) for raw in raws]


def _is_name(raw: str, stem: str, question: Question) -> bool:
    return raw[0].isupper() and stem in question.names


def _places(
    question: Question, asked: list[Word], position: int, stops: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """Yields the positions of the words that a name belongs to, and the side on which each stands: 1 behind
    the name, -1 before it."""
    for place in range(position + 1, min(position + 2 + MAX_BETWEEN_ASKED, len(asked))):
        raw, stem = asked[place]
        if fold(raw) in stops or not (raw.islower() or place == position + 1):
            break
        if stem in question.stems:
            yield place, 1
    if position and _is_name(*asked[position - 1], question):
        yield position - 1, -1


def _has_another(words: list[Word], number: int, step: int, asked: set[str], stops: frozenset[str]) -> bool:
    """Whether a name that is not asked for stands where the missing one would, seen from a word."""
    for distance in range(1, MAX_BETWEEN + 2 if step > 0 else 2):
        place = number - step * distance
        if not 0 <= place < len(words):
            return False
        raw, stem = words[place]
        if fold(raw) in stops or stem in asked:
            return False
        if raw[0].isupper():
            return not any(
                is_among(stem, {other}) or stem[:SAME_START] == other[:SAME_START] for other in asked
            )
    return False
