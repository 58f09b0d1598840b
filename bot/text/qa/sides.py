"""Whether a sentence says yes or no to a question: only where it says plainly all that is asked."""

from __future__ import annotations

import re

from bot.domain.answers import Role
from bot.text.qa.features import AnswerCandidate, is_same
from bot.text.qa.passages import StemTable
from bot.text.qa.qualifiers import is_conditional_or_denied, negation_positions, shares_stem
from bot.text.qa.question import Question
from bot.text.qa.question_words import LANGUAGES

_UNSURE = re.compile(
    r"\b(?:if|whether|may|might|could|would|should|perhaps|maybe|possibly|probably|reportedly|allegedly|rumou?r\w*"
    r"|den(?:y|ies|ied|ying)|reject\w*|disput\w*|doubt\w*|claim\w*|alleg\w*|accus\w*|suspect\w*|believe[sd]?"
    r"|thinks?|thought|fear\w*|hopes?|hoped|want\w*|plan(?:s|ned)?|asked|unclear|unknown|knows?|almost|nearly|until"
    r"|unless|ob|falls|vielleicht|könnten?|soll|sollen|bestreitet|bestritt\w*|si|peut-être|pourrait|quizás|podría"
    r"|niega|negó|если|возможно|отрица\w*|может)\b"
)
"""Words with which a sentence does not say that something is so or is not; a month is not "may"."""
_AGAINST = {"en": frozenset(["against"])}
MAX_FROM_NEGATION = 4
"""The maximum number of words between a negation and the next of the asked words, which it then negates."""


def side(question: Question, candidate: AnswerCandidate) -> Role:
    """Returns "for" or "against"; "answer" if the sentence does not say so plainly. In
    Turkish the endings of verbs negate, which are not read."""
    sentence = candidate.sentence
    if missing_stems(question, sentence.stem_set) or question.language not in (
        "en",
        *set(LANGUAGES) - {"tr"},
    ):
        return "answer"
    plain = sentence.text[:1].lower() + sentence.text[1:]
    unsure = set(_UNSURE.findall(plain)) - set(question.text.lower().split())
    if any(not shares_stem(word, question.text, question.language) for word in unsure):
        return "answer"
    asked = [n for n, stem in enumerate(sentence.stems) if any(is_same(stem, s) for s in question.stems)]
    starts = sentence.word_starts()
    if is_conditional_or_denied(sentence.text, question.text, [starts[n] for n in asked], question.language):
        return "answer"
    negations = _negations(sentence.text, question.language)
    if any(not any(0 <= n - at <= MAX_FROM_NEGATION for n in asked) for at in negations):
        return "answer"
    is_denied = len(negations) % 2 != len(_negations(question.text, question.language)) % 2
    return "against" if is_denied else "for"


def missing_stems(question: Question, stems: frozenset[str]) -> list[str]:
    """Returns the stems of the question that a text lacks in any form."""
    return [asked for asked in question.stems if not any(is_same(asked, stem) for stem in stems)]


def has_event(question: Question, candidate: AnswerCandidate, stem_table: StemTable) -> bool:
    """Whether the passage or its headline has every word of the question besides names and numbers."""
    passage = candidate.passage
    stems = frozenset([*passage.stems, *(stem_table[raw] for raw in passage.title_words)])
    return not set(missing_stems(question, stems)) - question.names - question.numbers


def _negations(text: str, language: str) -> list[int]:
    """Returns the positions of the words that negate, or are against what is asked."""
    negations = [number for number, _ in negation_positions(text, language)]
    against = _AGAINST.get(language, frozenset())
    words = re.findall(r"[\w'’-]+", text.casefold())
    return sorted({*negations, *(number for number, word in enumerate(words) if word in against)})
