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

MAX_THEMES = 5
MAX_THEMES_OF_LARGE_THREAD = 10
MIN_AGREEMENT = {True: 0.74, False: 0.90}
"""From this agreement on a comment counts as saying what a sentence says, with and without word vectors: on
arguments whose key points are known, eight in ten then make the same point."""
SMALL_THREAD_AGREEMENT = 0.03
"""What is required besides in a thread of SMALL_THREAD comments, less in larger ones: with few neighbours, a
comment is moved further towards them."""
SMALL_THREAD, LARGE_THREAD = 40, 100
RELATED_MARGIN = 0.24
"""How much less a comment may agree that is only on the same subject."""
MAX_AGREEMENT_OF_HEADS = 0.45
MAX_SHARED_STEMS = 0.5
"""Two sentences that agree more, or share more of their telling stems, would head the same theme twice."""
MAX_TELLING_SHARE = 0.2
"""A stem in more comments of the thread tells nothing about one of them."""
SMOOTHED_SHARE = 0.7
SHARED_WORD_BONUS = 0.1
"""What it adds if a comment has a telling word of the sentence: at the same agreement, more of these make
the same point than of the others."""
NEGATION_PENALTY = 0.1
"""What it costs if one of two texts is negated: of the pairs left, fewer take opposite sides."""
MIN_SIZE = 2
RELATED_WEIGHT = 0.2
"""What a comment on the same subject counts in the choice of themes."""
MIN_AGREEMENT_OF_WORDINGS = 0.85
"""From this agreement on two sentences say the same in other words."""
MIN_WORD_SHARE = 0.5
OWN_WORD_PENALTY = 0.1
"""What each word costs a sentence that fewer of its comments have."""
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
        having: defaultdict[str, list[int]] = defaultdict(list)
        for n, text in enumerate(texts):
            for stem in text.stems:
                having[stem].append(n)
        self._having = {stem: np.array(indexes) for stem, indexes in having.items()}
        missing = (LARGE_THREAD - len(texts)) / (LARGE_THREAD - SMALL_THREAD)
        self._least = MIN_AGREEMENT[clustering.space.has_vectors]
        self._least += SMALL_THREAD_AGREEMENT * min(max(missing, 0), 1)

    def _telling(self, sentence: CommentSentence) -> set[str]:
        most = MAX_TELLING_SHARE * len(self._texts)
        return {stem for stem in sentence.stems if len(self._having[stem]) <= most}

    def _is_negated(self, words: Sequence[str]) -> bool:
        return sum(is_negation(word, self._negations) for word in words) % 2 == 1

    def themes(self) -> list[FoundTheme]:
        heads = self._heads()
        if not heads:
            return []
        agreement = self._agreement_of(heads)
        says = agreement >= self._least
        related = agreement >= self._least - RELATED_MARGIN
        between, alike = self._likeness(heads)
        form = np.array([self._form(head, row) for head, row in zip(heads, says, strict=True)])
        chosen: list[int] = []
        free = np.ones(len(self._texts), bool)
        for _ in range(max_themes(len(self._texts))):
            sizes = (says & free).sum(axis=1)
            allowed = (sizes >= MIN_SIZE) & (alike[:, chosen].max(axis=1, initial=-1) < 1)
            if not allowed.any():
                break
            weights = np.log1p(sizes + RELATED_WEIGHT * (related & free).sum(axis=1))
            best = int(np.argmax(np.where(allowed, weights + 0.5 * form, -np.inf)))
            chosen.append(best)
            free &= ~says[best]
        return self._assign(heads, agreement, self._wordings(chosen, between)) if chosen else []

    def _form(self, head: CommentSentence, says: NDArray[np.bool_]) -> float:
        """Rates how well a sentence reads, how many votes it has, and how few of its words are its own."""
        texts = [self._texts[n] for n in np.flatnonzero(says).tolist()]
        inside = count_stems(texts)
        own = sum(inside[stem] < MIN_WORD_SHARE * len(texts) for stem in head.stems)
        return quality(head) + 0.1 * math.log1p(max(head.comment.score or 0, 0)) - OWN_WORD_PENALTY * own

    def _wordings(self, chosen: Sequence[int], between: Rows) -> list[list[int]]:
        """Returns for each chosen head its index and those of the sentences that say the same in other
        words, each with the head that it agrees with most."""
        wordings = [[head] for head in chosen]
        best: NDArray[np.int64] = between[chosen].argmax(axis=0)
        for index in np.flatnonzero(between[chosen].max(axis=0) >= MIN_AGREEMENT_OF_WORDINGS).tolist():
            if index not in chosen:
                wordings[int(best[index])].append(index)
        return wordings

    def _likeness(self, heads: Sequence[CommentSentence]) -> tuple[Rows, Rows]:
        """Returns how much the sentences agree, and how alike they are: 1 or more if they would head the
        same theme twice."""
        agreement = self._between(heads)
        telling = [self._telling(head) for head in heads]
        shared = np.array(
            [[len(own & other) / max(2, min(len(own), len(other))) for other in telling] for own in telling],
            np.float32,
        )
        comments = np.array([head.comment.id for head in heads])
        alike: Rows = np.maximum(agreement / MAX_AGREEMENT_OF_HEADS, shared / MAX_SHARED_STEMS)
        return agreement, np.where(comments[:, None] == comments, np.inf, alike)

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
            shared = [self._having[stem] for stem in self._telling(sentence)]
            agreement[n, np.unique(np.concatenate(shared)) if shared else []] += SHARED_WORD_BONUS
            agreement[n, self._index[sentence.comment.id]] = 2
        return agreement

    def _assign(
        self, heads: Sequence[CommentSentence], agreement: Rows, wordings: Sequence[Sequence[int]]
    ) -> list[FoundTheme]:
        """Returns the themes with these wordings, heads first: each comment is in the one that it agrees
        with most."""
        nearest = np.array([np.array(each)[agreement[each].argmax(axis=0)] for each in wordings])
        members: defaultdict[int, list[int]] = defaultdict(list)
        related: defaultdict[int, list[int]] = defaultdict(list)
        agreed: Rows = np.take_along_axis(agreement, nearest, axis=0)
        best: NDArray[np.int64] = agreed.argmax(axis=0)
        for index in np.flatnonzero(agreed.max(axis=0) >= self._least - RELATED_MARGIN).tolist():
            n = int(best[index])
            says = agreed[n, index] >= self._least and self._makes_the_point(index, heads[nearest[n, index]])
            (members if says else related)[n].append(index)
        themes = []
        for n, (first, *_others) in enumerate(wordings):
            head = heads[first]
            order = sorted(members[n], key=lambda index: -agreement[first, index])
            texts = [self._texts[index] for index in order]
            if len(texts) >= MIN_SIZE and len({text.comment.author for text in texts}) > 1:
                near = tuple(self._texts[index] for index in related[n])
                themes.append(FoundTheme(head, tuple(texts), self._second(head, texts), near))
        return sorted(themes, key=lambda theme: -len(theme.texts))

    def _makes_the_point(self, index: int, head: CommentSentence) -> bool:
        """Whether a comment that agrees with a head is short, or has a sentence that agrees with it."""
        text = self._texts[index]
        if len(text.words) <= MAX_WORDS_OF_ONE_POINT or text.comment.id == head.comment.id:
            return True
        agreement = self._between([head, *text.sentences(self._stemmer)])[0, 1:]
        return bool(agreement.max(initial=0) >= self._least)

    def _between(self, sentences: Sequence[CommentSentence]) -> Rows:
        """Returns how much sentences agree with each other."""
        rows = self._clustering.space.rows([sentence.words for sentence in sentences])
        smoothed = self._clustering.smooth(rows)
        agreement: Rows = SMOOTHED_SHARE * (smoothed @ smoothed.T) + (1 - SMOOTHED_SHARE) * (rows @ rows.T)
        negated = np.array([self._is_negated(sentence.words) for sentence in sentences])
        agreement -= NEGATION_PENALTY * (negated[:, None] != negated)
        return agreement

    def _second(self, head: CommentSentence, texts: Sequence[CommentText]) -> CommentSentence | None:
        """Returns the best sentence of another author, before others one with more votes."""
        others = [
            sentence
            for text in texts[:MAX_READ]
            if text.comment.author != head.comment.author
            for sentence in text.sentences(self._stemmer)
            if can_head(sentence) and sentence.stems & head.stems and not is_repetition(sentence, head)
        ]
        agreement = self._between([head, *others])[0, 1:]
        agreeing = [s for s, agrees in zip(others, agreement >= self._least, strict=True) if agrees]
        return max(agreeing, key=lambda s: (s.comment.score or 0, quality(s), -s.comment.id), default=None)
