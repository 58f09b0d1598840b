"""Tokenizes a sentence for verification: words with their stems, names, negations and hedges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.domain.index_words import fold
from bot.text.language.index_tokens import is_unspaced
from bot.text.language.negations import NEGATIONS
from bot.text.language.stems import stem, stop_words
from bot.text.language.word_lists import word_set
from bot.text.language.word_patterns import WORD
from bot.text.verification.irregular import base_stem, is_irregular_past
from bot.text.verification.word_lists import UNSPACED_NEGATIONS, WORDS

Modality = Literal["negated", "hedged", "planned"]
Modalities = dict[int, set[tuple[Modality, bool]]]
"""The modalities of words by index; True is for certain (the next content word), False for possible (up to
the end of the clause)."""

MAX_WORDS_REACHED = 9
"""The number of words after a negation or hedge that it can affect."""
_CLAUSE = re.compile(r"[,;:.!?](?=[\s\"”’)])|[()—–]|\s-\s")
_CONJUNCTIONS = word_set("but and while whereas although though because")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: `stem` is None for a word without content; `clause` is the index of its part between
    commas."""

    text: str
    folded: str
    stem: str | None
    start: int
    end: int
    clause: int
    is_first: bool
    """Whether it is the first word of a sentence, where a capital letter means nothing."""

    @property
    def is_capitalized(self) -> bool:
        """Whether it begins with a capital, in any position."""
        return self.text[:1].isupper()

    @property
    def is_name(self) -> bool:
        """Whether it is written as names are."""
        return self.is_capitalized and not self.is_first

    @property
    def is_number(self) -> bool:
        """Whether it is written in digits."""
        return self.text[:1].isdigit()

    @property
    def is_past(self) -> bool:
        """Whether it looks like an English past tense or past participle."""
        return self.text.endswith("ed") or is_irregular_past(self.folded)


class SentenceTokenizer:
    """Splits texts of one language into words, and determines which of them are negated, hedged or
    planned."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._is_english = language == "en"
        self._stop_words = stop_words(language)
        self._negations = NEGATIONS.get(language, frozenset())
        if self._is_english:
            self._negations |= WORDS["weak negations"]

    def words(self, text: str) -> list[Word]:
        """Returns the words in order; for scripts without spaces, overlapping pairs of characters."""
        words: list[Word] = []
        clause = 0
        end = 0
        is_first = True
        for match in WORD.finditer(text):
            gap = text[end : match.start()]
            clause += _CLAUSE.search(gap) is not None
            is_first = is_first or any(mark in gap for mark in '.!?:\n“"')
            end = match.end()
            if is_unspaced(match[0]):
                words += _character_pairs(match, clause)
            else:
                raw = match[0].replace("’", "'")
                clause += raw.casefold() in _CONJUNCTIONS
                words.append(self._word(raw, match.start(), end, clause, is_first))
            is_first = False
        return words

    def _word(self, raw: str, start: int, end: int, clause: int, is_first: bool) -> Word:
        folded = fold(raw[:-2] if raw.endswith(("'s", "'S")) else raw.rstrip("'"))
        is_empty = folded in self._stop_words or folded.isdigit() or self._negates(raw.casefold())
        return Word(raw, folded, None if is_empty else self.stem(folded), start, end, clause, is_first)

    def stem(self, folded: str) -> str:
        """Returns the stem of a word."""
        return base_stem(folded) if self._is_english else stem(folded, self.language)

    def _negates(self, word: str) -> bool:
        return word in self._negations or (self._is_english and word.endswith("n't"))

    def modalities(self, words: Sequence[Word]) -> Modalities:
        """Returns which words of a sentence are negated, hedged or planned."""
        modalities: Modalities = {}
        for index, word in enumerate(words):
            modality = self._modality(words, index)
            if modality is None:
                continue
            reaches_content = False
            for other in range(index + 1, min(index + 1 + MAX_WORDS_REACHED, len(words))):
                if words[other].clause != word.clause and reaches_content:
                    break
                marks = modalities.setdefault(other, set())
                marks.add((modality, False))
                if words[other].stem is not None:
                    if not reaches_content:
                        marks.add((modality, True))
                    reaches_content = True
            before = [other for other in range(index) if words[other].stem is not None][-1:]
            if not reaches_content and before and self._negates(word.text.casefold()):
                # "she thought she couldn't."
                modalities.setdefault(before[0], set()).update({(modality, True), (modality, False)})
        return modalities

    def count_negations(self, words: Sequence[Word]) -> int:
        """Counts the words that only negate."""
        return sum(
            self._negates(word.text.casefold()) and self._modality(words, index) == "negated"
            for index, word in enumerate(words)
        )

    def _modality(self, words: Sequence[Word], index: int) -> Modality | None:
        """Returns the modality that the word at `index` gives to those after it."""
        word = words[index]
        text = word.text.casefold()
        if self._negates(text):
            following = words[index + 1].folded if index + 1 < len(words) else ""
            return None if following in WORDS["no negation before"] else "negated"
        if not self._is_english:
            return None
        if text in WORDS["negating"] or word.stem in _stems("negating", 4):
            return "negated"
        if text in WORDS["hedges"] or word.stem in _stems("hedges", 6):
            return "hedged"
        return "planned" if text in WORDS["planned"] or text.endswith("'ll") else None


def negates_unspaced(text: str) -> bool:
    """Whether a text in a script without spaces negates anything."""
    return any(mark in text for mark in UNSPACED_NEGATIONS)


def _character_pairs(match: re.Match[str], clause: int) -> list[Word]:
    run, start = match[0], match.start()
    pairs = [(start + n, run[n : n + 2]) for n in range(max(1, len(run) - 1))]
    return [Word(pair, fold(pair), fold(pair), at, at + len(pair), clause, True) for at, pair in pairs]


@lru_cache(maxsize=2)
def _stems(name: str, min_length: int) -> frozenset[str]:
    """Returns the stems of the longer words of a list; stems of short words can be shared by other words."""
    return frozenset(stem(word, "en") for word in WORDS[name] if len(word) >= min_length)


@lru_cache(maxsize=32)
def tokenizer_for(language: str) -> SentenceTokenizer:
    """Returns the tokenizer of one language."""
    return SentenceTokenizer(language)
