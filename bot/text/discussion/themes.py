"""Finds the themes of a thread: sentences that say what several comments say, and these comments."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.text.discussion.clusters import Clustering, cluster
from bot.text.discussion.headings import can_head
from bot.text.discussion.quotes import CommentSentence, CommentText, count_stems, is_repetition, quality
from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.negations import NEGATIONS, is_negation
from bot.text.language.word_vectors import Rows, Vectors

MAX_THEMES = 6
MAX_THEMES_OF_LARGE_THREAD = 10
MIN_AGREEMENT = {True: 0.70, False: 0.80}
"""From this agreement on a comment counts as saying what a sentence says, with and without word vectors: on
arguments whose key points are known, eight in ten then make the same point."""
SMALL_THREAD_AGREEMENT = 0.08
"""What is required besides in a thread of SMALL_THREAD comments, less in larger ones: with few neighbours, a
comment is moved further towards them."""
SMALL_THREAD, LARGE_THREAD = 40, 100
RELATED_MARGIN = 0.15
"""How much less a comment may agree that is only on the same subject: of 40 such comments, a reader found
33 to be."""
MAX_AGREEMENT_OF_HEADS = 0.45
MAX_SHARED_STEMS = 0.5
"""Two sentences that agree more, or share more of their telling stems, would head the same theme twice."""
MAX_TELLING_SHARE = 0.3
"""A stem in more comments of the thread tells nothing about one of them."""
SMOOTHED_SHARE = 0.7
NEGATION_PENALTY = 0.1
"""What it costs if one of two texts is negated: of the pairs left, fewer take opposite sides."""
SMALL_THREAD_COMMENTS = 12
"""Below this many comments, two are enough for a theme."""
MAX_WORDS_OF_ONE_POINT = 40
"""A longer comment makes several points: one of its sentences has to agree."""
MAX_READ = 8
"""At most this many comments of each cluster, with the most like them, are read for sentences."""


@dataclass(frozen=True, slots=True)
class FoundTheme:
    """A sentence, and the comments that say the same, its own first and then by agreement."""

    head: CommentSentence
    texts: tuple[CommentText, ...]
    second: CommentSentence | None = None
    """What another person says."""
    related: tuple[CommentText, ...] = ()
    """Further comments on the same subject, of either side."""
    replies: tuple[CommentText, ...] = ()
    subject: str = ""
    """The stem of the word that further comments mention."""
    mentions: tuple[CommentText, ...] = ()


def max_themes(comments: int) -> int:
    """The maximum number of themes in a thread of so many comments."""
    return MAX_THEMES if comments < LARGE_THREAD else MAX_THEMES_OF_LARGE_THREAD


def find_themes(
    texts: Sequence[CommentText], stemmer: CommentStemmer, vectors: Vectors | None
) -> tuple[list[FoundTheme], Clustering]:
    """Returns the themes of a thread, largest first, at most `max_themes`. Each comment is in at most one."""
    clustering = cluster([text.words for text in texts], stemmer, vectors)
    return _ThemeSearch(texts, stemmer, clustering).themes(), clustering


class _ThemeSearch:
    """Finds the themes of one thread. A comment is given by its index in `texts`."""

    def __init__(self, texts: Sequence[CommentText], stemmer: CommentStemmer, clustering: Clustering) -> None:
        self._texts = texts
        self._stemmer = stemmer
        self._clustering = clustering
        self._negations = NEGATIONS.get(stemmer.language, frozenset())
        self._negated = np.array([self._is_negated(text.words) for text in texts])
        missing = (LARGE_THREAD - len(texts)) / (LARGE_THREAD - SMALL_THREAD)
        self._least = MIN_AGREEMENT[clustering.space.has_vectors]
        self._least += SMALL_THREAD_AGREEMENT * min(max(missing, 0), 1)
        self._min_size = 2 if len(texts) < SMALL_THREAD_COMMENTS else 3

    def _is_negated(self, words: Sequence[str]) -> bool:
        return sum(is_negation(word, self._negations) for word in words) % 2 == 1

    def themes(self) -> list[FoundTheme]:
        heads = self._heads()
        if not heads:
            return []
        agreement = self._agreement_of(heads)
        between = self._likeness(heads)
        chosen: list[int] = []
        free = np.ones(len(self._texts), bool)
        says = agreement >= self._least
        form = np.array([quality(head) + 0.1 * math.log1p(max(head.comment.score or 0, 0)) for head in heads])
        for _ in range(max_themes(len(self._texts))):
            sizes = (says & free).sum(axis=1)
            allowed = (sizes >= self._min_size) & (between[:, chosen].max(axis=1, initial=-1) < 1)
            if not allowed.any():
                break
            best = int(np.argmax(np.where(allowed, np.log1p(sizes) + 0.5 * form, -np.inf)))
            chosen.append(best)
            free &= ~says[best]
        return self._assign([heads[n] for n in chosen], agreement[chosen])

    def _likeness(self, heads: Sequence[CommentSentence]) -> Rows:
        """Returns how alike the sentences are: 1 or more if they say the same."""
        rows = self._clustering.space.rows([head.words for head in heads])
        smoothed = self._clustering.smooth(rows)
        agreement: Rows = SMOOTHED_SHARE * (smoothed @ smoothed.T) + (1 - SMOOTHED_SHARE) * (rows @ rows.T)
        counts = count_stems(self._texts)
        most = MAX_TELLING_SHARE * len(self._texts)
        telling = [{stem for stem in head.stems if counts[stem] <= most} for head in heads]
        shared = np.array(
            [[len(own & other) / max(2, min(len(own), len(other))) for other in telling] for own in telling],
            np.float32,
        )
        comments = np.array([head.comment.id for head in heads])
        alike: Rows = np.maximum(agreement / MAX_AGREEMENT_OF_HEADS, shared / MAX_SHARED_STEMS)
        return np.where(comments[:, None] == comments, np.inf, alike)

    def _heads(self) -> list[CommentSentence]:
        """Returns the sentences that may head a theme: of each cluster, those of the comments that most
        others are like."""
        self._index = {text.comment.id: n for n, text in enumerate(self._texts)}
        clustering = self._clustering
        heads = []
        for label in range(int(clustering.labels.max(initial=-1)) + 1):
            indexes = np.flatnonzero(clustering.labels == label)
            near = clustering.smoothed[indexes] @ clustering.smoothed[indexes].mean(axis=0)
            near += clustering.fit[indexes]
            for index in indexes[np.argsort(-near, kind="stable")[:MAX_READ]]:
                sentences = self._texts[index].sentences(self._stemmer)
                heads += [s for s in sentences if can_head(s)]
        return heads

    def _agreement_of(self, sentences: Sequence[CommentSentence]) -> Rows:
        """Returns how much each comment agrees with each sentence, a row for each sentence. A comment agrees
        with its own sentences."""
        clustering = self._clustering
        rows = clustering.space.rows([sentence.words for sentence in sentences])
        agreement: Rows = SMOOTHED_SHARE * (clustering.smooth(rows) @ clustering.smoothed.T)
        agreement += (1 - SMOOTHED_SHARE) * (rows @ clustering.rows.T)
        negated = np.array([self._is_negated(sentence.words) for sentence in sentences])
        agreement -= NEGATION_PENALTY * (negated[:, None] != self._negated)
        for n, sentence in enumerate(sentences):
            agreement[n, self._index[sentence.comment.id]] = 2
        return agreement

    def _assign(self, heads: Sequence[CommentSentence], agreement: Rows) -> list[FoundTheme]:
        """Returns the themes with these heads: each comment is in the one that it agrees with most."""
        if not heads:
            return []
        members: defaultdict[int, list[int]] = defaultdict(list)
        related: defaultdict[int, list[int]] = defaultdict(list)
        best: NDArray[np.int64] = agreement.argmax(axis=0)
        for index in np.flatnonzero(agreement.max(axis=0) >= self._least - RELATED_MARGIN).tolist():
            n = int(best[index])
            says = agreement[n, index] >= self._least and self._makes_the_point(index, heads[n])
            (members if says else related)[n].append(index)
        themes = []
        for n, head in enumerate(heads):
            order = sorted(members[n], key=lambda index: -agreement[n, index])
            texts = [self._texts[index] for index in order]
            authors = len({text.comment.author for text in texts})
            if min(len(texts), authors + 1) >= self._min_size:
                near = tuple(self._texts[index] for index in related[n])
                themes.append(FoundTheme(head, tuple(texts), self._second(head, texts), near))
        return sorted(themes, key=lambda theme: -len(theme.texts))

    def _makes_the_point(self, index: int, head: CommentSentence) -> bool:
        """Whether a comment that agrees with a head is short, or has a sentence that agrees with it."""
        text = self._texts[index]
        if len(text.words) <= MAX_WORDS_OF_ONE_POINT or text.comment.id == head.comment.id:
            return True
        sentences = [sentence.words for sentence in text.sentences(self._stemmer)]
        rows = self._clustering.space.rows([head.words, *sentences])
        smoothed = self._clustering.smooth(rows)
        agreement = SMOOTHED_SHARE * (smoothed[1:] @ smoothed[0])
        agreement += (1 - SMOOTHED_SHARE) * (rows[1:] @ rows[0])
        return bool(agreement.max(initial=0) >= self._least)

    def _second(self, head: CommentSentence, texts: Sequence[CommentText]) -> CommentSentence | None:
        """Returns the best sentence of another author, before others one with more votes."""
        others = [
            sentence
            for text in texts[:MAX_READ]
            if text.comment.author != head.comment.author
            for sentence in text.sentences(self._stemmer)
            if can_head(sentence) and sentence.stems & head.stems and not is_repetition(sentence, head)
        ]
        return max(others, key=lambda s: (s.comment.score or 0, quality(s), -s.comment.id), default=None)
