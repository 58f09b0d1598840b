"""Sources, analysed once for verification: their words, numbers and the order of their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from bot.text.language.index_tokens import is_unspaced
from bot.text.language.sentences import sentence_spans
from bot.text.verification.amounts import Amount, find_amounts
from bot.text.verification.tokens import Modalities, Modality, SentenceTokenizer, Word, tokenizer_for
from bot.text.verification.word_lists import CALENDAR, WORDS

MIN_SIMILARITY = 0.7
"""Sentences with at least this share of the most similar one's stems count as equally similar."""
MAX_PLACES = 20
"""The most places of one name in a sentence that are compared with those of another."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text that a sentence can cite: `source` and `author` identify it, `title` is its article's."""

    text: str
    kind: Literal["article", "comment"] = "article"
    title: str = ""
    source: str = ""
    author: str = ""

    @property
    def full_text(self) -> str:
        """The text of the article or comment, including the title of an article."""
        return f"{self.title}\n\n{self.text}" if self.kind == "article" and self.title else self.text


class AnalyzedSource:
    """A source with the words and numbers of each of its sentences."""

    def __init__(self, source: SourceText, tokenizer: SentenceTokenizer) -> None:
        self.source = source
        text = source.full_text
        sentences = [text[start:end] for start, end in sentence_spans(text, tokenizer.language)]
        self.sentences = [tokenizer.words(sentence) for sentence in sentences]
        self.modalities = [tokenizer.modalities(words) for words in self.sentences]
        self.amounts = [find_amounts(sentence) for sentence in sentences]
        words = [word for sentence in self.sentences for word in sentence]
        byline = tokenizer.words(f"{source.author}\n{source.source}")
        self.folded = {word.folded for word in words}
        self.folded |= {part for word in self.folded for part in word.split("'")}
        self.names = self.folded | {word.folded for word in byline}
        self.names |= {word.folded for word in tokenizer.words(source.title)}
        self.stems = {word.stem for word in words if word.stem is not None}
        self.stems |= {tokenizer.stem(word.folded) for word in words}
        self.byline_stems = {word.stem for word in byline if word.stem is not None}
        self.quantities = {amount.quantity for amounts in self.amounts for amount in amounts}


def is_supported(word: Word, stems: Iterable[str | None]) -> bool:
    """Whether a word's stem is in `stems`, or is a longer or shorter form of one of them."""
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


def similar_sentences(
    stems: frozenset[str], sources: Sequence[AnalyzedSource], having: str | None = None
) -> list[tuple[list[Word], Modalities]]:
    """Returns the sentences of the sources that share the most of `stems`, each with the modalities of its
    words. With `having`, only sentences with that stem."""
    sentences = [
        (len(stems & {word.stem for word in words}), (words, modalities))
        for source in sources
        for words, modalities in zip(source.sentences, source.modalities, strict=True)
        if having is None or any(word.stem == having for word in words)
    ]
    least = MIN_SIMILARITY * max((shared for shared, _ in sentences), default=0)
    return [sentence for shared, sentence in sentences if shared >= least]


def modalities_of(
    stem: str, stems: frozenset[str], sources: Sequence[AnalyzedSource]
) -> list[set[tuple[Modality, bool]]]:
    """Returns the modalities of each word with this stem, in the sentences that share the most of `stems`."""
    return [
        modalities.get(index, set())
        for words, modalities in similar_sentences(stems, sources, stem)
        for index, word in enumerate(words)
        if word.stem == stem
    ]


def has_amount(amount: Amount, unit: Word | None, date: set[str], source: AnalyzedSource) -> bool:
    """Whether the source has the number, near the word that says what it counts, and beside the month."""
    return any(
        other.quantity == amount.quantity
        and (unit is None or is_supported(unit, _stems_around(other, words)))
        and date <= calendar_names_beside(other, words)
        for words, amounts in zip(source.sentences, source.amounts, strict=True)
        for other in amounts
    )


def _before(amount: Amount, words: Sequence[Word]) -> list[Word]:
    return [word for word in words if word.end <= amount.start]


def _after(amount: Amount, words: Sequence[Word]) -> list[Word]:
    return [word for word in words if word.start >= amount.end]


def unit_of(amount: Amount, words: Sequence[Word]) -> Word | None:
    """Returns the word, among the two after a number, that says what it counts."""
    if amount.kind:
        return None
    behind = _after(amount, words)[:2]
    return next((word for word in behind if word.stem is not None and not word.is_name), None)


def _stems_around(amount: Amount, words: Sequence[Word]) -> set[str]:
    """Returns the stems of the words within four of a number."""
    near = (*_before(amount, words)[-4:], *_after(amount, words)[:4])
    return {word.stem for word in near if word.stem is not None}


def calendar_names_beside(amount: Amount, words: Sequence[Word]) -> set[str]:
    """Returns the months and days of the week directly beside a number."""
    beside = [word for word in _before(amount, words)[-1:] if amount.start - word.end <= 2]
    beside += [word for word in _after(amount, words)[:1] if word.start - amount.end <= 2]
    return {word.folded for word in beside if word.folded in CALENDAR and word.is_name}


def has_amounts_in_a_row(first: Amount, second: Amount, source: AnalyzedSource) -> bool:
    """Whether two numbers that are consecutive in the sentence are so in the source."""
    return any(
        (a.key, b.key) == (first.key, second.key) and b.start - a.end <= 12
        for amounts in source.amounts
        for a, b in pairwise(amounts)
    )


def has_names_in_a_row(first: Word, second: Word, source: AnalyzedSource) -> bool:
    """Whether two consecutive names are so in the source, with at most two words between them."""
    tokenizer = tokenizer_for("en")
    texts = [*source.sentences, *map(tokenizer.words, (source.source.title, source.source.author))]
    return any(
        word.folded == first.folded
        and any(other.folded == second.folded for other in words[index + 1 : index + 4])
        for words in texts
        for index, word in enumerate(words)
    )


def is_proper_name(word: Word, sources: Sequence[AnalyzedSource]) -> bool:
    """Whether the word is a name, or opens a sentence and is a name in the sources."""
    if word.is_name or not word.is_capitalized:
        return word.is_name
    sentences = (words for source in sources for words in source.sentences)
    return any(other.folded == word.folded and other.is_name for words in sentences for other in words)


def is_speaker(words: Sequence[Word], *names: int) -> bool:
    """Whether one of the names at these indexes is within two words of a verb of speech."""
    near = {index + step for index in names for step in (-2, -1, 1, 2)}
    return any(words[index].folded in WORDS["saying"] for index in near if 0 <= index < len(words))


def are_roles_reversed(
    words: Sequence[Word], first: int, second: int, sources: Sequence[AnalyzedSource]
) -> bool:
    """Whether the sources have the two names at these indexes only in reverse order. A "by" between them can
    reverse the order, and a name in a phrase of place can be anywhere."""
    is_passive = _is_passive(words[first:second])
    is_reversed = False
    for theirs in (words for source in sources for words in source.sentences):
        firsts = _places(theirs, words[first])
        seconds = _places(theirs, words[second])
        for their_first in firsts:
            for their_second in seconds:
                between = theirs[min(their_first, their_second) : max(their_first, their_second)]
                is_turned = _is_passive(between) != is_passive
                is_place = any(
                    _preposition(words, mine) == _preposition(theirs, index) != ""
                    for mine, index in ((first, their_first), (second, their_second))
                )
                is_same_order = (their_first < their_second) != is_turned
                if is_same_order or is_place or is_speaker(theirs, their_first, their_second):
                    return False
                is_reversed = True
    return is_reversed


def _places(words: Sequence[Word], name: Word) -> list[int]:
    return [index for index, word in enumerate(words) if word.folded == name.folded][:MAX_PLACES]


def _is_passive(words: Sequence[Word]) -> bool:
    return any(word.folded == "by" for word in words)


def _preposition(words: Sequence[Word], index: int) -> str:
    """Returns the preposition of place before a name, possibly of several words."""
    while index and (words[index].is_capitalized or words[index].folded == "the"):
        index -= 1
        if words[index].folded in WORDS["placing"]:
            return words[index].folded
    return ""
