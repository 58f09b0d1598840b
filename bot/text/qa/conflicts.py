"""Finds conflicting sources: sentences whose figure for the same thing differs from the answer's."""

from __future__ import annotations

from collections.abc import Sequence

from bot.text.language.comment_tokens import CommentStemmer, comment_words
from bot.text.language.quantities import RANGE, Quantity, find_quantities
from bot.text.qa.features import AnswerCandidate
from bot.text.qa.question import Question
from bot.text.qa.requirements import YEAR

MAX_CONFLICTS = 2
COUNTING = ("count", "how", "what")
"""Types of questions whose answers can be figures."""
MIN_SHARED_WORDS = 3
"""The number of words that both sentences must share besides the counted thing."""


def conflicting_candidates(
    question: Question, answer: AnswerCandidate, others: Sequence[AnswerCandidate]
) -> list[AnswerCandidate]:
    """Returns those of `others` (best first) that give another figure for the thing that the answer counts,
    each from a different article or comment than the answer: figures within one source do not conflict."""
    stems = CommentStemmer(question.language)
    answer_stems, answer_figures = _parse(answer, stems)
    conflicts: list[AnswerCandidate] = []
    values = {figure.values for figure in answer_figures}
    if not values or question.question_type not in COUNTING:
        return []
    years = _years(answer)
    for other in others:
        if len(conflicts) == MAX_CONFLICTS or answer.passage.is_beside(other.passage):
            continue
        if _are_apart(years, _years(other)):
            continue
        other_stems, other_figures = _parse(other, stems)
        shared = answer_stems & other_stems
        for figure in other_figures:
            if figure.values in values:
                continue
            if any(_counts_same(counted, figure, shared) for counted in answer_figures):
                conflicts.append(other)
                values.add(figure.values)
                break
    return conflicts


def _are_apart(years: frozenset[str], others: frozenset[str]) -> bool:
    return bool(years and others) and years.isdisjoint(others)


def _years(candidate: AnswerCandidate) -> frozenset[str]:
    """Returns the years that the sentence names."""
    return frozenset(word for word in candidate.sentence.raw_words if YEAR.fullmatch(word))


def _parse(candidate: AnswerCandidate, stems: CommentStemmer) -> tuple[frozenset[str], list[Quantity]]:
    text = candidate.sentence.text
    return stems.stems(comment_words(text)), find_quantities(text, stems)


def _counts_same(figure: Quantity, other: Quantity, shared: frozenset[str]) -> bool:
    if figure.unit != other.unit:
        return False
    # Two counts of one vote have the same sum.
    if figure.unit == RANGE and sum(figure.values) == sum(other.values):
        return True
    ratio = other.values[0] / figure.values[0] if figure.values[0] else 0.0
    return len(shared - {figure.unit}) >= MIN_SHARED_WORDS and 0.1 <= ratio <= 10
