"""Locates terms in texts, and selects the excerpt that best shows why a text matches."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from bot.domain.index_words import fold
from bot.domain.search import Term
from bot.text.language.index_tokens import is_unspaced, raw_tokens, unaccent
from bot.text.language.markup import own_text, secret_spans, whole_links

MAX_CHARACTERS = 240
"""The maximum length of an excerpt."""
MAX_CACHED_WORDS = 20_000
"""The number of words whose candidate terms a matcher caches."""

_ASCII = re.compile("[A-Za-z0-9]+")
_GAP = re.compile(r"\n\s*\n")
_SENTENCE = re.compile(r"[.!?…。！？][\"'”’)\]]*\s+")


@dataclass(frozen=True, slots=True)
class TermMatch:
    """`text[start:end]` matches the term at index `term`."""

    start: int
    end: int
    term: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """`text[start:end]`; the [start, end) spans of its matches relative to `start`; the indexes of the terms
    that match in it; and the spans to hide until the reader reveals them."""

    start: int
    end: int
    matches: tuple[tuple[int, int], ...]
    terms: frozenset[int]
    masks: tuple[tuple[int, int], ...] = ()


class TermMatcher:
    """Locates terms in texts. A word of a term matches any of its `forms`, a word of an exact term only
    itself."""

    def __init__(
        self, terms: Sequence[Term], forms: Callable[[str], Sequence[str]] = lambda word: ()
    ) -> None:
        self._terms = terms
        self._by_first_word: dict[str, list[int]] = {}
        self._forms: list[list[frozenset[str]]] = []
        self._prefixes: list[int] = []
        self._candidates_by_word: dict[str, tuple[int, ...]] = {}
        self._longest = max((len(term.words) for term in terms), default=1)
        for number, term in enumerate(terms):
            same = [frozenset((word, *(() if term.exact else forms(word)))) for word in term.words]
            self._forms.append(same)
            if term.prefix and len(term.words) == 1:
                self._prefixes.append(number)
            else:
                for word in same[0]:
                    self._by_first_word.setdefault(word, []).append(number)

    def find(self, text: str) -> list[TermMatch]:
        """Returns the matches in text order; those of different terms may overlap."""
        matches: list[TermMatch] = []
        if text.isascii():  # a regular expression is ten times as fast as splitting into words
            for first in self._first_words.finditer(text.lower()):
                run = self._run(text, first.start())
                matches += [
                    TermMatch(first.start(), run[length - 1][2], number)
                    for number in self._candidates(first[0])
                    if (length := self._match_length(number, run, 0))
                ]
            return matches
        run = raw_tokens(text)
        known = self._candidates_by_word.get
        for index, (raw, start, _) in enumerate(run):
            numbers = known(raw)
            matches += [
                TermMatch(start, run[index + length - 1][2], number)
                for number in (self._candidates(raw) if numbers is None else numbers)
                if (length := self._match_length(number, run, index))
            ]
        return matches

    @cached_property
    def _first_words(self) -> re.Pattern[str]:
        """Returns a pattern for the first words of terms, if these are ASCII."""
        first = [word for word in self._by_first_word if word.isascii()]
        begun = [unaccent(self._terms[number].words[0]) for number in self._prefixes]
        first += [f"{word}[a-z0-9]*" for word in begun if word.isascii()]
        return re.compile(f"(?<![a-z0-9])(?:{'|'.join(first) or '(?!)'})(?![a-z0-9])")

    def _run(self, text: str, start: int) -> list[tuple[str, int, int]]:
        """Returns the words from offset `start` on, as many as the longest term has."""
        run = islice(_ASCII.finditer(text, start), self._longest)
        return [(word[0], word.start(), word.end()) for word in run]

    def _candidates(self, raw: str) -> Sequence[int]:
        """Returns the terms whose first word this may be."""
        if len(self._candidates_by_word) > MAX_CACHED_WORDS:
            self._candidates_by_word.clear()
        word = fold(raw)
        numbers = list(self._by_first_word.get(word, ()))
        numbers += [n for n in self._prefixes if _begins(word, self._terms[n].words[0])]
        candidates = self._candidates_by_word[raw] = tuple(dict.fromkeys(numbers))
        return candidates

    def _match_length(self, number: int, run: Sequence[tuple[str, int, int]], index: int) -> int:
        """Returns the number of words from `run[index]` on that match the term, or 0."""
        term, forms = self._terms[number], self._forms[number]
        if index + len(forms) > len(run):
            return 0
        for offset, words in enumerate(forms):
            word = fold(run[index + offset][0])
            prefix = term.prefix and offset == len(forms) - 1
            if word not in words and not (prefix and _begins(word, term.words[-1])):
                return 0
        return len(forms)


def _begins(word: str, prefix: str) -> bool:
    """Whether the word begins so, with or without letters such as ł."""
    return unaccent(word).startswith(unaccent(prefix))


def own_excerpt(stored: str, matcher: TermMatcher) -> Excerpt:
    """Returns the `excerpt` of what the author of a stored text says, with the whole of a link that it
    cuts."""
    piece = excerpt(own_text(stored), matcher)
    [(start, end)] = whole_links(stored, [(piece.start, piece.end)])
    if piece.start == piece.end:
        start = end = piece.start
    moved = piece.start - start
    matches = tuple((first + moved, last + moved) for first, last in piece.matches)
    return Excerpt(start, end, matches, piece.terms, secret_spans(stored[start:end]))


def excerpt(text: str, matcher: TermMatcher) -> Excerpt:
    """Returns the piece of at most MAX_CHARACTERS, within one paragraph, that matches the most different
    terms, then has the most matches; without any match, the beginning."""
    matches = [match for match in matcher.find(text) if match.end - match.start <= MAX_CHARACTERS]
    gaps = [(gap.start(), gap.end()) for gap in _GAP.finditer(text)]
    starts = [0, *(end for _, end in gaps)]
    ends = [*(start for start, _ in gaps), len(text)]
    best: Sequence[TermMatch] = ()
    place = next((n for n in range(len(starts)) if text[starts[n] : ends[n]].strip()), 0)
    most = (0, 0)
    paragraphs: dict[int, list[TermMatch]] = {}
    for match in matches:
        number = bisect_right(starts, match.start) - 1
        if match.end <= ends[number]:
            paragraphs.setdefault(number, []).append(match)
    for number, inside in paragraphs.items():
        densest, counts = _densest(inside)
        if counts > most:
            best, place, most = densest, number, counts
    floor, limit = starts[place], ends[place]
    first = best[0].start if best else floor + len(text[floor:limit]) - len(text[floor:limit].lstrip())
    start, end = _cut(text, first, max((match.end for match in best), default=first), floor, limit)
    shown = [match for match in matches if start <= match.start and match.end <= end]
    return Excerpt(start, end, _merge(shown, start), frozenset(match.term for match in shown))


def _densest(matches: Sequence[TermMatch]) -> tuple[Sequence[TermMatch], tuple[int, int]]:
    """Returns the adjacent matches within MAX_CHARACTERS that cover the most terms, then are the most, and
    both counts."""
    best: Sequence[TermMatch] = ()
    most = (0, 0)
    for first, match in enumerate(matches):
        last = first
        while last < len(matches) and matches[last].end <= match.start + MAX_CHARACTERS:
            last += 1
        inside = matches[first:last]
        counts = (len({neighbour.term for neighbour in inside}), len(inside))
        if counts > most:
            best, most = inside, counts
    return best, most


def _cut(text: str, first: int, last: int, floor: int, limit: int) -> tuple[int, int]:
    """Returns the start and end of an excerpt that contains `[first:last]`, between `floor` and `limit`: at
    the nearest sentence boundaries, or at words."""
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
    if end == start:  # more than MAX_CHARACTERS without a space
        end = min(limit, start + MAX_CHARACTERS)
    return start, end


def _word_start(text: str, start: int, first: int) -> int:
    if start == 0:
        return 0
    for at in range(start, first):
        if text[at - 1].isspace():
            return at
    return start if is_unspaced(text[start:first]) else first


def _merge(matches: Sequence[TermMatch], start: int) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for match in sorted(matches, key=lambda m: (m.start, -m.end)):
        if spans and match.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], match.end))
        else:
            spans.append((match.start, match.end))
    return tuple((a - start, b - start) for a, b in spans)
