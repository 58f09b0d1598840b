"""Sentences that may head themes, and which of them stand for the largest themes by their words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.discussion.quotes import CommentSentence, is_repetition
from bot.text.discussion.topics import Topic

SIZE_WEIGHT = 2.0
MAX_SHARED_COMMENTS = 0.65
"""Two topics of whose comments more are the same are one theme."""


@dataclass(frozen=True, slots=True)
class ThemeCandidate:
    """A sentence that may head the theme of a topic."""

    head: CommentSentence
    topic: Topic
    related: frozenset[int]
    """The comments of the topic on the same subject as the sentence."""
    score: float


def largest_others(
    candidates: Sequence[ThemeCandidate], stated: Sequence[ThemeCandidate], most: int
) -> list[ThemeCandidate]:
    """Returns sentences of the largest themes other than those of `stated`, so that there are at most `most`
    themes. They stand for what mentions their words, and head nothing else."""
    chosen = list(stated)
    covered = {number for candidate in stated for number in candidate.topic.comments}
    while len(chosen) < most:
        best, highest = None, 0.0
        for candidate in candidates:
            gain = len(candidate.topic.comments - covered)
            worth = SIZE_WEIGHT * math.log1p(gain) + candidate.score
            if gain > 1 and (best is None or worth > highest) and _is_other(candidate, chosen):
                best, highest = candidate, worth
        if best is None:
            break
        chosen.append(best)
        covered |= best.topic.comments
    return chosen[len(stated) :]


def overlap(topic: Topic, other: Topic) -> bool:
    """Whether two topics have mostly the same comments."""
    shared = len(topic.comments & other.comments)
    return shared > MAX_SHARED_COMMENTS * min(len(topic.comments), len(other.comments))


def _is_other(candidate: ThemeCandidate, chosen: Sequence[ThemeCandidate]) -> bool:
    """Whether the topic of a sentence has words of its own and mostly other comments, and the sentence says
    something else."""
    return not any(
        candidate.topic.parts & other.topic.parts
        or overlap(candidate.topic, other.topic)
        or is_repetition(candidate.head, other.head)
        for other in chosen
    )
