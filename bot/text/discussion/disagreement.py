"""Where a thread disagrees: a subject that some speak for and others against, as far as their words say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.answers import Disagreement, Viewpoint
from bot.text.discussion.labels import name_subject
from bot.text.discussion.polarity import PolarWord, find_polar_words, has_polarity_words
from bot.text.discussion.quotes import CommentSentence, CommentText, has_quotable_length, quality
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.comment_tokens import CommentStemmer

MAX_WORDS_APART = 7
"""A word judges a subject that stands at most so many words from it in the same sentence."""
MIN_SIDE_SHARE = 0.02
MIN_SMALLER_SIDE = 0.2
"""A smaller side of less than this share of both is a lone voice, not a side."""


@dataclass(frozen=True, slots=True)
class _Stance:
    """A sentence that judges a subject, and the word it does so with."""

    said: CommentSentence
    mark: PolarWord


def find_disagreement(
    voices: Sequence[CommentText], subjects: Sequence[str], usage: WordUsage
) -> Disagreement | None:
    """The strongest opposed pair of views on one of `subjects` (stems); None where the words show none, or
    are of a language in which judging words and nouns cannot be told."""
    stems = usage.stems
    if not has_polarity_words(stems.language):
        return None
    wanted = frozenset(subjects)
    judged = _judge(voices, wanted, stems)
    least = max(2 if len(voices) < 30 else 3, MIN_SIDE_SHARE * len(voices))
    best: tuple[float, str] | None = None
    for subject in subjects:
        sides = _sides(judged.get(subject, ()))
        smaller, larger = sorted((len(sides[1]), len(sides[-1])))
        if smaller < least or smaller < MIN_SMALLER_SIDE * (smaller + larger):
            continue
        strength = smaller + 0.25 * larger
        if best is None or strength > best[0]:
            best = (strength, subject)
    if best is None:
        return None
    subject = best[1]
    sides = _sides(judged[subject])
    views = sorted(
        (_view(sides[1]), _view(sides[-1])),
        key=lambda view: -len(view.comments),
    )
    about = name_subject(subject, [voice for voice in voices if subject in voice.stems], usage)
    return Disagreement(usage.as_spoken(about), views[0], views[1])


def _judge(
    voices: Iterable[CommentText], subjects: frozenset[str], stems: CommentStemmer
) -> dict[str, list[_Stance]]:
    """For each subject the sentences that judge it, at most the clearest one of a comment."""
    judged: defaultdict[str, list[_Stance]] = defaultdict(list)
    for voice in voices:
        if not subjects & voice.stems:
            continue
        verdicts: defaultdict[str, list[_Stance]] = defaultdict(list)
        for said in voice.sentences(stems):
            about = subjects & said.stems
            if not about or said.comment.text[said.end - 1] == "?":
                continue
            found = find_polar_words(said.words, stems)
            if not found or len({mark.sign for mark in found}) > 1:
                continue
            for subject in about:
                places = [at for at, word in enumerate(said.words) if stems.stem(word) == subject]
                near = [
                    mark
                    for mark in found
                    if any(0 < abs(mark.index - place) <= MAX_WORDS_APART for place in places)
                ]
                if near:
                    verdicts[subject].append(_Stance(said, near[0]))
        for subject, each in verdicts.items():
            if len({one.mark.sign for one in each}) == 1:
                judged[subject].append(max(each, key=lambda one: quality(one.said)))
    return judged


def _sides(judged: Iterable[_Stance]) -> dict[int, list[_Stance]]:
    sides: dict[int, list[_Stance]] = {1: [], -1: []}
    for one in judged:
        sides[one.mark.sign].append(one)
    return sides


def _view(side: Sequence[_Stance]) -> Viewpoint:
    """One side: its commonest judging word, and the best sentence that has it."""
    counts = Counter(_shown(one) for one in side)
    words = max(counts, key=lambda shown: (counts[shown], -len(shown), shown))
    best = min(
        (one for one in side if _shown(one) == words),
        key=lambda one: (not has_quotable_length(one.said), -quality(one.said), one.said.comment.id),
    )
    return Viewpoint(words, tuple(one.said.comment.id for one in side), best.said.quote())


def _shown(one: _Stance) -> str:
    return " ".join(one.said.words[one.mark.start : one.mark.index + 1])
