"""Finds the themes of a thread: what several comments say, each with a name, its comments, and quotes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.domain.answers import Theme
from bot.text.discussion.clusters import Clustering, cluster
from bot.text.discussion.labels import Label, label_theme, name_subject, widen_label
from bot.text.discussion.polarity import find_polar_words
from bot.text.discussion.quotes import (
    CommentSentence,
    CommentText,
    count_stems,
    has_quotable_length,
    pick_distinct,
    quality,
)
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.word_vectors import Rows, Vectors, normalize_rows

MAX_THEMES = 6
MIN_CERTAIN_FIT = 0.35
"""A comment with at least this cosine to its theme belongs to it even without the theme's own words."""
MIN_NAMED_SHARE = 0.5
"""At least this share of a theme's comments must have a word of its name; otherwise the name would
mislead."""
MIN_THEME_SHARE = 0.03
SMALL_THREAD_COMMENTS = 12
"""Below this many comments, two are enough for a theme."""
MIN_NAMED_QUALITY = -1.2
"""The minimum quality of a sentence that is preferred for having a word of the theme's name."""
MAX_OTHER_SIDE_RANK = 12
"""The lowest rank of a sentence that may be quoted for saying the opposite of the first."""
MAX_READ_FOR_QUOTES = 40
"""At most this many comments of each theme, the nearest to its centre, are read for quotes."""


@dataclass(frozen=True, slots=True)
class ThemeCluster:
    """A theme before its quotes are chosen."""

    label: Label
    texts: tuple[CommentText, ...]
    centre: Rows
    nearest: tuple[CommentText, ...]
    """The comments nearest to the centre, to be read for quotes."""


def find_themes(
    texts: Sequence[CommentText], usage: WordUsage, vectors: Vectors | None
) -> tuple[list[ThemeCluster], Clustering]:
    """Returns the themes of a thread, largest first, at most MAX_THEMES. Each comment is in at most one."""
    clustering = cluster([text.words for text in texts], usage.stemmer, vectors)
    builder = _ThemeBuilder(texts, usage, clustering)
    builder.add_clusters()
    builder.add_nouns()
    return builder.build(), clustering


class _ThemeBuilder:
    """Collects the themes of one thread. A comment is given by its index in `texts`."""

    def __init__(self, texts: Sequence[CommentText], usage: WordUsage, clustering: Clustering) -> None:
        self._texts = texts
        self._usage = usage
        self._clustering = clustering
        self._counts = count_stems(texts)
        self._least = max(2 if len(texts) < SMALL_THREAD_COMMENTS else 3, MIN_THEME_SHARE * len(texts))
        self._themes: list[tuple[Label, list[int]]] = []
        self._taken: frozenset[str] = frozenset()

    def add_clusters(self) -> None:
        """Adds the clusters of comments that say the same."""
        labels = self._clustering.labels
        for number in np.argsort(-np.bincount(labels), kind="stable"):
            indexes = np.flatnonzero(labels == number).tolist()
            label = label_theme(
                self._select(indexes), self._counts, len(self._texts), self._usage, self._taken
            )
            if label is None:
                continue
            indexes = [index for index in indexes if self._belongs(index, label)]
            named = sum(1 for text in self._select(indexes) if label.stems & text.stems)
            if named >= MIN_NAMED_SHARE * len(indexes):
                self._add(label, indexes)
        self._themes.sort(key=lambda theme: -len(theme[1]))
        del self._themes[MAX_THEMES:]

    def add_nouns(self) -> None:
        """Adds themes of one noun that several of the remaining comments share: long comments on many
        subjects have nothing else in common."""
        total = len(self._texts)
        while len(self._themes) < MAX_THEMES:
            unthemed = self._unthemed()
            scores = {
                stem: count
                * math.log(1 + total / self._counts[stem])
                * self._usage.distinctiveness(stem, self._counts[stem] / total)
                for stem, count in count_stems(self._select(unthemed)).items()
                if count >= self._least and stem not in self._taken and self._usage.is_noun(stem)
            }
            ranked = sorted(scores, key=lambda stem: (-scores[stem], stem))
            if not any(self._add_noun(stem, unthemed) for stem in ranked):
                return

    def _add_noun(self, stem: str, unthemed: Sequence[int]) -> bool:
        indexes = [index for index in unthemed if stem in self._texts[index].stems]
        name = name_subject(stem, self._select(indexes), self._usage)
        return self._add(Label(name, frozenset({stem}), (stem,)), indexes)

    def _add(self, label: Label, indexes: list[int]) -> bool:
        """Adds a theme if enough people are in it. Returns whether it was added."""
        authors = len({text.comment.author for text in self._select(indexes)})
        if min(len(indexes), authors + 1) < self._least:
            return False
        self._themes.append((label, indexes))
        self._taken |= label.stems
        return True

    def _belongs(self, index: int, label: Label) -> bool:
        stems = self._texts[index].stems
        is_near = self._clustering.fit[index] >= MIN_CERTAIN_FIT
        return bool(is_near or label.stems & stems or len(stems.intersection(label.key_stems)) >= 2)

    def _select(self, indexes: Iterable[int]) -> list[CommentText]:
        return [self._texts[index] for index in indexes]

    def _unthemed(self) -> list[int]:
        themed = {index for _, indexes in self._themes for index in indexes}
        return [index for index in range(len(self._texts)) if index not in themed]

    def build(self) -> list[ThemeCluster]:
        """Returns the themes, after adding the comments in no theme that have a word of a theme's name."""
        rows = self._clustering.rows
        centres = [
            normalize_rows(rows[indexes].mean(axis=0, keepdims=True))[0] for _, indexes in self._themes
        ]
        for index in self._unthemed():
            near = [
                (float(rows[index] @ centre), -n)
                for n, (centre, (label, _)) in enumerate(zip(centres, self._themes, strict=True))
                if label.stems & self._texts[index].stems
            ]
            if near and max(near)[0] > 0:
                self._themes[-max(near)[1]][1].append(index)
        clusters = []
        for (short, indexes), centre in zip(self._themes, centres, strict=True):
            label = widen_label(short, self._select(indexes), self._usage, self._taken)
            self._taken |= label.stems
            label = replace(label, text=self._usage.as_spoken(label.text))
            order = np.argsort(-(rows[indexes] @ centre), kind="stable")[:MAX_READ_FOR_QUOTES]
            nearest = self._select(indexes[n] for n in order.tolist())
            texts = self._select(sorted(indexes))
            clusters.append(ThemeCluster(label, tuple(texts), centre, tuple(nearest)))
        return sorted(clusters, key=lambda theme: -len(theme.texts))


def quote_themes(
    clusters: Sequence[ThemeCluster], clustering: Clustering, stemmer: CommentStemmer, *, scored: bool
) -> list[Theme]:
    """Returns the themes with the quotes that represent them best: near the centre, clear alone, by different
    authors."""
    themes = []
    for theme in clusters:
        sentences = [s for text in theme.nearest for s in text.sentences(stemmer) if has_quotable_length(s)]
        ranked = _rank(sentences, theme, clustering, scored=scored)
        named = [s for s in ranked if s.stems & theme.label.stems and quality(s) > MIN_NAMED_QUALITY]
        quotes = pick_distinct(_with_other_side(named, stemmer), 3 if len(theme.texts) >= 10 else 2)
        quotes += pick_distinct(named, 2 - len(quotes), quotes, any_author=True)
        quotes += pick_distinct(ranked, 2 - len(quotes), quotes)
        total = sum(text.comment.score or 0 for text in theme.texts) if scored else None
        comments = tuple(text.comment.id for text in theme.texts)
        themes.append(Theme(theme.label.text, comments, tuple(s.quote() for s in quotes), total))
    return themes


def _with_other_side(ranked: list[CommentSentence], stemmer: CommentStemmer) -> list[CommentSentence]:
    """Returns the ranking with the best opposing sentence in second place, if one is near the top."""
    signs = [
        sum(word.sign for word in find_polar_words(sentence.words, stemmer))
        for sentence in ranked[:MAX_OTHER_SIDE_RANK]
    ]
    other = next((n for n, sign in enumerate(signs) if sign * signs[0] < 0), None)
    if other is None:
        return ranked
    return [ranked[0], ranked[other], *ranked[1:other], *ranked[other + 1 :]]


def _rank(
    sentences: Sequence[CommentSentence], theme: ThemeCluster, clustering: Clustering, *, scored: bool
) -> list[CommentSentence]:
    if not sentences:
        return []
    near = clustering.space.rows([sentence.words for sentence in sentences]) @ theme.centre
    best = max(sentence.comment.score or 0 for sentence in sentences) if scored else 0
    scores = []
    for sentence, nearness in zip(sentences, near, strict=True):
        likes = 0.2 * max(sentence.comment.score or 0, 0) / best if best > 0 else 0.0
        scores.append(1.5 * float(nearness) + quality(sentence) + likes)
    ranked = sorted(
        zip(scores, sentences, strict=True), key=lambda pair: (-pair[0], pair[1].comment.id, pair[1].start)
    )
    return [sentence for _, sentence in ranked]
