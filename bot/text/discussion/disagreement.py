"""Where a thread disagrees: a subject that some speak for and others against, as far as their words say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.answers import Disagreement, View
from bot.text.discussion.labels import call
from bot.text.discussion.polarity import Mark, can_judge, marks
from bot.text.discussion.quotes import Said, Voice, fits, quality
from bot.text.discussion.word_usage import Usage
from bot.text.language.comment_tokens import Stems

NEAR = 7
"""A word judges a subject that stands at most so many words from it in the same sentence."""
LEAST_SHARE = 0.02
LOPSIDED = 0.2
"""A smaller side of less than this share of both is a lone voice, not a side."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """A sentence that judges a subject, and the word it does so with."""

    said: Said
    mark: Mark


def disagreement(voices: Sequence[Voice], subjects: Sequence[str], usage: Usage) -> Disagreement | None:
    """The strongest opposed pair of views on one of `subjects` (stems); None where the words show none, or
    are of a language in which judging words and nouns cannot be told."""
    stems = usage.stems
    if not can_judge(stems.language):
        return None
    wanted = frozenset(subjects)
    judged = _judge(voices, wanted, stems)
    least = max(2 if len(voices) < 30 else 3, LEAST_SHARE * len(voices))
    best: tuple[float, str] | None = None
    for subject in subjects:
        sides = _sides(judged.get(subject, ()))
        smaller, larger = sorted((len(sides[1]), len(sides[-1])))
        if smaller < least or smaller < LOPSIDED * (smaller + larger):
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
    about = call(subject, [voice for voice in voices if subject in voice.stems], usage)
    return Disagreement(usage.called(about), views[0], views[1])


def _judge(voices: Iterable[Voice], subjects: frozenset[str], stems: Stems) -> dict[str, list[_Judged]]:
    """For each subject the sentences that judge it, at most the clearest one of a comment."""
    judged: defaultdict[str, list[_Judged]] = defaultdict(list)
    for voice in voices:
        if not subjects & voice.stems:
            continue
        verdicts: defaultdict[str, list[_Judged]] = defaultdict(list)
        for said in voice.sentences(stems):
            about = subjects & said.stems
            if not about or said.comment.text[said.end - 1] == "?":
                continue
            found = marks(said.words, stems)
            if not found or len({mark.sign for mark in found}) > 1:
                continue
            for subject in about:
                places = [at for at, word in enumerate(said.words) if stems.stem(word) == subject]
                near = [
                    mark for mark in found if any(0 < abs(mark.place - place) <= NEAR for place in places)
                ]
                if near:
                    verdicts[subject].append(_Judged(said, near[0]))
        for subject, each in verdicts.items():
            if len({one.mark.sign for one in each}) == 1:
                judged[subject].append(max(each, key=lambda one: quality(one.said)))
    return judged


def _sides(judged: Iterable[_Judged]) -> dict[int, list[_Judged]]:
    sides: dict[int, list[_Judged]] = {1: [], -1: []}
    for one in judged:
        sides[one.mark.sign].append(one)
    return sides


def _view(side: Sequence[_Judged]) -> View:
    """One side: its commonest judging word, and the best sentence that has it."""
    counts = Counter(_shown(one) for one in side)
    words = max(counts, key=lambda shown: (counts[shown], -len(shown), shown))
    best = min(
        (one for one in side if _shown(one) == words),
        key=lambda one: (not fits(one.said), -quality(one.said), one.said.comment.id),
    )
    return View(words, tuple(one.said.comment.id for one in side), best.said.quote())


def _shown(one: _Judged) -> str:
    return " ".join(one.said.words[one.mark.start : one.mark.place + 1])
