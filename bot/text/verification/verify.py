"""Verifies a sentence against the sources it cites: its words, names, numbers, quotations and negations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from bot.text.language.context_dependence import depends_on_context
from bot.text.language.detect import detect_language
from bot.text.language.index_tokens import is_unspaced
from bot.text.language.sentences import sentence_spans
from bot.text.verification.amounts import find_amounts
from bot.text.verification.evidence import (
    AnalyzedSource,
    SourceText,
    are_roles_reversed,
    calendar_names_beside,
    has_amount,
    has_amounts_in_a_row,
    has_names_in_a_row,
    is_proper_name,
    is_speaker,
    is_supported,
    modalities_of,
    similar_sentences,
    unit_of,
)
from bot.text.verification.form import has_forbidden_form, quotations
from bot.text.verification.tokens import Modality, negates_unspaced, tokenizer_for
from bot.text.verification.word_lists import CALENDAR, WORDS, opposites

Failure = Literal[
    "form",
    "leans",
    "source",
    "speaker",
    "quote",
    "number",
    "name",
    "word",
    "negation",
    "certainty",
    "mixed",
    "roles",
]
"""Why a sentence is not verified, in order: it has markup, a link or several sentences; it depends on the
previous sentence; no cited source is about it; it confuses commenters and article; a quotation, number, name
or word is in no source; it negates what the sources state or the reverse; it is more certain than they are;
it combines what is separate in them; it swaps the roles of people."""

MAX_CHARACTERS = 500
MIN_SHARE = 1 / 3
"""The minimum share of the sentence's words that a source must have to be cited."""
MIN_SHARE_OF_EACH = 0.8
"""The same if the sentence says that several sources agree."""
MIN_CONTENT_WORDS = 2
"""The minimum number of words, names and numbers for a verification to be meaningful."""
MIN_PAIRS_TOGETHER = 0.6
"""The minimum share of adjacent words that must occur together in one sentence of a source."""
MAX_NEW_PAIRS = 0.2
"""The maximum share of new pairs of characters, in scripts without spaces."""
_QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„«»", '"') | dict.fromkeys("‘’", "'"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """`failure` is None for a verified sentence; `cited` then has the indexes of the sources that support
    it."""

    failure: Failure | None
    cited: tuple[int, ...] = ()


def verify(sentence: str, sources: Sequence[SourceText]) -> Verdict:
    """Verifies the sentence against the sources. Pure and strict: a sentence that it cannot analyse is not
    verified."""
    if not sources:
        return Verdict("source")
    language = detect_language(" ".join(source.full_text for source in sources)) or "en"
    texts = [f"{source.full_text} {source.source}" for source in sources]
    if len(sentence) > MAX_CHARACTERS or has_forbidden_form(sentence, texts):
        return Verdict("form")
    if len(sentence_spans(sentence, language)) != 1:
        return Verdict("form")
    if depends_on_context(sentence, language):
        return Verdict("leans")
    return _Verification(sentence, sources, language).verdict()


class _Verification:
    """The check of one sentence: first against all its sources, then against those that support it."""

    def __init__(self, sentence: str, sources: Sequence[SourceText], language: str) -> None:
        self.sentence = sentence
        self.is_english = language == "en"
        self.tokenizer = tokenizer_for(language)
        self.words = self.tokenizer.words(sentence)
        self.modalities = self.tokenizer.modalities(self.words)
        self.amounts = find_amounts(sentence, strict=True)
        self.sources = [AnalyzedSource(source, self.tokenizer) for source in sources]
        reporting = WORDS["reporting"] if self.is_english else frozenset()
        if self.is_english and all(source.kind == "comment" for source in sources):
            reporting |= WORDS["opining"]
        of_amounts = {index for amount in self.amounts for index in range(amount.start, amount.end)}
        self.content_words = [
            word
            for word in self.words
            if word.stem is not None
            and word.start not in of_amounts
            and (word.is_name or word.folded not in reporting)
        ]
        """The words that need support: content words other than numbers and verbs of reporting."""
        self.content_stems = frozenset(word.stem for word in self.content_words if word.stem is not None)

    def verdict(self) -> Verdict:
        cited = self._choose_sources()
        if not cited:
            return Verdict("source")
        self.sources = [self.sources[index] for index in cited]
        self.comments = [s.source for s in self.sources if s.source.kind == "comment"]
        self.folded = set[str]().union(*(source.folded for source in self.sources))
        self.stems = set[str]().union(*(source.stems for source in self.sources))
        self.byline_stems = set[str]().union(*(source.byline_stems for source in self.sources))
        checks: tuple[tuple[Failure, Callable[[], bool]], ...] = (
            ("speaker", self._names_speaker),
            ("quote", self._has_quotes),
            ("number", self._has_numbers),
            ("name", self._has_names),
            ("negation", self._negates_alike),
            ("certainty", self._is_as_certain),
            ("word", self._has_words),
            ("mixed", self._keeps_together),
            ("mixed", self._keeps_names_in_context),
            ("roles", self._keeps_roles),
        )
        failures = (failure for failure, holds in checks if not holds())
        failure = next(failures, None)
        return Verdict(None, tuple(cited)) if failure is None else Verdict(failure)

    # Choice of the supporting sources.

    def _choose_sources(self) -> list[int]:
        total = len(self.content_words) + len(self.amounts)
        if total < MIN_CONTENT_WORDS:
            return []
        supported = [self._supported_by(source) for source in self.sources]
        if self.is_english and any(word.folded in WORDS["several"] for word in self.words):
            least = max(MIN_CONTENT_WORDS, MIN_SHARE_OF_EACH * total)
            return [index for index, starts in enumerate(supported) if len(starts) >= least]
        # Sources that add something, the one that supports the most words first.
        chosen: list[int] = []
        covered: set[int] = set()
        for index in sorted(range(len(supported)), key=lambda index: -len(supported[index])):
            starts = supported[index]
            if len(starts) >= max(MIN_CONTENT_WORDS, MIN_SHARE * total) and starts - covered:
                chosen.append(index)
                covered |= starts
        return sorted(chosen)

    def _supported_by(self, source: AnalyzedSource) -> set[int]:
        """Returns the start offsets of the words and numbers that the source has."""
        stems = source.stems | source.byline_stems
        words = {word.start for word in self.content_words if is_supported(word, stems)}
        return words | {amount.start for amount in self.amounts if amount.quantity in source.quantities}

    def _names_speaker(self) -> bool:
        """Whether the sentence attributes the claim correctly: to an article or to commenters, and to no more
        of these than it cites."""
        if not self.is_english:
            return True
        words = {word.folded for word in self.words}
        new = words - self.folded
        if not self.comments:
            return not new & WORDS["comments"]
        if len(self.comments) < 2 and new & WORDS["several"]:
            return False
        authors = {word.folded for s in self.comments for word in self.tokenizer.words(s.author)}
        if words & (WORDS["commenters"] | authors):
            return len(self.comments) < len(self.sources) or not new & WORDS["articles"]
        return len(self.comments) == len(self.sources) and bool(new & WORDS["somebody"])

    # What the sources must contain.

    def _has_quotes(self) -> bool:
        quotes = quotations(self.sentence)
        if quotes is None:
            return False
        texts = [_normalized(source.source.full_text) for source in self.sources]
        return all(any(_normalized(quote) in text for text in texts) for quote in quotes)

    def _has_numbers(self) -> bool:
        for amount in self.amounts:
            unit = unit_of(amount, self.words)
            if unit is not None and not any(is_supported(unit, source.stems) for source in self.sources):
                unit = None
            date = calendar_names_beside(amount, self.words)
            if not any(has_amount(amount, unit, date, source) for source in self.sources):
                return False
        return all(
            second.start - first.end > 6
            or any(has_amounts_in_a_row(first, second, source) for source in self.sources)
            for first, second in pairwise(self.amounts)
        )

    def _has_names(self) -> bool:
        names = set[str]().union(*(source.names for source in self.sources))
        for word in self.words:
            if word.is_name and word.folded not in names and not word.is_number:
                is_plural = word.stem in self.stems
                if not is_plural and not (self.is_english and word.folded in WORDS["reporting"]):
                    return False
        for word, following in pairwise(self.words):
            may_be_name = word.is_name or (word.is_capitalized and word.stem is not None)
            is_pair = following.start - word.end == 1 and word.clause == following.clause
            if not (may_be_name and following.is_name and is_pair):
                continue
            if not any(has_names_in_a_row(word, following, source) for source in self.sources):
                return False
        return True

    def _has_words(self) -> bool:
        stems = self.stems | self.byline_stems
        missing = [word for word in self.content_words if not is_supported(word, stems)]
        if is_unspaced(self.sentence):
            # Leaving out a word makes a pair of characters that is not in the source.
            characters = {char for source in self.sources for char in source.source.full_text}
            is_few = len(missing) <= MAX_NEW_PAIRS * len(self.words)
            return is_few and all(set(word.text) <= characters for word in missing)
        if missing or not self.is_english:
            return not missing
        must_stand = WORDS["binding"]
        if not self.folded & WORDS["first person"] or len(self.comments) < len(self.sources):
            must_stand |= WORDS["pronouns"]
        new = {word.folded for word in self.words} - self.folded
        return not new & must_stand and all(opposites().get(w, set()).isdisjoint(self.folded) for w in new)

    # How it changes their meaning.

    def _negates_alike(self) -> bool:
        if is_unspaced(self.sentence):
            texts = [source.source.full_text for source in self.sources]
            return negates_unspaced(self.sentence) == any(map(negates_unspaced, texts))
        similar = similar_sentences(self.content_stems, self.sources)
        theirs = sum(self.tokenizer.count_negations(words) for words, _ in similar)
        return self.tokenizer.count_negations(self.words) <= theirs and self._agrees("negated", both=True)

    def _is_as_certain(self) -> bool:
        return self._agrees("hedged", both=False) and self._has_happened()

    def _has_happened(self) -> bool:
        """Whether nothing is stated as done that the sources only plan."""
        for index, word in enumerate(self.words):
            is_planned = ("planned", False) in self.modalities.get(index, set())
            if self.is_english and word.stem is not None and word.is_past and not is_planned:
                theirs = modalities_of(word.stem, self.content_stems, self.sources)
                if theirs and all(("planned", True) in marks for marks in theirs):
                    return False
        return True

    def _agrees(self, modality: Modality, *, both: bool) -> bool:
        """Whether each word with such a modality in the sources has it in the sentence, and, for `both`, the
        reverse."""
        for index, word in enumerate(self.words):
            if word.stem is None:
                continue
            mine = self.modalities.get(index, set())
            theirs = modalities_of(word.stem, self.content_stems, self.sources)
            if not theirs:
                continue
            surely = any((modality, True) in marks for marks in theirs)
            perhaps = [(modality, False) in marks for marks in theirs]
            if (modality, False) not in mine and surely and all(perhaps):
                return False
            if both and (modality, True) in mine and not any(perhaps):
                return False
        return True

    def _keeps_together(self) -> bool:
        """Whether most adjacent words occur together in one sentence of a source, and all names and numbers
        of each clause in one source."""
        for clause in {word.clause for word in self.words}:
            inside = [word for word in self.words if word.clause == clause]
            names = {word.folded for word in inside if word.is_name and not word.is_number}
            start, end = inside[0].start, inside[-1].end
            quantities = {amount.quantity for amount in self.amounts if start <= amount.start < end}
            if len(names) + len(quantities) > 1 and not any(
                names <= source.names | WORDS["reporting"] and quantities <= source.quantities
                for source in self.sources
            ):
                return False
        pairs = list(pairwise(self.content_words))
        sentences = [
            {word.stem for word in words if word.stem} | self.byline_stems
            for source in self.sources
            for words in source.sentences
        ]
        together = sum(
            any(is_supported(word, stems) and is_supported(following, stems) for stems in sentences)
            for word, following in pairs
        )
        return together >= MIN_PAIRS_TOGETHER * len(pairs)

    def _keeps_names_in_context(self) -> bool:
        """Whether each name occurs in a sentence of a source with one of the words beside it here."""
        sentences = [
            {word.folded: word.stem for word in words}
            for source in self.sources
            for words in source.sentences
        ]
        for index, name in enumerate(self.content_words):
            if not name.is_name or name.folded in CALENDAR or name.stem in self.byline_stems:
                continue
            before = [word for word in self.content_words[:index] if not word.is_name][-1:]
            after = [word for word in self.content_words[index + 1 :] if not word.is_name][:1]
            beside = before + after
            having = [sentence.values() for sentence in sentences if name.folded in sentence]
            if beside and having and not any(is_supported(w, stems) for w in beside for stems in having):
                return False
        return True

    def _keeps_roles(self) -> bool:
        """Whether no two names have swapped their roles."""
        names = [
            index
            for index, word in enumerate(self.words)
            if word.stem is not None and word.folded not in CALENDAR and is_proper_name(word, self.sources)
        ]
        return all(
            is_speaker(self.words, first, second)
            or not are_roles_reversed(self.words, first, second, self.sources)
            for first, second in pairwise(names)
        )


def _normalized(text: str) -> str:
    """Returns the text in lower case with one kind of quotation marks and single spaces."""
    return " ".join(text.casefold().translate(_QUOTATION_MARKS).split())
