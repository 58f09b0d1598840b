"""Candidates that repeat each other: copies of a sentence, and headlines above their text."""

from __future__ import annotations

from collections.abc import Sequence

from bot.text.qa.features import AnswerCandidate

MIN_COPY_SHARE = 0.85
"""Two sentences that share at least this part of their stems are copies, as in agency reports."""


def is_copy(candidate: AnswerCandidate, other: AnswerCandidate) -> bool:
    """Whether two sentences are the same but for a few words, as in agency reports."""
    mine, theirs = candidate.sentence.stem_set, other.sentence.stem_set
    return len(mine & theirs) > MIN_COPY_SHARE * max(len(mine), len(theirs), 1)


def _is_headline_of(candidate: AnswerCandidate, others: Sequence[AnswerCandidate]) -> bool:
    """Whether the candidate is the headline of one of the others."""
    passage = candidate.passage
    return passage.is_title and any(passage.is_beside(other.passage) for other in others)


def is_repetition(candidate: AnswerCandidate, others: Sequence[AnswerCandidate]) -> bool:
    """Whether a candidate is a copy of one of the others, or its headline."""
    return any(is_copy(candidate, other) for other in others) or _is_headline_of(candidate, others)


def distinct(ranked: Sequence[AnswerCandidate], limit: int) -> list[AnswerCandidate]:
    """Returns the first `limit` candidates that do not repeat each other."""
    chosen: list[AnswerCandidate] = []
    for candidate in ranked[: 4 * limit]:
        if len(chosen) < limit and not is_repetition(candidate, chosen):
            chosen.append(candidate)
    return chosen
