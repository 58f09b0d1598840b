"""The piece of a text that shows best why it matches, and where in it the matches are."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from bot.domain.search import Term
from bot.text.language.index_tokens import fold, is_unspaced, raw_tokens

MAX_CHARACTERS = 240
"""An excerpt has at most so many characters."""
MAX_CACHED_WORDS = 20_000
"""Words that a matcher remembers."""

_ASCII = re.compile("[A-Za-z0-9]+")
_GAP = re.compile(r"\n\s*\n")
_SENTENCE = re.compile(r"[.!?…。！？][\"'”’)\]]*\s+")


@dataclass(frozen=True, slots=True)
class TermMatch:
    """`text[start:end]` is what term number `term` looks for."""

    start: int
    end: int
    term: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """`text[start:end]`, with [start, end) spans of matches counted from `start`, and how many of the terms
    they are of."""

    start: int
    end: int
    matches: tuple[tuple[int, int], ...]
    covered: int


class TermMatcher:
    """Finds terms in texts. A word of a term stands where any of its `forms` does, one of an exact term only
    as it is."""

    def __init__(
        self, terms: Sequence[Term], forms: Callable[[str], Sequence[str]] = lambda word: ()
    ) -> None:
        self._terms = terms
        self._first: dict[str, list[int]] = {}
        self._same: list[list[frozenset[str]]] = []
        self._prefixes: list[int] = []
        self._known: dict[str, tuple[int, ...]] = {}
        self._longest = max((len(term.words) for term in terms), default=1)
        for number, term in enumerate(terms):
            same = [frozenset((word, *(() if term.exact else forms(word)))) for word in term.words]
            self._same.append(same)
            if term.prefix and len(term.words) == 1:
                self._prefixes.append(number)
            else:
                for word in same[0]:
                    self._first.setdefault(word, []).append(number)

    def find(self, text: str) -> list[TermMatch]:
        """Every match in the order of the text; matches of two terms may overlap."""
        found: list[TermMatch] = []
        if text.isascii():  # which a regular expression reads ten times as fast as words can be cut
            for first in self._beginnings.finditer(text.lower()):
                run = self._run(text, first.start())
                held = [(self._holds(number, run, 0), number) for number in self._candidates(first[0])]
                found += [TermMatch(first.start(), run[size - 1][2], number) for size, number in held if size]
            return found
        run = raw_tokens(text)
        known = self._known.get
        for at, (raw, start, _) in enumerate(run):
            numbers = known(raw)
            for number in self._candidates(raw) if numbers is None else numbers:
                length = self._holds(number, run, at)
                if length:
                    found.append(TermMatch(start, run[at + length - 1][2], number))
        return found

    @cached_property
    def _beginnings(self) -> re.Pattern[str]:
        """The first words of terms, in plain small letters."""
        first = [word for word in self._first if word.isascii()]
        first += [f"{word}[a-z0-9]*" for n in self._prefixes if (word := self._terms[n].words[0]).isascii()]
        return re.compile(f"(?<![a-z0-9])(?:{'|'.join(first) or '(?!)'})(?![a-z0-9])")

    def _run(self, text: str, start: int) -> list[tuple[str, int, int]]:
        """As many words from there on as the longest term has."""
        run = islice(_ASCII.finditer(text, start), self._longest)
        return [(word[0], word.start(), word.end()) for word in run]

    def _candidates(self, raw: str) -> Sequence[int]:
        """The terms whose first word this may be."""
        if len(self._known) > MAX_CACHED_WORDS:
            self._known.clear()
        word = fold(raw)
        numbers = list(self._first.get(word, ()))
        numbers += [n for n in self._prefixes if word.startswith(self._terms[n].words[0])]
        self._known[raw] = found = tuple(dict.fromkeys(numbers))
        return found

    def _holds(self, number: int, run: Sequence[tuple[str, int, int]], at: int) -> int:
        term, same = self._terms[number], self._same[number]
        if at + len(same) > len(run):
            return 0
        for offset, words in enumerate(same):
            said = fold(run[at + offset][0])
            begins = term.prefix and offset == len(same) - 1
            if said not in words and not (begins and said.startswith(term.words[-1])):
                return 0
        return len(same)


def excerpt(text: str, matcher: TermMatcher) -> Excerpt:
    """The piece of at most WIDTH characters, within one paragraph, with most different terms and then most
    matches; without any match, the beginning."""
    found = [match for match in matcher.find(text) if match.end - match.start <= MAX_CHARACTERS]
    gaps = [(gap.start(), gap.end()) for gap in _GAP.finditer(text)]
    starts = [0, *(end for _, end in gaps)]
    ends = [*(start for start, _ in gaps), len(text)]
    best: Sequence[TermMatch] = ()
    place = next((n for n in range(len(starts)) if text[starts[n] : ends[n]].strip()), 0)
    worth = (0, 0)
    paragraphs: dict[int, list[TermMatch]] = {}
    for match in found:
        number = bisect_right(starts, match.start) - 1
        if match.end <= ends[number]:
            paragraphs.setdefault(number, []).append(match)
    for number, inside in paragraphs.items():
        some, much = _densest(inside)
        if much > worth:
            best, place, worth = some, number, much
    floor, limit = starts[place], ends[place]
    first = best[0].start if best else floor + len(text[floor:limit]) - len(text[floor:limit].lstrip())
    start, end = _cut(text, first, max((match.end for match in best), default=first), floor, limit)
    shown = [match for match in found if start <= match.start and match.end <= end]
    return Excerpt(start, end, _merge(shown, start), len({match.term for match in shown}))


def _densest(found: Sequence[TermMatch]) -> tuple[Sequence[TermMatch], tuple[int, int]]:
    """The neighbours within WIDTH that are of most terms, then the most; and how many that is."""
    best: Sequence[TermMatch] = ()
    most = (0, 0)
    for first, match in enumerate(found):
        last = first
        while last < len(found) and found[last].end <= match.start + MAX_CHARACTERS:
            last += 1
        inside = found[first:last]
        much = (len({one.term for one in inside}), len(inside))
        if much > most:
            best, most = inside, much
    return best, most


def _cut(text: str, first: int, last: int, floor: int, limit: int) -> tuple[int, int]:
    """Where to begin and end around what must be in, between `floor` and `limit`: at the nearest sentence, or
    at words."""
    earliest = max(floor, first - (MAX_CHARACTERS - (last - first)))
    begins = [match.end() for match in _SENTENCE.finditer(text, earliest, first) if match.end() <= first]
    if earliest == floor:
        begins.insert(0, floor)
    start = begins[-1] if begins else _word_start(text, max(floor, first - (first - earliest) // 3), first)
    while start < first and text[start].isspace():
        start += 1
    end = min(limit, start + MAX_CHARACTERS)
    if end < limit and not text[end].isspace():
        cut = end
        while cut > last and not text[cut - 1].isspace():
            cut -= 1
        if cut > last or not is_unspaced(text[last:end]):
            end = max(cut, last)
    while end > max(last, start) and text[end - 1].isspace():
        end -= 1
    if end == start:  # a run of more than WIDTH characters without a blank
        end = min(limit, start + MAX_CHARACTERS)
    return start, end


def _word_start(text: str, start: int, first: int) -> int:
    if start == 0:
        return 0
    for at in range(start, first):
        if text[at - 1].isspace():
            return at
    return start if is_unspaced(text[start:first]) else first


def _merge(found: Sequence[TermMatch], start: int) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for match in sorted(found, key=lambda m: (m.start, -m.end)):
        if spans and match.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], match.end))
        else:
            spans.append((match.start, match.end))
    return tuple((a - start, b - start) for a, b in spans)
