"""Chooses the sentence with the fact that is asked for, and the one beside it if only that has the fact."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.text.discussion.quotes import is_question
from bot.text.language.index_tokens import raw_words
from bot.text.qa.answer_types import SPAN_TYPES, Span, answer_spans, form_score
from bot.text.qa.citations import answer_span, names_somebody
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
_CUT_TAIL = 20
"""The last characters, in which dots that cut a sentence off are looked for."""
_TORN = re.compile(r"\W*[A-Z]\. [a-z]")
"""A sentence that is cut off, or whose first word is: W. orld champions."""
_MENU = re.compile(
    r"\W*(?:View|See|Watch|Read|Click|Browse|Explore|Find|Discover|Check|Follow|Get|Track|Visit|Learn|Subscribe"
    r"|Sign up)\b(?: \w+)? [a-z]"
)
"""What a website asks its readers to do."""
_FRAGMENT = re.compile(r"(?:\W|\d)*[a-zà-ÿ].*[^\s.!?…\"”»’')\]]\s*", re.DOTALL)
_ASKS_VOTES_AGAINST = re.compile(r"\bvot\w+ (?:\w+ )?against\b|\bvoted no\b", re.IGNORECASE)
_VOTE = re.compile(r"\bvot", re.IGNORECASE)
_AGAINST = re.compile(r"\bagainst\b", re.IGNORECASE)
_OPPOSED = re.compile(r"\bvoted no\b|\bno votes?\b|\bopposed\b", re.IGNORECASE)
_WITHOUT_SUBJECT = {
    "en": r"(?:He|She|It|They|This|These)\b|The \w+ (?:is|are|was|were|has|had|will|\w+ed)\b",
    "de": r"(?:Er|Sie|Es|Dies\w*)\b|Das (?:ist|war)\b",
    "es": r"(?:Él|Ella|Ellos|Ellas|Est[aeo]s?|Fue|Fueron|Es|En \d{4},?)\b",
    "fr": r"(?:Il|Elle|Ils|Elles|Ce|Cette|Ces|Cela)\b",
    "ru": r"(?:Он|Она|Оно|Они|Это|Этот|Эта|Эти)\b",
    "tr": r"\d{4} yılında\b|(?:O|Bu|Bunlar|Onun|Ayrıca)\b",
}
"""How sentences begin whose subject the sentence before may name."""


def by_fact(question: Question, candidates: Sequence[tuple[AnswerCandidate, float]]) -> list[AnswerCandidate]:
    """Returns the candidates, given with their odds, in the order of odds that count whether the sentence has
    the fact."""
    ranked = sorted(candidates, key=lambda pair: -pair[1] * _factor(question, pair[0]))
    return [candidate for candidate, _ in ranked]


def _factor(question: Question, candidate: AnswerCandidate) -> float:
    text = candidate.sentence.text
    factor = CUT if _CUT.search(text[-_CUT_TAIL:]) or _TORN.match(text) else 1.0
    if question.question_type in SPAN_TYPES:
        factor *= (
            FACT
            if answer_span(question, candidate)
            else FORM
            if has_form(question, candidate.sentence.text, candidate.answer_spans)
            else 1.0
        )
    return factor


def asks_votes_against(question: Question) -> bool:
    """Whether only a sentence about votes against can be the answer."""
    return question.question_type == "who" and _ASKS_VOTES_AGAINST.search(question.text) is not None


def may_answer(question: Question, candidate: AnswerCandidate) -> bool:
    """Whether a sentence can be an answer: no question, menu or torn-off piece of text, and about votes
    against if these are asked for."""
    text, passage = candidate.sentence.text, candidate.passage
    if is_question(text) or (asks_votes_against(question) and not _is_about_votes_against(text)):
        return False
    if passage.comment is not None or question.question_type == "how":
        return True
    return not _MENU.match(text) and (passage.is_title or not _FRAGMENT.fullmatch(text))


def _is_about_votes_against(text: str) -> bool:
    return bool(_OPPOSED.search(text) or (_VOTE.search(text) and _AGAINST.search(text)))


def with_subject(
    question: Question, candidate: AnswerCandidate, span: Span | None, stem_table: StemTable
) -> tuple[AnswerCandidate, Span | None]:
    """Returns the candidate and the span of its fact, with the sentence before if only that names what is
    asked about."""
    sentence, sentences = candidate.sentence, candidate.passage.sentences(stem_table)
    position = next((n for n, other in enumerate(sentences) if other is sentence), 0)
    opening = _WITHOUT_SUBJECT.get(question.language)
    if not position or opening is None or not re.match(opening, sentence.text):
        return candidate, span
    before = sentences[position - 1]
    named = {stem_table[raw] for raw in raw_words(question.text) if raw[0].isupper()}
    if not named.intersection(question.stems) & before.stem_set - sentence.stem_set:
        return candidate, span
    joined = candidate.passage.joined(before, sentence, stem_table)
    shift = sentence.start - before.start
    moved = (span[0] + shift, span[1] + shift) if span else None
    return AnswerCandidate(candidate.passage, joined, []), moved


def with_fact(
    question: Question, candidate: AnswerCandidate, stem_table: StemTable
) -> AnswerCandidate | None:
    """Returns the candidate, with the sentence after it, or before it, if only that has the time, amount or
    reason that is asked for, or a name; None if a name, a time, a price or a reason is asked for and neither
    has it."""
    sentences = candidate.passage.sentences(stem_table)
    position = next(n for n, sentence in enumerate(sentences) if sentence is candidate.sentence)
    beside = [n for n in (position + 1, position - 1) if 0 <= n < len(sentences)]
    if _has_fact(question, candidate.sentence):
        return candidate
    if question.question_type == "who":
        beside.reverse()  # the sentence before says whom a pronoun means
    for other in beside[: 1 if question.question_type == "why" else 2]:
        if _has_fact(question, sentences[other]):
            first, second = sorted((position, other))
            joined = candidate.passage.joined(sentences[first], sentences[second], stem_table)
            # Which words of two sentences are the fact is not known.
            return AnswerCandidate(candidate.passage, joined, [])
    if question.question_type == "why":
        return candidate if form_score("why", candidate.sentence.text, []) else None
    is_needed = question.question_type in ("when", "who") or question.asks_money
    return None if is_needed and question.language in ("en", *LANGUAGES) else candidate


def _has_fact(question: Question, sentence: PassageSentence) -> bool:
    text = sentence.text
    if question.question_type == "why":
        return question.language != "en" or _REASON.search(text) is not None
    if question.question_type == "who":
        return names_somebody(question, text)
    if question.question_type not in ("when", "where", "count"):
        return True
    spans = answer_spans(question.question_type, text, question.all_stems, question.language)
    return has_form(question, text, spans) or (
        question.question_type == "when" and _TIME_WORDS.search(text) is not None
    )
