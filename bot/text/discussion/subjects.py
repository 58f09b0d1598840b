"""Describes what a thread is about: the words that most comments mention, and what is left of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from bot.domain.answers import Rest, RestKind, Theme
from bot.text.discussion.headings import is_joke
from bot.text.discussion.quotes import CommentText, count_stems, is_question
from bot.text.discussion.themes import FoundTheme
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.word_patterns import count_words

MAX_SUBJECTS = 3
MAX_OTHER_SUBJECTS = 4
MIN_MENTIONS = 3
MIN_SUBJECT_SHARE = 0.1
MIN_OTHER_SHARE = 0.05
"""The minimum share of a thread's comments that mention a word for it to be named."""
MAX_SHORT_WORDS = 8
MAX_JOKE_WORDS = 30


def sort_rest(texts: Sequence[CommentText], themes: Sequence[FoundTheme]) -> tuple[Rest, ...]:
    """Returns the comments in no theme by what they are."""
    taken = {text.comment.id for theme in themes for text in (*theme.texts, *theme.related, *theme.replies)}
    kinds: dict[RestKind, list[int]] = {"points": [], "questions": [], "short": [], "jokes": []}
    for text in texts:
        if text.comment.id not in taken:
            kinds[_kind(text)].append(text.comment.id)
    return tuple(Rest(kind, tuple(comments)) for kind, comments in kinds.items() if comments)


def describe(themes: Sequence[FoundTheme], *, scored: bool) -> list[Theme]:
    """Returns the themes as they are shown: those with the most votes first, or else the largest."""
    described = [
        Theme(
            tuple(text.comment.id for text in theme.texts),
            tuple(s.quote() for s in (theme.head, theme.second) if s is not None),
            sum(text.comment.score or 0 for text in theme.texts) if scored else None,
            tuple(text.comment.id for text in theme.replies),
            tuple(text.comment.id for text in theme.related),
        )
        for theme in themes
    ]
    return sorted(
        described,
        key=lambda theme: (-(theme.score or 0), -len(theme.comments), -len(theme.every_comment)),
    )


class MentionedWords:
    """The words that many comments of a thread mention, without those of its title."""

    def __init__(self, texts: Sequence[CommentText], usage: WordUsage, title: frozenset[str]) -> None:
        self._texts = texts
        self._usage = usage
        self._counts = count_stems(texts)
        self._excluded = title

    def most(self) -> tuple[tuple[str, int], ...]:
        """Returns the words that most comments mention, each with their number."""
        stems = self._ranked(self._counts, MIN_SUBJECT_SHARE, MAX_SUBJECTS)
        return tuple((self._usage.usual_form(stem), self._counts[stem]) for stem in stems)

    def others(self, left: Collection[int], themes: Sequence[FoundTheme]) -> tuple[Rest, ...]:
        """Returns further words that most of the comments `left` mention, with all comments that do, and no
        word of a theme's sentence."""
        shown = {stem for theme in themes for stem in theme.head.stems}
        self._excluded |= shown.union(self._ranked(self._counts, MIN_SUBJECT_SHARE, MAX_SUBJECTS))
        counts = count_stems(text for text in self._texts if text.comment.id in left)
        words = [
            Rest(
                "mentions",
                tuple(text.comment.id for text in self._texts if stem in text.stems),
                self._usage.usual_form(stem),
            )
            for stem in self._ranked(counts, MIN_OTHER_SHARE, MAX_OTHER_SUBJECTS)
        ]
        return tuple(sorted(words, key=lambda word: -len(word.comments)))

    def _ranked(self, counts: Counter[str], share: float, most: int) -> list[str]:
        least = max(MIN_MENTIONS, share * len(self._texts))
        stems = [
            stem
            for stem, count in counts.items()
            if count >= least and stem not in self._excluded and self._usage.is_telling(stem)
        ]
        return sorted(stems, key=lambda stem: (-counts[stem], stem))[:most]


def _kind(text: CommentText) -> RestKind:
    words = count_words(text.own_text)
    if words <= MAX_JOKE_WORDS and is_joke(text.own_text):
        return "jokes"
    if is_question(text.own_text) and words <= MAX_JOKE_WORDS:
        return "questions"
    return "short" if words <= MAX_SHORT_WORDS else "points"
