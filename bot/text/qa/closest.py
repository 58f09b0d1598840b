"""Chooses the passage that a refusal shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from bot.text.qa.choice import is_cut, may_answer, self_contained
from bot.text.qa.cut_sentences import whole_or_trimmed
from bot.text.qa.features import AnswerCandidate
from bot.text.qa.passages import StemTable
from bot.text.qa.question import Question
from bot.text.qa.requirements import requirements, unmet_requirements
from bot.text.qa.subjects import is_on_subject


def closest_passage(
    question: Question, ranked: Sequence[AnswerCandidate], idf: Mapping[str, float], stem_table: StemTable
) -> AnswerCandidate | None:
    """Returns the best sentence on the question's subject: if possible one of the year or rank asked for,
    with what is to be counted, that can be read alone and is whole. Comments of articles without text."""
    needed = requirements(question)
    near = [
        candidate
        for candidate in ranked
        if _is_of_article(candidate)
        and may_answer(question, candidate)
        and is_on_subject(question, candidate, idf, stem_table)
    ]
    counted = question.counted_stems
    near.sort(
        key=lambda candidate: (
            bool(unmet_requirements(needed, candidate, stem_table)),
            bool(counted) and counted.isdisjoint(candidate.sentence.stem_set),
        )
    )
    complete = [c for c in (self_contained(question, c, stem_table) for c in near) if c is not None]
    parts = [whole_or_trimmed(question, candidate, stem_table) for candidate in complete]
    pairs = zip(parts, complete, strict=True)
    whole = [part for part, candidate in pairs if part is not candidate or not is_cut(candidate)]
    return next(chain(whole, complete, near), None)


def _is_of_article(candidate: AnswerCandidate) -> bool:
    return candidate.passage.comment is None or not candidate.passage.article.paragraphs
