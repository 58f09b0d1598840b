"""Describes what a thread is about: the words that most comments mention, and what is left of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bot.domain.answers import Rest, RestKind, Theme
from bot.text.discussion.clusters import Clustering
from bot.text.discussion.headings import can_head, is_joke
from bot.text.discussion.quotes import (
    CommentSentence,
    CommentText,
    count_stems,
    is_question,
    pick_distinct,
    quality,
)
from bot.text.discussion.themes import MAX_READ, FoundTheme, max_themes
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.word_patterns import count_words

MAX_SUBJECTS = 3
MAX_OTHER_SUBJECTS = 8
MIN_THEMES = 3
"""Where there are fewer themes, single points are shown besides."""
MAX_POINTS = 40
MIN_SUBJECT_SHARE = 0.1
MIN_MENTIONS = 3
MIN_THEME_SHARE = 0.025
"""The minimum share of a thread's comments that mention a noun for it to be a theme."""
MIN_MEMBER_SHARE = 0.5
"""The minimum share of a theme's comments that mention its subject."""
MAX_THREAD_SHARE = 0.4
"""A word in more comments is what the thread is about, not one of its themes."""
MAX_SHORT_WORDS = 8
MAX_JOKE_WORDS = 30


class ThreadSubjects:
    """Finds the nouns that the themes of one thread are about, and themes that are only about a noun.

    `title` are the stems of the title, which describe the whole thread."""

    def __init__(
        self, texts: Sequence[CommentText], usage: WordUsage, clustering: Clustering, title: frozenset[str]
    ) -> None:
        self._texts = texts
        self._usage = usage
        self._clustering = clustering
        self._title = title
        self._counts = count_stems(texts)

    def add_mentions(self, themes: Sequence[FoundTheme]) -> list[FoundTheme]:
        """Returns the themes with the comments in none that mention their subjects, and after them, up to
        `max_themes`, a sentence on each noun that most of the other comments mention."""
        self._free = {text.comment.id: n for n, text in enumerate(self._texts)}
        for theme in themes:
            for text in (*theme.texts, *theme.related, *theme.replies):
                self._free.pop(text.comment.id, None)
        used: set[str] = set()
        complete = []
        for theme in themes:
            stem = self._subject(theme, self._title | used)
            if len(self._mentioning(stem)) < MIN_MENTIONS:
                complete.append(theme)
                continue
            used.add(stem)
            complete.append(replace(theme, subject=stem, mentions=self._take(stem)))
        nouns = self._nouns(self._title | used)
        while nouns and len(complete) < max_themes(len(self._texts)):
            stem = nouns.pop(0)
            head = self._head(stem)
            if head is not None:
                mentions = self._take(stem)
                texts = tuple(text for text in mentions if text.comment.id == head.comment.id)
                others = tuple(text for text in mentions if text.comment.id != head.comment.id)
                complete.append(FoundTheme(head, texts, subject=stem, mentions=others))
                used.add(stem)
                nouns = self._nouns(self._title | used)
        self._used = used
        return [*complete, *self._points(MIN_THEMES - len(complete))]

    def _points(self, count: int) -> list[FoundTheme]:
        """Returns the sentences that read best of comments in no theme, before others those with votes."""
        sentences = [
            sentence
            for n in sorted(self._free.values(), key=lambda n: -(self._texts[n].comment.score or 0))[
                :MAX_POINTS
            ]
            for sentence in self._texts[n].sentences(self._usage.stemmer)
            if can_head(sentence)
        ]
        sentences.sort(key=lambda s: (-(s.comment.score or 0), -quality(s), s.comment.id))
        groups = []
        for sentence in pick_distinct(sentences, count):
            text = self._texts[self._free.pop(sentence.comment.id)]
            groups.append(FoundTheme(sentence, (text,)))
        return groups

    def sort_rest(self) -> tuple[Rest, ...]:
        """Returns the comments in no theme: those that mention the same noun, and the others by what they
        are."""
        groups: list[Rest] = []
        while (nouns := self._nouns(self._title | self._used)) and len(groups) < MAX_OTHER_SUBJECTS:
            comments = tuple(text.comment.id for text in self._take(nouns[0]))
            groups.append(Rest("mentions", comments, self._usage.usual_form(nouns[0])))
            self._used.add(nouns[0])
        kinds: dict[RestKind, list[int]] = {"points": [], "questions": [], "short": [], "jokes": []}
        for n in self._free.values():
            kinds[_kind(self._texts[n])].append(self._texts[n].comment.id)
        groups.sort(key=lambda rest: -len(rest.comments))
        return (*groups, *(Rest(kind, tuple(comments)) for kind, comments in kinds.items() if comments))

    def _mentioning(self, stem: str) -> list[int]:
        return [n for n in self._free.values() if stem and stem in self._texts[n].stems]

    def _take(self, stem: str) -> tuple[CommentText, ...]:
        texts = tuple(self._texts[n] for n in self._mentioning(stem))
        for text in texts:
            del self._free[text.comment.id]
        return texts

    def _subject(self, theme: FoundTheme, excluded: frozenset[str]) -> str:
        """Returns the stem of the noun in a theme's sentence that most of its comments mention, or ""."""
        if len(theme.texts) < MIN_MENTIONS:
            return ""
        inside = count_stems(theme.texts)
        nouns = {
            stem: inside[stem] ** 2 / self._counts[stem]
            for stem in theme.head.stems - excluded
            if inside[stem] >= MIN_MEMBER_SHARE * len(theme.texts)
            and self._counts[stem] <= MAX_THREAD_SHARE * len(self._texts)
            and self._usage.is_surely_noun(stem)
        }
        return max(nouns, key=lambda stem: (nouns[stem], stem), default="")

    def _nouns(self, excluded: frozenset[str]) -> list[str]:
        """Returns the stems of the nouns that enough comments in no theme mention, the most telling first."""
        total = len(self._texts)
        least = max(MIN_MENTIONS, MIN_THEME_SHARE * total)
        counts = count_stems(self._texts[n] for n in self._free.values())
        scores = {
            stem: count * math.log(1 + total / self._counts[stem])
            for stem, count in counts.items()
            if count >= least and stem not in excluded and self._usage.is_surely_noun(stem)
        }
        return sorted(scores, key=lambda stem: (-scores[stem], stem))

    def _head(self, stem: str) -> CommentSentence | None:
        """Returns the sentence with the stem that is most like the comments with it."""
        indexes = self._mentioning(stem)
        rows = self._clustering.rows[indexes]
        centre = rows.mean(axis=0)
        nearest = np.argsort(-(rows @ centre), kind="stable")[:MAX_READ]
        sentences = [
            sentence
            for n in nearest.tolist()
            for sentence in self._texts[indexes[n]].sentences(self._usage.stemmer)
            if stem in sentence.stems and can_head(sentence)
        ]
        if not sentences:
            return None
        near = self._clustering.space.rows([sentence.words for sentence in sentences]) @ centre
        form = np.array([quality(sentence) for sentence in sentences])
        best: CommentSentence = sentences[int(np.argmax(near + 0.3 * form))]
        return best

    def describe(self, themes: Sequence[FoundTheme], *, scored: bool) -> list[Theme]:
        """Returns the themes as they are shown: those with the most votes first, or else the largest."""
        described = [
            Theme(
                tuple(text.comment.id for text in theme.texts),
                tuple(s.quote() for s in (theme.head, theme.second) if s is not None),
                sum(text.comment.score or 0 for text in theme.texts) if scored else None,
                self._usage.usual_form(theme.subject) if theme.subject else "",
                tuple(text.comment.id for text in theme.mentions),
                tuple(text.comment.id for text in theme.replies),
                tuple(text.comment.id for text in theme.related),
            )
            for theme in themes
        ]
        return sorted(
            described,
            key=lambda theme: (-(theme.score or 0), -len(theme.comments), -len(theme.every_comment)),
        )


def most_mentioned(
    texts: Sequence[CommentText], usage: WordUsage, title: frozenset[str]
) -> tuple[tuple[str, int], ...]:
    """Returns the nouns that most comments mention, other than those of the title, with the number of
    comments."""
    counts = count_stems(texts)
    least = max(MIN_MENTIONS, MIN_SUBJECT_SHARE * len(texts))
    ranked = sorted(
        (stem for stem in counts if counts[stem] >= least), key=lambda stem: (-counts[stem], stem)
    )
    nouns = [stem for stem in ranked if stem not in title and usage.is_surely_noun(stem)]
    return tuple((usage.usual_form(stem), counts[stem]) for stem in nouns[:MAX_SUBJECTS])


def _kind(text: CommentText) -> RestKind:
    words = count_words(text.own_text)
    if words <= MAX_JOKE_WORDS and is_joke(text.own_text):
        return "jokes"
    if is_question(text.own_text) and words <= MAX_JOKE_WORDS:
        return "questions"
    return "short" if words <= MAX_SHORT_WORDS else "points"
