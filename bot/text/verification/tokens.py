"""A sentence as a proof needs it: its words with their stems, which are names, and what turns them round."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.text.language.index_tokens import fold, is_unspaced
from bot.text.language.negations import NEGATIONS
from bot.text.language.stems import stem, stop_words
from bot.text.verification.irregular import BASE, PAST
from bot.text.verification.word_lists import (
    AHEAD,
    DOUBTS,
    JAPANESE_DENIALS,
    NO_DENIALS,
    TURNS,
    UNSPACED_DENIALS,
    WEAK_NEGATIONS,
)

Turn = Literal["denied", "doubted", "ahead"]

NEAR = 1
"""Words that say something behind one that denies or doubts: so many it surely means."""
_REACH = 9
"""Words behind it that it may mean."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CLAUSE = re.compile(r"[,;:.!?](?=[\s\"”’)])|[()—–]|\s-\s")
_CONTRAST = frozenset(("but", "and", "while", "whereas", "although", "though", "because"))


@dataclass(frozen=True, slots=True)
class Word:
    """One word: `stem` is None where it says nothing of a subject; `clause` counts what commas part."""

    text: str
    folded: str
    stem: str | None
    start: int
    end: int
    clause: int
    opens: bool
    """It is the first word of a sentence, where a capital letter means nothing."""

    @property
    def is_name(self) -> bool:
        """Whether it is written as names are."""
        return self.text[:1].isupper() and not self.opens

    @property
    def is_past(self) -> bool:
        """Whether it looks like an English verb of what was or is done."""
        return self.text.endswith("ed") or self.folded in PAST


class Reader:
    """Reads texts of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._stops = stop_words(language)
        self._negations = NEGATIONS.get(language, frozenset())
        if language == "en":
            self._negations |= WEAK_NEGATIONS

    def words(self, text: str) -> list[Word]:
        """The words in order; of scripts without spaces the overlapping pairs of characters."""
        found: list[Word] = []
        clause = 0
        at = 0
        opens = True
        for match in _WORD.finditer(text):
            gap = text[at : match.start()]
            clause += _CLAUSE.search(gap) is not None
            opens = opens or any(mark in gap for mark in '.!?:\n“"')
            at = match.end()
            if is_unspaced(match[0]):
                found += self._pairs(match, clause)
            else:
                raw = match[0].replace("’", "'")
                clause += raw.casefold() in _CONTRAST
                found.append(self._word(raw, match.start(), match.end(), clause, opens))
            opens = False
        return found

    def _word(self, raw: str, start: int, end: int, clause: int, opens: bool) -> Word:
        bare = raw[:-2] if raw.endswith(("'s", "'S")) else raw.rstrip("'")
        folded = fold(bare)
        empty = folded in self._stops or folded.isdigit() or self._denies(raw.casefold())
        return Word(raw, folded, None if empty else self.stem(folded), start, end, clause, opens)

    def _pairs(self, match: re.Match[str], clause: int) -> list[Word]:
        run, start = match[0], match.start()
        pieces = [(n, run[n : n + 2]) for n in range(max(1, len(run) - 1))]
        return [
            Word(piece, fold(piece), fold(piece), start + n, start + n + len(piece), clause, True)
            for n, piece in pieces
        ]

    def stem(self, folded: str) -> str:
        """The stem of a word."""
        return stem(BASE.get(folded, folded) if self.language == "en" else folded, self.language)

    def _denies(self, word: str) -> bool:
        return word in self._negations or (self.language == "en" and word.endswith("n't"))

    def turns(self, words: Sequence[Word]) -> dict[int, set[tuple[Turn, bool]]]:
        """For each word by its place what it stands under: denied, doubted or still ahead, and whether surely
        (True: the next that says something) or perhaps (False: up to the end of the clause)."""
        under: dict[int, set[tuple[Turn, bool]]] = {}
        for place, word in enumerate(words):
            turn = self._turn(words, place)
            if turn is None:
                continue
            told = 0
            for other in range(place + 1, min(place + 1 + _REACH, len(words))):
                if words[other].clause != word.clause and told:
                    break
                known = under.setdefault(other, set())
                known.add((turn, False))
                if words[other].stem is not None:
                    if told < NEAR:
                        known.add((turn, True))
                    told += 1
            before = [other for other in range(place) if words[other].stem is not None][-1:]
            if not told and before and self._denies(word.text.casefold()):  # "she thought she couldn't."
                under.setdefault(before[0], set()).update({(turn, True), (turn, False)})
        return under

    def denials(self, words: Sequence[Word]) -> int:
        """How often the words deny by a word that does nothing else."""
        return sum(
            self._denies(word.text.casefold()) and self._turn(words, place) == "denied"
            for place, word in enumerate(words)
        )

    def _turn(self, words: Sequence[Word], place: int) -> Turn | None:
        word = words[place]
        small = word.text.casefold()
        if self._denies(small):
            behind = words[place + 1].folded if place + 1 < len(words) else ""
            return None if behind in NO_DENIALS else "denied"
        if self.language != "en":
            return None
        if small in TURNS or word.stem in _TURN_STEMS:
            return "denied"
        if small in DOUBTS or word.stem in _DOUBT_STEMS:
            return "doubted"
        return "ahead" if small in AHEAD or small.endswith("'ll") else None

    def denies(self, text: str) -> bool:
        """Whether a text of a script without spaces denies anything."""
        return any(mark in text for mark in UNSPACED_DENIALS) or any(
            ending in text for ending in JAPANESE_DENIALS
        )


_TURN_STEMS = frozenset(stem(word, "en") for word in TURNS if len(word) > 3)
_DOUBT_STEMS = frozenset(stem(word, "en") for word in DOUBTS if len(word) > 5)
