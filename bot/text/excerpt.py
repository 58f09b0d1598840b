"""The piece of a text that shows best why it matches, and where in it the matches are."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.models import Term
from bot.text.terms import fold, is_unspaced, pieces

WIDTH = 240
"""An excerpt has at most so many characters."""
MOST_KNOWN = 20_000
"""Words that a matcher remembers."""

_SENTENCE = re.compile(r"[.!?…。！？][\"'”’)\]]*\s+")


@dataclass(frozen=True, slots=True)
class Match:
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


class Matcher:
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
        for number, term in enumerate(terms):
            same = [frozenset((word, *(() if term.exact else forms(word)))) for word in term.words]
            self._same.append(same)
            if term.prefix and len(term.words) == 1:
                self._prefixes.append(number)
            else:
                for word in same[0]:
                    self._first.setdefault(word, []).append(number)

    def find(self, text: str) -> list[Match]:
        """Every match in the order of the text; matches of two terms may overlap."""
        found = []
        run = list(pieces(text))
        for at, (raw, start, _) in enumerate(run):
            for number in self._candidates(raw):
                length = self._holds(number, run, at)
                if length:
                    found.append(Match(start, run[at + length - 1][2], number))
        return found

    def _candidates(self, raw: str) -> Sequence[int]:
        """The terms whose first word this may be."""
        known = self._known.get(raw)
        if known is None:
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
            word = fold(raw)
            numbers = list(self._first.get(word, ()))
            numbers += [n for n in self._prefixes if word.startswith(self._terms[n].words[0])]
            known = self._known[raw] = tuple(dict.fromkeys(numbers))
        return known

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


def excerpt(text: str, matcher: Matcher) -> Excerpt:
    """The piece of at most WIDTH characters, within one paragraph, with most different terms and then most
    matches; without any match, the beginning."""
    found = [match for match in matcher.find(text) if match.end - match.start <= WIDTH]
    best = _densest(text, found)
    if not best:
        start, end = _cut(text, len(text) - len(text.lstrip()), 0)
        return Excerpt(start, end, (), 0)
    start, end = _cut(text, best[0].start, max(match.end for match in best))
    inside = [match for match in found if start <= match.start and match.end <= end]
    return Excerpt(start, end, _merge(inside, start), len({match.term for match in inside}))


def _densest(text: str, found: Sequence[Match]) -> Sequence[Match]:
    best: Sequence[Match] = ()
    best_worth = (0, 0)
    breaks = [gap.start() for gap in re.finditer(r"\n\s*\n", text)] if len(text) > WIDTH else []
    for first in range(len(found)):
        limit = found[first].start + WIDTH
        nearest = bisect_left(breaks, found[first].start)
        if nearest < len(breaks):
            limit = min(limit, breaks[nearest])
        last = first
        while last < len(found) and found[last].end <= limit:
            last += 1
        inside = found[first:last]
        worth = (len({match.term for match in inside}), len(inside))
        if worth > best_worth:
            best, best_worth = inside, worth
    return best


def _cut(text: str, first: int, last: int) -> tuple[int, int]:
    """Where to begin and end around what must be in: at a sentence if one begins near, else at a word."""
    last = max(first, last)
    spare = WIDTH - (last - first)
    floor = max(0, first - spare)
    gap = text.rfind("\n\n", floor, first)
    if gap >= 0:
        floor = gap + 2
    begins = [match.end() for match in _SENTENCE.finditer(text, floor, first) if match.end() <= first]
    if floor == 0 or text[floor - 1] == "\n":
        begins.append(floor)
    start = begins[0] if begins and spare else _word_start(text, max(floor, first - spare // 3), first)
    while start < first and text[start].isspace():
        start += 1
    gap = text.find("\n\n", last)
    stop = min(len(text) if gap < 0 else gap, start + WIDTH)
    end = stop
    if stop < len(text) and not text[stop].isspace():
        while end > last and not text[end - 1].isspace():
            end -= 1
        if end <= last:
            end = max(last, stop) if is_unspaced(text[last:stop]) else last
    while end > max(last, start) and text[end - 1].isspace():
        end -= 1
    return start, end


def _word_start(text: str, start: int, first: int) -> int:
    if start == 0:
        return 0
    for at in range(start, first):
        if text[at - 1].isspace():
            return at
    return start if is_unspaced(text[start:first]) else first


def _merge(found: Sequence[Match], start: int) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for match in sorted(found, key=lambda m: (m.start, -m.end)):
        if spans and match.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], match.end))
        else:
            spans.append((match.start, match.end))
    return tuple((a - start, b - start) for a, b in spans)
