"""Finds a disagreement: a subject that some comments praise and others criticise, judged by their words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.answers import Disagreement, Viewpoint
from bot.text.discussion.labels import name_subject
from bot.text.discussion.polarity import find_polar_words
from bot.text.discussion.polarity_words import polarity_words
from bot.text.discussion.quotes import (
    CommentSentence,
    CommentText,
    has_quotable_length,
    quality,
)
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.comment_tokens import CommentStemmer

MAX_WORDS_APART = 7
"""The maximum distance in words between a judging word and its subject, within one sentence."""
MIN_SIDE_SHARE = 0.02
MIN_SMALLER_SHARE = 0.2
"""The minimum share of the smaller side among the comments of both sides; fewer are single opinions."""


@dataclass(frozen=True, slots=True)
class _Stance:
    """A sentence that judges a subject: `sign` is 1 for it and -1 against it; `words` are its judging
    words."""

    sentence: CommentSentence
    sign: int
    words: str


def find_disagreement(
    texts: Sequence[CommentText], subjects: Sequence[str], usage: WordUsage
) -> Disagreement | None:
    """Returns the strongest pair of opposed views on one of `subjects` (stems). None if there is no such
    pair, or if the language's judging words or nouns are unknown."""
    if polarity_words(usage.stemmer.language) is None:
        return None
    stances = _find_stances(texts, frozenset(subjects), usage.stemmer)
    least = max(2 if len(texts) < 30 else 3, MIN_SIDE_SHARE * len(texts))
    best: tuple[float, str, list[list[_Stance]]] | None = None
    for subject in subjects:
        sides = [[stance for stance in stances[subject] if stance.sign == sign] for sign in (1, -1)]
        smaller, larger = sorted(map(len, sides))
        if smaller < least or smaller < MIN_SMALLER_SHARE * (smaller + larger):
            continue
        strength = smaller + 0.25 * larger
        if best is None or strength > best[0]:
            best = (strength, subject, sides)
    if best is None:
        return None
    _, subject, sides = best
    larger_view, smaller_view = sorted(map(_viewpoint, sides), key=lambda view: -len(view.comments))
    about = name_subject(subject, [text for text in texts if subject in text.stems], usage)
    return Disagreement(usage.as_spoken(about), larger_view, smaller_view)


def _find_stances(
    texts: Iterable[CommentText], subjects: frozenset[str], stemmer: CommentStemmer
) -> defaultdict[str, list[_Stance]]:
    """Returns, for each subject, the stances on it, at most one (the clearest) for each comment."""
    stances: defaultdict[str, list[_Stance]] = defaultdict(list)
    for text in texts:
        if not subjects & text.stems:
            continue
        own: defaultdict[str, list[_Stance]] = defaultdict(list)
        for sentence in text.sentences(stemmer):
            for subject, stance in _sentence_stances(sentence, subjects & sentence.stems, stemmer):
                own[subject].append(stance)
        for subject, on_subject in own.items():
            if len({stance.sign for stance in on_subject}) == 1:
                stances[subject].append(max(on_subject, key=lambda stance: quality(stance.sentence)))
    return stances


def _sentence_stances(
    sentence: CommentSentence, subjects: frozenset[str], stemmer: CommentStemmer
) -> Iterable[tuple[str, _Stance]]:
    if not subjects or sentence.text.endswith("?"):
        return
    polar_words = find_polar_words(sentence.words, stemmer)
    if len({word.sign for word in polar_words}) != 1:
        return
    for subject in subjects:
        indexes = [n for n, word in enumerate(sentence.words) if stemmer.stem(word) == subject]
        for polar in polar_words:
            if any(0 < abs(polar.index - index) <= MAX_WORDS_APART for index in indexes):
                words = " ".join(sentence.words[polar.start : polar.index + 1])
                yield subject, _Stance(sentence, polar.sign, words)
                break


def _viewpoint(side: Sequence[_Stance]) -> Viewpoint:
    """Builds one side: its most frequent judging words, and the best sentence that has them."""
    counts = Counter(stance.words for stance in side)
    words = max(counts, key=lambda words: (counts[words], -len(words), words))
    best = min(
        (stance.sentence for stance in side if stance.words == words),
        key=lambda sentence: (not has_quotable_length(sentence), -quality(sentence), sentence.comment.id),
    )
    return Viewpoint(words, tuple(stance.sentence.comment.id for stance in side), best.quote())
