"""Two sources that count the same thing differently: the sentence that says other than the answer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.text.language.comment_tokens import CommentStemmer, comment_words
from bot.text.language.quantities import RANGE, Quantity, find_quantities
from bot.text.qa.features import AnswerCandidate
from bot.text.qa.question import Question

MOST = 2
SHARED = 3
"""So many words must be common to both sentences, beside what is counted."""


def disagreeing(
    question: Question, answer: AnswerCandidate, others: Sequence[AnswerCandidate]
) -> list[AnswerCandidate]:
    """Those of `others` (best first), each of another article or comment than the answer, that give another
    figure for the thing that the answer counts. Sentences of one source do not disagree: they go on."""
    stems = CommentStemmer(question.language)
    said, own = _read(answer, stems)
    if not own:
        return []
    found: list[AnswerCandidate] = []
    values = {figure.values for figure in own}
    for other in others:
        if len(found) == MOST or not _apart(other, answer):
            continue
        theirs, counted = _read(other, stems)
        for figure in counted:
            if figure.values in values:
                continue
            match = next((one for one in own if _same_thing(one, figure, said & theirs)), None)
            if match is not None:
                found.append(other)
                values.add(figure.values)
                break
    return found


def _read(scored: AnswerCandidate, stems: CommentStemmer) -> tuple[frozenset[str], list[Quantity]]:
    text = scored.sentence.text
    return stems.stems(comment_words(text)), find_quantities(text, stems)


def _apart(one: AnswerCandidate, other: AnswerCandidate) -> bool:
    """Whether two sentences are of two sources: articles, or a comment and anything else."""
    mine, theirs = one.passage, other.passage
    if mine.comment is not None or theirs.comment is not None:
        return mine.comment is not theirs.comment
    return mine.article.id != theirs.article.id


def _same_thing(one: Quantity, other: Quantity, shared: frozenset[str]) -> bool:
    if one.unit != other.unit:
        return False
    # Two counts of one vote have the same sum, whatever else the sentence says.
    if one.unit == RANGE and sum(one.values) == sum(other.values):
        return True
    ratio = other.values[0] / one.values[0] if one.values[0] else 0.0
    return len(shared - {one.unit}) >= SHARED and 0.1 <= ratio <= 10
