"""Passages as a proof needs them: read once, and asked whether they have a word, a number or an order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from bot.text.language.index_tokens import is_unspaced
from bot.text.language.sentences import split
from bot.text.verification.amounts import Amount, amounts
from bot.text.verification.tokens import Reader, Turn, Word
from bot.text.verification.word_lists import CALENDAR, PLACING, SAYING

LIKE = 0.7
"""A sentence that has so much of what the best has says the same."""


Read = tuple[list[Word], dict[int, set[tuple[Turn, bool]]]]
"""The words of a sentence, and what each of them stands under."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A passage: `text` is what it says, `source` and `author` say whose it is, `title` heads its article."""

    text: str
    kind: Literal["article", "comment"] = "article"
    title: str = ""
    source: str = ""
    author: str = ""

    @property
    def full_text(self) -> str:
        """All that the article itself, or the comment, says."""
        return f"{self.title}\n\n{self.text}" if self.kind == "article" and self.title else self.text


class Passage:
    """A passage, read."""

    def __init__(self, of: SourceText, reader: Reader) -> None:
        self.of = of
        self.sentences = [of.full_text[start:end] for start, end in split(of.full_text, reader.language)]
        self.words = [reader.words(text) for text in self.sentences]
        self.turns = [reader.turns(words) for words in self.words]
        self.amounts = [amounts(text) for text in self.sentences]
        about = reader.words(f"{of.author}\n{of.source}")
        self.folded = {word.folded for words in self.words for word in words}
        self.folded |= {part for word in self.folded for part in word.split("'")}
        self.names = self.folded | {word.folded for word in about}
        self.names |= {word.folded for word in reader.words(of.title)}
        self.stems = {word.stem for words in self.words for word in words if word.stem is not None}
        self.stems |= {reader.stem(word.folded) for words in self.words for word in words}
        self.about = {word.stem for word in about if word.stem is not None}
        self.keys = {(one.key, one.kind) for found in self.amounts for one in found}


@lru_cache(maxsize=32)
def reader_of(language: str) -> Reader:
    """The reader of one language."""
    return Reader(language)


def supported(word: Word, stems: Iterable[str | None]) -> bool:
    """Whether a stem is among them, or one of which it is the longer or shorter form."""
    stem = word.stem or ""
    if stem in stems:
        return True
    if len(stem) < 5 or is_unspaced(stem):
        return False
    return any(
        other is not None
        and len(other) >= 5
        and abs(len(other) - len(stem)) <= 4
        and (other.startswith(stem) or stem.startswith(other))
        for other in stems
    )


def alike(beside: frozenset[str], passages: Sequence[Passage], having: str | None = None) -> list[Read]:
    """The sentences of the passages that have the most of the words `beside` each other, of those only that
    have the stem `having` if it is given; each with what its words stand under."""
    found = [
        (len(beside & {word.stem for word in words}), (words, turns))
        for passage in passages
        for words, turns in zip(passage.words, passage.turns, strict=True)
        if having is None or any(word.stem == having for word in words)
    ]
    least = LIKE * max((shared for shared, _ in found), default=0)
    return [read for shared, read in found if shared >= least]


def marks(stem: str, beside: frozenset[str], passages: Sequence[Passage]) -> list[set[tuple[Turn, bool]]]:
    """What each word of this stem stands under, in those sentences that have the most of the words `beside`
    it."""
    return [
        turns.get(place, set())
        for words, turns in alike(beside, passages, stem)
        for place, word in enumerate(words)
        if word.stem == stem
    ]


def counted(one: Amount, unit: Word | None, date: set[str], passage: Passage) -> bool:
    """Whether the passage has the number, near the word that says what it counts and beside the month."""
    return any(
        (other.key, other.kind) == (one.key, one.kind)
        and (unit is None or supported(unit, _around(other, words)))
        and date <= dated(other, words)
        for words, found in zip(passage.words, passage.amounts, strict=True)
        for other in found
    )


def unit_of(one: Amount, words: Sequence[Word]) -> Word | None:
    """The word behind a number, among the next two, that says what it counts."""
    behind = [word for word in words if word.start >= one.end][:2]
    if one.kind or not behind:
        return None
    return next((word for word in behind if word.stem is not None and not word.is_name), None)


def _around(one: Amount, words: Sequence[Word]) -> set[str]:
    """The stems of the words within four of a number."""
    before = [word for word in words if word.end <= one.start][-4:]
    behind = [word for word in words if word.start >= one.end][:4]
    return {word.stem for word in (*before, *behind) if word.stem is not None}


def in_a_row(one: Amount, other: Amount, passage: Passage) -> bool:
    """Whether two numbers that follow each other do so in the passage."""
    return any(
        (a.key, b.key) == (one.key, other.key) and b.start - a.end <= 12
        for found in passage.amounts
        for a, b in pairwise(found)
    )


def adjacent(one: Word, other: Word, passage: Passage) -> bool:
    """Whether two names that follow each other do so in the passage, at most two words between them."""
    texts = [
        *passage.words,
        reader_of("en").words(passage.of.title),
        reader_of("en").words(passage.of.author),
    ]
    for words in texts:
        for place, word in enumerate(words):
            if word.folded == one.folded and any(
                w.folded == other.folded for w in words[place + 1 : place + 4]
            ):
                return True
    return False


def proper(word: Word, passages: Sequence[Passage]) -> bool:
    """Whether it is a name, or a first word that is one in the passages."""
    if word.is_name or not word.text[:1].isupper():
        return word.is_name
    return any(w.folded == word.folded and w.is_name for p in passages for words in p.words for w in words)


def says(words: Sequence[Word], *names: int) -> bool:
    """Whether one of the names at these places says something."""
    near = {place + step for place in names for step in (-2, -1, 1, 2)}
    return any(words[place].folded in SAYING for place in near if 0 <= place < len(words))


def dated(one: Amount, words: Sequence[Word]) -> set[str]:
    """The months and days of the week directly beside a number."""
    before = [word for word in words if word.end <= one.start and one.start - word.end <= 2][-1:]
    behind = [word for word in words if word.start >= one.end and word.start - one.end <= 2][:1]
    return {word.folded for word in (*before, *behind) if word.folded in CALENDAR and word.is_name}


def turned_round(words: Sequence[Word], one: int, other: int, passages: Sequence[Passage]) -> bool:
    """Whether the passages have the two names at these places only in the reverse order, which "by" between
    them may turn, and in which the place where something is may stand anywhere."""
    passive = _passive(words[one:other])
    reversed_somewhere = False
    for theirs in (theirs for passage in passages for theirs in passage.words):
        ones = [place for place, word in enumerate(theirs) if word.folded == words[one].folded]
        others = [place for place, word in enumerate(theirs) if word.folded == words[other].folded]
        for first in ones:
            for second in others:
                turned = _passive(theirs[min(first, second) : max(first, second)]) != passive
                apart = any(
                    _where(words, mine) == _where(theirs, place) != ""
                    for mine, place in ((one, first), (other, second))
                )
                if (first < second) != turned or apart or says(theirs, first, second):
                    return False
                reversed_somewhere = True
    return reversed_somewhere


def _passive(words: Sequence[Word]) -> bool:
    return any(word.folded == "by" for word in words)


def _where(words: Sequence[Word], place: int) -> str:
    """The word before a name, several words long perhaps, that says that it is where something is."""
    while place and (words[place].text[:1].isupper() or words[place].folded == "the"):
        place -= 1
        if words[place].folded in PLACING:
            return words[place].folded
    return ""


def is_number(word: Word) -> bool:
    """Whether it is written in digits."""
    return word.text[:1].isdigit()


def plain(text: str) -> str:
    """The text in small letters with one kind of quotation marks."""
    return text.casefold().translate({ord(one): '"' for one in "“”„«»"} | {ord(one): "'" for one in "‘’"})
