"""Describes what a thread is about: the words that most comments mention, and what is left of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.answers import Rest, RestKind, Theme
from bot.text.discussion.headings import is_joke
from bot.text.discussion.quotes import CommentText, is_question
from bot.text.discussion.spelling import Spelling
from bot.text.discussion.theme_candidates import are_related
from bot.text.discussion.themes import LARGE_THREAD, FoundTheme, max_themes
from bot.text.discussion.topics import Topic
from bot.text.language.word_patterns import count_words

MAX_LEFT = 0.3
MIN_MENTIONS, MIN_FREE_MENTIONS = 3, 2
"""The minimum number of comments that mention a further word, and of those of them in no theme."""
MAX_SHORT_WORDS = 8
MAX_JOKE_WORDS = 30


def other_words(
    texts: Sequence[CommentText],
    themes: Sequence[FoundTheme],
    topics: Sequence[Topic],
    nouns: Mapping[str, tuple[str, frozenset[int]]],
    further: Mapping[str, tuple[str, frozenset[int]]],
) -> tuple[Rest, ...]:
    """Returns the words that most of the comments in no theme mention, each with all comments that do. None
    is of a theme's words. Only where too many comments of a large thread are left, they are not all nouns:
    some are `further` words."""
    taken = {text.comment.id for theme in themes for text in theme.every_text}
    free = {n for n, text in enumerate(texts) if text.comment.id not in taken}
    shown = {part for theme in themes if theme.topic for part in theme.topic.parts}
    others = dict(further)
    named = dict(nouns)
    for topic in topics:
        for place, stem in enumerate(topic.stems):
            words = named if topic.nouns[place] else others
            words[stem] = (topic.words[place], topic.having[place])
    rest: list[Rest] = []
    for words in (named, others):
        while words:
            are_many_left = len(texts) >= LARGE_THREAD and len(free) > MAX_LEFT * len(texts)
            if not are_many_left and (words is others or len(rest) >= max_themes(len(texts))):
                break
            stem = max(words, key=lambda s: (len(words[s][1] & free), len(words[s][1]), s))
            word, having = words.pop(stem)
            if len(having & free) < MIN_FREE_MENTIONS:
                break
            if len(having) < MIN_MENTIONS or any(are_related(stem, part) for part in shown):
                continue
            free -= having
            rest.append(Rest("mentions", tuple(texts[n].comment.id for n in sorted(having)), word))
    return tuple(sorted(rest, key=lambda group: -len(group.comments)))


def sort_rest(
    texts: Sequence[CommentText], themes: Sequence[FoundTheme], mentioned: Sequence[Rest]
) -> tuple[Rest, ...]:
    """Returns the comments in no theme and without the words `mentioned`, by what they are."""
    taken = {text.comment.id for theme in themes for text in theme.every_text}
    taken |= {number for group in mentioned for number in group.comments}
    kinds: dict[RestKind, list[int]] = {"points": [], "questions": [], "short": [], "jokes": []}
    for text in texts:
        if text.comment.id not in taken:
            kinds[_kind(text)].append(text.comment.id)
    return tuple(Rest(kind, tuple(comments)) for kind, comments in kinds.items() if comments)


def describe(themes: Sequence[FoundTheme], spelling: Spelling, *, scored: bool) -> list[Theme]:
    """Returns the themes of a thread as they are shown: those whose comments have the most
    votes together first, or else the largest."""
    ordered = sorted(
        themes,
        key=lambda theme: (-_votes(theme) if scored else 0, -len(theme.mentioning), -len(theme.texts)),
    )
    return [
        Theme(
            tuple(text.comment.id for text in theme.texts),
            tuple(s.quote() for s in (theme.head, theme.second) if s is not None),
            sum(text.comment.score or 0 for text in theme.texts) if scored else None,
            tuple(text.comment.id for text in theme.replies),
            theme.topic.words if theme.topic else (),
            tuple(text.comment.id for text in theme.mentioning),
            spelling.is_quotable(theme.head),
        )
        for theme in ordered
    ]


def _votes(theme: FoundTheme) -> int:
    """Returns the votes for the comments that say what a theme says or mention its words."""
    votes = {text.comment.id: text.comment.score or 0 for text in (*theme.texts, *theme.mentioning)}
    return sum(max(score, 0) for score in votes.values())


def main_subjects(
    texts: Sequence[CommentText], themes: Sequence[FoundTheme], mentioned: Sequence[Rest]
) -> tuple[tuple[tuple[str, int], ...], int]:
    """Returns the words of the themes and those `mentioned`, the most frequent first, with the number of
    comments that mention each, and that of those that mention any."""
    having = {
        word: frozenset(texts[n].comment.id for n in indexes)
        for theme in themes
        if theme.topic
        for word, indexes in zip(theme.topic.words, theme.topic.having, strict=True)
    }
    having |= {group.subject: frozenset(group.comments) for group in mentioned}
    every = frozenset[int]().union(*having.values())
    counts = {word: len(comments) for word, comments in having.items()}
    return tuple(sorted(counts.items(), key=lambda item: -item[1])), len(every)


def _kind(text: CommentText) -> RestKind:
    words = count_words(text.own_text)
    if words <= MAX_JOKE_WORDS and is_joke(text.own_text):
        return "jokes"
    if is_question(text.own_text) and words <= MAX_JOKE_WORDS:
        return "questions"
    return "short" if words <= MAX_SHORT_WORDS else "points"
