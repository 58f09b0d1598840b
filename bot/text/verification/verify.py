"""Proves one sentence by the passages it names: words, names, numbers, quotations, and what it denies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from bot.text.language.context_dependence import leans
from bot.text.language.detect import language_of
from bot.text.language.index_tokens import is_unspaced
from bot.text.language.sentences import split
from bot.text.verification.amounts import amounts
from bot.text.verification.evidence import (
    Passage,
    SourceText,
    adjacent,
    alike,
    counted,
    dated,
    in_a_row,
    is_number,
    marks,
    plain,
    proper,
    reader_of,
    says,
    supported,
    turned_round,
    unit_of,
)
from bot.text.verification.form import has_forbidden_form, quotations
from bot.text.verification.tokens import Turn, Word
from bot.text.verification.word_lists import (
    ARTICLES,
    BINDING,
    CALENDAR,
    COMMENTERS,
    FIRST_PERSON,
    OPINING,
    OPPOSITES,
    PRONOUNS,
    REPORTING,
    SAYS_COMMENT,
    SEVERAL,
    SOMEBODY,
)

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
"""Why a sentence is not proven: it holds markup, a link or several sentences; it needs the one before it to
be understood; it names no passage that speaks of it; it does not tell commenters and article apart; a
quotation, number, name or word stands in none of them; it denies what they say or says what they deny; it is
surer than they are; it joins what stands apart; it lets somebody do what another did."""

LONGEST = 500
SHARE = 1 / 3
"""What a passage must have of the sentence's words to be one that it rests on."""
EACH = 0.8
"""The same where the sentence says that several say so."""
LEAST = 2
"""Words, names or numbers that a sentence must have for a proof to mean anything."""
TOGETHER = 0.6
"""The share of neighbouring words of a sentence that must stand in one sentence of a passage."""

SEAMS = 0.2
"""The share of the pairs of characters that may be new, in scripts without spaces."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`fault` is None where the sentence is proven; then it rests on these passages, by their place."""

    failure: Failure | None
    cited: tuple[int, ...] = ()


def verify(sentence: str, evidence: Sequence[SourceText]) -> Verdict:
    """Whether the passages prove the sentence. Pure and strict: what it cannot follow is not proven."""
    if not evidence:
        return Verdict("source")
    language = language_of(" ".join(one.full_text for one in evidence)) or "en"
    if len(sentence) > LONGEST or has_forbidden_form(
        sentence, [f"{one.full_text} {one.source}" for one in evidence]
    ):
        return Verdict("form")
    if len(split(sentence, language)) != 1:
        return Verdict("form")
    if leans(sentence, language):
        return Verdict("leans")
    return _Proof(sentence, evidence, language).verdict()


class _Proof:
    """One sentence beside its passages."""

    def __init__(self, sentence: str, evidence: Sequence[SourceText], language: str) -> None:
        self.reader = reader_of(language)
        self.sentence = sentence
        self.words = self.reader.words(sentence)
        self.turns = self.reader.turns(self.words)
        self.amounts = amounts(sentence, strict=True)
        self.passages = [Passage(one, self.reader) for one in evidence]
        self.english = language == "en"
        self.reporting = REPORTING if self.english else frozenset()
        if self.english and all(one.kind == "comment" for one in evidence):
            self.reporting |= OPINING

    def verdict(self) -> Verdict:
        chosen = self._chosen()
        if not chosen:
            return Verdict("source")
        passages = [self.passages[place] for place in chosen]
        for fault, holds in (
            ("speaker", self._speaker),
            ("quote", self._quotes),
            ("number", self._numbers),
            ("name", self._names),
            ("negation", self._denials),
            ("certainty", self._doubts),
            ("word", self._words),
            ("mixed", self._together),
            ("mixed", self._named),
            ("roles", self._roles),
        ):
            if not holds(passages):
                return Verdict(fault)  # type: ignore[arg-type]  # one of the names above
        return Verdict(None, tuple(chosen))

    # What it rests on.

    def _telling(self) -> list[Word]:
        """The words that must be proven: those that say something, are no numbers and do not only report."""
        counting = {place for one in self.amounts for place in range(one.start, one.end)}
        return [
            word
            for word in self.words
            if word.stem is not None
            and word.start not in counting
            and (word.is_name or word.folded not in self.reporting)
        ]

    def _chosen(self) -> list[int]:
        telling = self._telling()
        total = len(telling) + len(self.amounts)
        if total < LEAST:
            return []
        have = [self._had(telling, passage) for passage in self.passages]
        if self.english and any(word.folded in SEVERAL for word in self.words):
            return [place for place, one in enumerate(have) if len(one) >= max(LEAST, EACH * total)]
        # Those that add something, from the one that has the most.
        chosen: list[int] = []
        proven: set[int] = set()
        for place in sorted(range(len(have)), key=lambda place: -len(have[place])):
            if len(have[place]) >= max(LEAST, SHARE * total) and have[place] - proven:
                chosen.append(place)
                proven |= have[place]
        return sorted(chosen)

    def _had(self, telling: list[Word], passage: Passage) -> set[int]:
        """Where the words and numbers begin that the passage has."""
        stems = passage.stems | passage.about
        words = {word.start for word in telling if supported(word, stems)}
        return words | {one.start for one in self.amounts if (one.key, one.kind) in passage.keys}

    def _speaker(self, passages: Sequence[Passage]) -> bool:
        """Whether it tells who speaks: an article or commenters, and not more of these than it names."""
        if not self.english:
            return True
        said = {word.folded for word in self.words}
        comments = [one.of for one in passages if one.of.kind == "comment"]
        own = {part for one in passages for part in one.folded}
        if not comments:
            return not (said & SAYS_COMMENT) - own
        if len(comments) < 2 and (said & SEVERAL) - own:
            return False
        authors = {word.folded for one in comments for word in self.reader.words(one.author)}
        if said & (COMMENTERS | authors):
            return len(comments) < len(passages) or not (said & ARTICLES) - own
        return len(comments) == len(passages) and bool((said & SOMEBODY) - own)

    # What must stand in the passages.

    def _quotes(self, passages: Sequence[Passage]) -> bool:
        quoted = quotations(self.sentence)
        if quoted is None:
            return False
        texts = [" ".join(plain(one.of.full_text).split()) for one in passages]
        return all(any(" ".join(plain(quote).split()) in text for text in texts) for quote in quoted)

    def _numbers(self, passages: Sequence[Passage]) -> bool:
        for one in self.amounts:
            unit = unit_of(one, self.words)
            if unit is not None and not any(supported(unit, passage.stems) for passage in passages):
                unit = None
            date = dated(one, self.words)
            if not any(counted(one, unit, date, passage) for passage in passages):
                return False
        for one, other in pairwise(self.amounts):
            if other.start - one.end <= 6 and not any(in_a_row(one, other, passage) for passage in passages):
                return False
        return True

    def _names(self, passages: Sequence[Passage]) -> bool:
        names = set().union(*(one.names for one in passages))
        stems = set().union(*(one.stems for one in passages))
        for word in self.words:
            if word.is_name and word.folded not in names and not is_number(word):
                plural = word.stem is not None and word.stem in stems
                if not plural and not (self.english and word.folded in REPORTING):
                    return False
        for one, other in pairwise(self.words):
            first = one.opens and one.text[:1].isupper() and one.stem is not None
            joined = (one.is_name or first) and other.is_name and one.clause == other.clause
            if joined and other.start - one.end == 1 and not any(adjacent(one, other, p) for p in passages):
                return False
        return True

    def _words(self, passages: Sequence[Passage]) -> bool:
        stems = set().union(*(one.stems | one.about for one in passages))
        folded = set().union(*(one.folded for one in passages))
        missing = [word for word in self._telling() if not supported(word, stems)]
        if is_unspaced(self.sentence):
            # Leaving out a word makes a pair of characters that was none.
            signs = {sign for one in passages for sign in one.of.full_text}
            few = len(missing) <= SEAMS * len(self.words)
            return few and all(set(word.text) <= signs for word in missing)
        if missing:
            return False
        if not self.english:
            return True
        told = folded & FIRST_PERSON and all(one.of.kind == "comment" for one in passages)
        for word in self.words:
            if word.folded in BINDING and word.folded not in folded:
                return False
            if word.folded in PRONOUNS and word.folded not in folded and not told:
                return False
            if OPPOSITES.get(word.folded, frozenset()) & folded and word.folded not in folded:
                return False
        return True

    # What it says of them.

    def _denials(self, passages: Sequence[Passage]) -> bool:
        if is_unspaced(self.sentence):
            return self.reader.denies(self.sentence) == any(
                self.reader.denies(p.of.full_text) for p in passages
            )
        telling = frozenset(word.stem for word in self._telling() if word.stem is not None)
        theirs = sum(self.reader.denials(words) for words, _ in alike(telling, passages))
        return self.reader.denials(self.words) <= theirs and self._agree("denied", passages, both=True)

    def _doubts(self, passages: Sequence[Passage]) -> bool:
        return self._agree("doubted", passages, both=False) and self._happened(passages)

    def _happened(self, passages: Sequence[Passage]) -> bool:
        """Whether nothing is told as done that the passages only have ahead."""
        telling = frozenset(word.stem for word in self._telling() if word.stem is not None)
        for place, word in enumerate(self.words):
            ahead = ("ahead", False) in self.turns.get(place, set())
            if self.english and word.stem is not None and word.is_past and not ahead:
                theirs = marks(word.stem, telling, passages)
                if theirs and all(("ahead", True) in one for one in theirs):
                    return False
        return True

    def _agree(self, turn: Turn, passages: Sequence[Passage], *, both: bool) -> bool:
        """Whether each word that stands under such a turn in the passages does so in the sentence, and, for
        `both`, the reverse."""
        telling = frozenset(word.stem for word in self._telling() if word.stem is not None)
        for place, word in enumerate(self.words):
            if word.stem is None:
                continue
            mine = self.turns.get(place, set())
            theirs = marks(word.stem, telling, passages)
            if not theirs:
                continue
            surely = any((turn, True) in one for one in theirs)
            if (turn, False) not in mine and surely and all((turn, False) in one for one in theirs):
                return False
            if both and (turn, True) in mine and not any((turn, False) in one for one in theirs):
                return False
        return True

    def _together(self, passages: Sequence[Passage]) -> bool:
        """Whether what stands side by side in it stands in one sentence of a passage, mostly; and all names
        and numbers of a clause in one passage."""
        for clause in {word.clause for word in self.words}:
            inside = [word for word in self.words if word.clause == clause]
            names = {word.folded for word in inside if word.is_name and not is_number(word)}
            start, end = inside[0].start, inside[-1].end
            keys = {(one.key, one.kind) for one in self.amounts if start <= one.start < end}
            if not any(names <= one.names | REPORTING and keys <= one.keys for one in passages) and (
                len(names) + len(keys) > 1
            ):
                return False
        telling = self._telling()
        pairs = list(pairwise(telling))
        sentences = [{w.stem for w in words if w.stem} for one in passages for words in one.words]
        about = set().union(*(one.about for one in passages))
        kept = sum(
            any(supported(one, have | about) and supported(other, have | about) for have in sentences)
            for one, other in pairs
        )
        return kept >= TOGETHER * len(pairs)

    def _named(self, passages: Sequence[Passage]) -> bool:
        """Whether each name stands in a sentence with one of the words that it stands beside here."""
        telling = self._telling()
        sentences = [{word.folded: word.stem for word in words} for one in passages for words in one.words]
        about = set().union(*(one.about for one in passages))
        for place, word in enumerate(telling):
            if not word.is_name or word.folded in CALENDAR or word.stem in about:
                continue
            before = next((one for one in reversed(telling[:place]) if not one.is_name), None)
            behind = next((one for one in telling[place + 1 :] if not one.is_name), None)
            beside = [one for one in (before, behind) if one is not None]
            having = [have for have in sentences if word.folded in have]
            if beside and having and not any(supported(o, h.values()) for o in beside for h in having):
                return False
        return True

    def _roles(self, passages: Sequence[Passage]) -> bool:
        """Whether no two names have changed places."""
        names = [
            place
            for place, word in enumerate(self.words)
            if word.stem is not None and word.folded not in CALENDAR and proper(word, passages)
        ]
        for first, second in pairwise(names):
            if says(self.words, first, second):
                continue
            if turned_round(self.words, first, second, passages):
                return False
        return True
