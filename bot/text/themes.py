"""Themes of a thread: what several comments say, each with a name, its comments and quotes that show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.models import Theme
from bot.text.clusters import Grouping, group
from bot.text.labels import Label, Usage, name
from bot.text.quotes import Said, Voice, fits, pick, quality
from bot.text.vectors import Rows, Vectors, unit
from bot.text.wording import Stems

MOST = 6
SURE = 0.35
"""A comment this near to its theme belongs to it even without the theme's own words."""
NAMED = 0.5
"""So much of a theme must have a word of its name, or the name would promise something else."""
LEAST_SHARE = 0.03
READ_FOR_QUOTES = 40
"""Of each theme so many comments, the nearest to its middle, are read for quotes."""


@dataclass(frozen=True, slots=True)
class Found:
    """A theme before its quotes are chosen."""

    label: Label
    voices: tuple[Voice, ...]
    middle: Rows
    nearest: tuple[Voice, ...]
    """Those nearest to the middle, to be read for quotes."""


def find(voices: Sequence[Voice], usage: Usage, vectors: Vectors | None) -> tuple[list[Found], Grouping]:
    """The themes of a thread, largest first, at most MOST, each comment in one at most."""
    grouping = group([voice.words for voice in voices], usage.stems, vectors)
    counts = Counter(stem for voice in voices for stem in voice.stems)
    least = max(2 if len(voices) < 20 else 3, LEAST_SHARE * len(voices))
    order = np.argsort(-np.bincount(grouping.labels), kind="stable")
    found: list[Found] = []
    taken: frozenset[str] = frozenset()
    for number in order:
        places = np.flatnonzero(grouping.labels == number).tolist()
        label = name([voices[at] for at in places], counts, len(voices), usage, taken)
        if label is None:
            continue
        kept = [at for at in places if grouping.fit[at] >= SURE or _says(voices[at], label)]
        named = sum(1 for at in kept if label.stems & voices[at].stems)
        authors = len({voices[at].comment.author for at in kept})
        if min(len(kept), authors + 1) < least or named < NAMED * len(kept):
            continue
        taken |= label.stems
        nearest = sorted(kept, key=lambda at: -grouping.fit[at])[:READ_FOR_QUOTES]
        middle = unit(grouping.rows[kept].mean(axis=0, keepdims=True))[0]
        found.append(
            Found(label, tuple(voices[at] for at in kept), middle, tuple(voices[at] for at in nearest))
        )
    found.sort(key=lambda theme: -len(theme.voices))
    return found[:MOST], grouping


def _says(voice: Voice, label: Label) -> bool:
    return bool(label.stems & voice.stems) or len(voice.stems.intersection(label.marks)) >= 2


def show(found: Sequence[Found], grouping: Grouping, stems: Stems, *, scored: bool) -> list[Theme]:
    """The themes with the quotes that show them best: near the middle, clear alone, by different people."""
    themes = []
    for theme in found:
        said = [s for voice in theme.nearest for s in voice.sentences(stems) if fits(s)]
        ranked = _rank(said, theme, grouping, scored=scored)
        quotes = pick(ranked, 3 if len(theme.voices) >= 10 else 2)
        total = sum(voice.comment.score or 0 for voice in theme.voices) if scored else None
        numbers = tuple(voice.comment.id for voice in theme.voices)
        themes.append(Theme(theme.label.text, numbers, tuple(s.quote() for s in quotes), total))
    return themes


def _rank(said: Sequence[Said], theme: Found, grouping: Grouping, *, scored: bool) -> list[Said]:
    if not said:
        return []
    near = grouping.space.rows([s.words for s in said]) @ theme.middle
    best = max((s.comment.score or 0 for s in said), default=0) if scored else 0
    worth = []
    for s, nearness in zip(said, near, strict=True):
        liked = 0.2 * max(s.comment.score or 0, 0) / best if best > 0 else 0.0
        named = 0.5 * bool(s.stems & theme.label.stems)
        worth.append(1.5 * float(nearness) + quality(s) + named + liked)
    order = sorted(range(len(said)), key=lambda at: (-worth[at], said[at].comment.id, said[at].start))
    return [said[at] for at in order]
