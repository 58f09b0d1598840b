"""Themes of a thread: what several comments say, each with a name, its comments and quotes that show it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.domain.answers import Theme
from bot.text.discussion.clusters import Clustering, cluster
from bot.text.discussion.labels import Label, label_theme, name_subject, widen_label
from bot.text.discussion.polarity import find_polar_words
from bot.text.discussion.quotes import (
    CommentSentence,
    CommentText,
    has_quotable_length,
    pick_distinct,
    quality,
)
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.word_vectors import Rows, Vectors, normalize_rows

MAX_THEMES = 6
MIN_CERTAIN_FIT = 0.35
"""A comment this near to its theme belongs to it even without the theme's own words."""
MIN_NAMED_SHARE = 0.5
"""So much of a theme must have a word of its name, or the name would promise something else."""
MIN_THEME_SHARE = 0.03
SMALL_THREAD_COMMENTS = 12
"""Among fewer comments two make a theme."""
MIN_NAMED_QUALITY = -1.2
"""The quality of a sentence that is not quoted only because it has a word of the theme's name."""
MAX_OTHER_SIDE_RANK = 12
"""Among so many of the best sentences of a theme one is looked for that says the opposite of the first."""
MAX_READ_FOR_QUOTES = 40
"""Of each theme so many comments, the nearest to its middle, are read for quotes."""


@dataclass(frozen=True, slots=True)
class ThemeCluster:
    """A theme before its quotes are chosen."""

    label: Label
    comments: tuple[CommentText, ...]
    centre: Rows
    nearest: tuple[CommentText, ...]
    """Those nearest to the middle, to be read for quotes."""


def find_themes(
    voices: Sequence[CommentText], usage: WordUsage, vectors: Vectors | None
) -> tuple[list[ThemeCluster], Clustering]:
    """The themes of a thread, largest first, at most MOST, each comment in one at most."""
    grouping = cluster([voice.words for voice in voices], usage.stems, vectors)
    finder = _ThemeBuilder(voices, usage, grouping)
    finder.from_groups()
    finder.from_nouns()
    return finder.gathered(), grouping


class _ThemeBuilder:
    """The themes found so far in one thread; a comment is given by its place in `voices`."""

    def __init__(self, voices: Sequence[CommentText], usage: WordUsage, grouping: Clustering) -> None:
        self._voices = voices
        self._usage = usage
        self._grouping = grouping
        self._counts = Counter(stem for voice in voices for stem in voice.stems)
        self._least = max(2 if len(voices) < SMALL_THREAD_COMMENTS else 3, MIN_THEME_SHARE * len(voices))
        self._found: list[tuple[Label, list[int]]] = []
        self._taken: frozenset[str] = frozenset()

    def from_groups(self) -> None:
        """Themes that are groups of comments that say the same."""
        order = np.argsort(-np.bincount(self._grouping.labels), kind="stable")
        for number in order:
            places = np.flatnonzero(self._grouping.labels == number).tolist()
            members = [self._voices[at] for at in places]
            label = label_theme(members, self._counts, len(self._voices), self._usage, self._taken)
            if label is None:
                continue
            kept = [at for at in places if self._belongs(at, label)]
            named = sum(1 for at in kept if label.stems & self._voices[at].stems)
            if named >= MIN_NAMED_SHARE * len(kept):
                self._add(label, kept)
        self._found.sort(key=lambda theme: -len(theme[1]))
        del self._found[MAX_THEMES:]

    def from_nouns(self) -> None:
        """Themes that are one noun which several of the comments left over have: long comments that say
        many things are alike in no more than that."""
        total = len(self._voices)
        while len(self._found) < MAX_THEMES:
            left = self._left()
            counts = Counter(stem for at in left for stem in self._voices[at].stems)
            worth = {
                stem: count
                * math.log(1 + total / self._counts[stem])
                * self._usage.distinctiveness(stem, self._counts[stem] / total)
                for stem, count in counts.items()
                if count >= self._least and stem not in self._taken and self._usage.is_noun(stem)
            }
            ranked = sorted(worth, key=lambda stem: (-worth[stem], stem))
            if not any(self._add_noun(stem, left) for stem in ranked):
                return

    def _add_noun(self, stem: str, left: Sequence[int]) -> bool:
        places = [at for at in left if stem in self._voices[at].stems]
        label = Label(
            name_subject(stem, [self._voices[at] for at in places], self._usage), frozenset({stem}), (stem,)
        )
        return self._add(label, places)

    def _add(self, label: Label, places: list[int]) -> bool:
        """Add a theme if enough people say it."""
        authors = len({self._voices[at].comment.author for at in places})
        if min(len(places), authors + 1) < self._least:
            return False
        self._found.append((label, places))
        self._taken |= label.stems
        return True

    def _belongs(self, at: int, label: Label) -> bool:
        stems = self._voices[at].stems
        return bool(
            self._grouping.fit[at] >= MIN_CERTAIN_FIT
            or label.stems & stems
            or len(stems.intersection(label.key_stems)) >= 2
        )

    def _left(self) -> list[int]:
        themed = {at for _label, places in self._found for at in places}
        return [at for at in range(len(self._voices)) if at not in themed]

    def gathered(self) -> list[ThemeCluster]:
        """The themes, with the comments added that are in none and have a word of a theme's name."""
        rows = self._grouping.rows
        middles = [
            normalize_rows(rows[places].mean(axis=0, keepdims=True))[0] for _label, places in self._found
        ]
        for at in self._left():
            near = [
                (float(rows[at] @ middle), -n)
                for n, (middle, (label, _places)) in enumerate(zip(middles, self._found, strict=True))
                if label.stems & self._voices[at].stems
            ]
            if near and max(near)[0] > 0:
                self._found[-max(near)[1]][1].append(at)
        themes = []
        for (short, places), middle in zip(self._found, middles, strict=True):
            label = widen_label(short, [self._voices[at] for at in places], self._usage, self._taken)
            self._taken |= label.stems
            label = replace(label, text=self._usage.as_spoken(label.text))
            nearness = rows[places] @ middle
            nearest = tuple(self._voices[places[n]] for n in np.argsort(-nearness, kind="stable").tolist())
            themes.append(
                ThemeCluster(
                    label,
                    tuple(self._voices[at] for at in sorted(places)),
                    middle,
                    nearest[:MAX_READ_FOR_QUOTES],
                )
            )
        return sorted(themes, key=lambda theme: -len(theme.comments))


def quote_themes(
    found: Sequence[ThemeCluster], grouping: Clustering, stems: CommentStemmer, *, scored: bool
) -> list[Theme]:
    """The themes with the quotes that show them best: near the middle, clear alone, by different people."""
    themes = []
    for theme in found:
        said = [s for voice in theme.nearest for s in voice.sentences(stems) if has_quotable_length(s)]
        ranked = _rank(said, theme, grouping, scored=scored)
        named = [s for s in ranked if s.stems & theme.label.stems and quality(s) > MIN_NAMED_QUALITY]
        quotes = pick_distinct(_both_sides(named, stems), 3 if len(theme.comments) >= 10 else 2)
        quotes += pick_distinct(named, 2 - len(quotes), quotes, anybody=True)
        quotes += pick_distinct(ranked, 2 - len(quotes), quotes)
        total = sum(voice.comment.score or 0 for voice in theme.comments) if scored else None
        numbers = tuple(voice.comment.id for voice in theme.comments)
        themes.append(Theme(theme.label.text, numbers, tuple(s.quote() for s in quotes), total))
    return themes


def _both_sides(ranked: list[CommentSentence], stems: CommentStemmer) -> list[CommentSentence]:
    """The ranking with the best sentence of the other opinion, if one is near the top, in second place."""
    signs = [
        sum(mark.sign for mark in find_polar_words(said.words, stems))
        for said in ranked[:MAX_OTHER_SIDE_RANK]
    ]
    other = next((at for at, sign in enumerate(signs) if sign * signs[0] < 0), None)
    if other is None:
        return ranked
    return [ranked[0], ranked[other], *ranked[1:other], *ranked[other + 1 :]]


def _rank(
    said: Sequence[CommentSentence], theme: ThemeCluster, grouping: Clustering, *, scored: bool
) -> list[CommentSentence]:
    if not said:
        return []
    near = grouping.space.rows([s.words for s in said]) @ theme.centre
    best = max((s.comment.score or 0 for s in said), default=0) if scored else 0
    worth = []
    for s, nearness in zip(said, near, strict=True):
        liked = 0.2 * max(s.comment.score or 0, 0) / best if best > 0 else 0.0
        worth.append(1.5 * float(nearness) + quality(s) + liked)
    order = sorted(range(len(said)), key=lambda at: (-worth[at], said[at].comment.id, said[at].start))
    return [said[at] for at in order]
