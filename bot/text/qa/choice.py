"""Chooses the sentence with the fact that is asked for, and the one beside it if only that has the fact."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.text.qa.answer_types import SPAN_TYPES, answer_spans, form_score
from bot.text.qa.citations import answer_span
from bot.text.qa.fact_forms import has_form
from bot.text.qa.features import AnswerCandidate
from bot.text.qa.passages import PassageSentence, StemTable
from bot.text.qa.question import Question
from bot.text.qa.question_words import LANGUAGES

FACT, FORM, CUT = 3.0, 1.5, 0.3
"""The factors of the odds of a sentence with the fact, with one of its kind, and of one that is cut off."""
_TIME_WORDS = re.compile(
    r"\b(?:night|morning|afternoon|evening|noon|midnight|century|decade|spring|summer|autumn|fall|winter"
    r"|as soon as|every \w+ (?:days|weeks|months|years)|years? (?:ago|later))\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\bbecause\b|\bsince\b|\bdue to\b|\bso that\b|\bin order to\b|\breasons?\b|\bcaus(?:e|ed|es|ing)\b"
    r"|\bresult(?:ed|s)? (?:of|from|in)\b|\bowing to\b|\bthanks to\b|\bfor fear\b"
    r"|^(?:This|That|It) (?:is|was|would)\b|\b(?:led|prompted|forced|allow(?:s|ed)?|enabl(?:es|ed)) ",
)
_CUT = re.compile(r"(?:\.\.\.|…)\W*$")


def by_fact(question: Question, candidates: Sequence[tuple[AnswerCandidate, float]]) -> list[AnswerCandidate]:
    """Returns the candidates, given with their odds, in the order of odds that count whether the sentence has
    the fact."""
    ranked = sorted(candidates, key=lambda pair: -pair[1] * _factor(question, pair[0]))
    return [candidate for candidate, _ in ranked]


def _factor(question: Question, candidate: AnswerCandidate) -> float:
    factor = CUT if _CUT.search(candidate.sentence.text) else 1.0
    if question.question_type in SPAN_TYPES:
        factor *= (
            FACT
            if answer_span(question, candidate)
            else FORM
            if has_form(question, candidate.sentence.text, candidate.answer_spans)
            else 1.0
        )
    return factor


def with_fact(
    question: Question, candidate: AnswerCandidate, stem_table: StemTable
) -> AnswerCandidate | None:
    """Returns the candidate, with the sentence after it, or before it, if only that has the time, amount or
    reason that is asked for; None if a time, a price or a reason is asked for and neither has it."""
    sentences = candidate.passage.sentences(stem_table)
    position = next(n for n, sentence in enumerate(sentences) if sentence is candidate.sentence)
    beside = [n for n in (position + 1, position - 1) if 0 <= n < len(sentences)]
    if _has_fact(question, candidate.sentence):
        return candidate
    for other in beside[: 1 if question.question_type == "why" else 2]:
        if _has_fact(question, sentences[other]):
            first, second = sorted((position, other))
            joined = candidate.passage.joined(sentences[first], sentences[second], stem_table)
            # Which words of two sentences are the fact is not known.
            return AnswerCandidate(candidate.passage, joined, [])
    if question.question_type == "why":
        return candidate if form_score("why", candidate.sentence.text, []) else None
    is_needed = question.question_type == "when" or question.asks_money
    return None if is_needed and question.language in ("en", *LANGUAGES) else candidate


def _has_fact(question: Question, sentence: PassageSentence) -> bool:
    text = sentence.text
    if question.question_type == "why":
        return question.language != "en" or _REASON.search(text) is not None
    if question.question_type not in ("when", "where", "count"):
        return True
    spans = answer_spans(question.question_type, text, question.all_stems, question.language)
    return has_form(question, text, spans) or (
        question.question_type == "when" and _TIME_WORDS.search(text) is not None
    )
