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
from bot.text.qa.subjects import (
    has_pair_beyond_names,
    is_among,
    is_in_other_language,
    is_on_subject,
    shown_stems,
    spelt_out_near,
)

MIN_SHARED_WEIGHT = 0.5
"""The least share of a question's words, each counted by how rare it is, in a passage with its headline: what
lacks the rarest ones is on something else."""
MAX_CHARACTERS = 400
"""The longest passage that is shown beside a refusal."""


def closest_passage(
    question: Question, ranked: Sequence[AnswerCandidate], idf: Mapping[str, float], stem_table: StemTable
) -> AnswerCandidate | None:
    """Returns the best short sentence on the question's subject: if possible one of the year or rank asked
    for, with what is to be counted, that can be read alone and is whole. Comments of articles without
    text."""
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
    return next(
        (
            candidate
            for candidate in chain(whole, complete, near)
            if len(candidate.sentence.text) <= MAX_CHARACTERS
            and _shares_rare_words(question, candidate, idf, stem_table)
        ),
        None,
    )


def _shares_rare_words(
    question: Question, candidate: AnswerCandidate, idf: Mapping[str, float], stem_table: StemTable
) -> bool:
    """Whether a sentence and its headline have half of the question by weight, or the sentence has two words
    of the question side by side, not of one name. The question's numbers have no weight: a passage on another
    year is on the same subject."""
    if is_in_other_language(candidate.sentence.text, question):
        return True  # which shares little more than names
    if has_pair_beyond_names(question, candidate):
        return True
    shown = shown_stems(candidate, stem_table) | spelt_out_near(question, candidate)
    weights = {word: idf.get(word, 0.0) for word in question.stems if word not in question.numbers}
    shared = sum(weight for word, weight in weights.items() if is_among(word, shown))
    return shared >= MIN_SHARED_WEIGHT * sum(weights.values())


def _is_of_article(candidate: AnswerCandidate) -> bool:
    return candidate.passage.comment is None or not candidate.passage.article.paragraphs
