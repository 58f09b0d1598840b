"""Sentences that a snippet cut off: their last whole part, and what changes their meaning beside them."""

from __future__ import annotations

import re

from bot.text.qa.choice import has_verb, is_cut
from bot.text.qa.features import AnswerCandidate
from bot.text.qa.passages import PassageSentence, StemTable
from bot.text.qa.qualifiers import (
    NEAR_WORDS,
    begins_with_qualifier,
    belongs_to_sentence_before,
    changes_meaning,
    ends_with_qualifier,
)
from bot.text.qa.question import Question

MAX_DOTS = 20
"""The last characters, in which the dots are."""
MIN_WORDS = 5
MIN_SHARE = 0.4
"""The least share of the sentence that is kept."""
LAST_WORDS = 3
"""The words before dots that may govern any words behind them: he denied that ... Otto won."""
_GAP = re.compile(r"\.\.\.|…")
_GAP_LENGTH = 6
_DOTS = re.compile(r"[\s\"”’']*(?:\.\.\.|…)\W*$")
_ENDS = re.compile(r"[,;:]$|\s[–—-]$")
_CLAUSE = re.compile(
    r"[,;:] |\s[–—-] | (?:and|but|while|as|which|who|after|before|because|so|or|that|where|when|although)\b"
)
_OPEN = re.compile(
    r"(?:^|[\s(])(?:an?|the|of|to|in|on|at|for|with|from|by|and|or|but|as|that|which|who|is|are|was|were|has|have|had|will"
    r"|would|can|its|his|her|their|this|than|into|not|be|been)$",
    re.IGNORECASE,
)
"""A last word that something must follow."""
_PREPOSITION = re.compile(r" (?:in|on|at|for|with|from|by|during|against|over|into)\b")


def trimmed(question: Question, candidate: AnswerCandidate, stem_table: StemTable) -> AnswerCandidate:
    """Returns the candidate with its sentence up to the last whole clause, or without its dots, if it is cut
    off, in English; the candidate itself where that would leave too little, not the facts, or not what
    changes their meaning."""
    sentence = candidate.sentence
    if question.language != "en" or not is_cut(candidate):
        return candidate
    asked = sentence.stem_set.intersection(question.stems)
    for kept in (_whole_part(sentence.text), _without_dots(sentence.text)):
        if len(kept.split()) < MIN_WORDS or len(kept) < MIN_SHARE * len(sentence.text) or not has_verb(kept):
            continue
        spans = [span for span in candidate.answer_spans if span[1] <= len(kept)]
        part = candidate.passage.part(sentence.start, sentence.start + len(kept), stem_table)
        has_facts = bool(spans or not candidate.answer_spans) and asked <= part.stem_set
        if has_facts and not _OPEN.search(kept) and not changes_meaning(sentence.text[len(kept) :], "en"):
            return AnswerCandidate(candidate.passage, part, spans)
    return candidate


def whole_or_trimmed(
    question: Question, candidate: AnswerCandidate, stem_table: StemTable
) -> AnswerCandidate:
    """Returns the candidate with what changes its meaning beside it, or else without what was cut off."""
    whole = with_qualifiers(question, candidate, stem_table)
    return trimmed(question, candidate, stem_table) if whole is candidate else whole


def with_qualifiers(question: Question, candidate: AnswerCandidate, stem_table: StemTable) -> AnswerCandidate:
    """Returns the candidate with the part before or behind it, beyond dots or in a sentence of its own, that
    changes its meaning: if the union agrees, the mayor denied that, That is false."""
    passage, language = candidate.passage, question.language
    if passage.is_title:
        return candidate
    sentences = passage.sentences(stem_table)
    start = end = candidate.sentence
    for sentence in sentences:
        if sentence.end <= candidate.sentence.start and _governs(sentence, candidate, language):
            start = sentence
        elif sentence.start >= candidate.sentence.end:
            if _continues(candidate, sentence, language) or (
                belongs_to_sentence_before(sentence.text, language)
            ):
                end = sentence
            break
    return candidate if start is end else candidate.joined(start, end, stem_table)


def _governs(sentence: PassageSentence, candidate: AnswerCandidate, language: str) -> bool:
    """Whether a part that ends in dots right before the candidate changes its meaning."""
    text, start = candidate.passage.text, candidate.sentence.start
    between = text[max(0, sentence.end - _GAP_LENGTH) : start]
    if len(between) > 2 * _GAP_LENGTH or not _GAP.search(between):
        return False
    words = NEAR_WORDS if candidate.sentence.text[:1].islower() else LAST_WORDS
    return ends_with_qualifier(_without_dots(sentence.text), language, words)


def _continues(candidate: AnswerCandidate, sentence: PassageSentence, language: str) -> bool:
    """Whether a part in lower case right behind the candidate and dots changes its meaning."""
    between = candidate.passage.text[max(0, candidate.sentence.end - _GAP_LENGTH) : sentence.start]
    is_behind = len(between) <= 2 * _GAP_LENGTH and _GAP.search(between) is not None
    first = sentence.text.lstrip(' ,;:–—-"“”')[:1]
    if not is_behind or first.isupper():
        return False
    is_open = ends_with_qualifier(_without_dots(candidate.sentence.text), language, LAST_WORDS)
    return is_open or begins_with_qualifier(sentence.text, language)


def _without_dots(text: str) -> str:
    return text[:-MAX_DOTS] + _DOTS.sub("", text[-MAX_DOTS:])


def _whole_part(text: str) -> str:
    """Returns the text up to a quotation that is not closed, or to the last clause or phrase."""
    text = _without_dots(text)
    if text.count('"') % 2:
        text = text[: text.rindex('"')].rstrip()
        return text.rstrip(" ,;:–—-")
    if _ENDS.search(text):
        return text.rstrip(" ,;:–—-")
    for pattern in (_CLAUSE, _PREPOSITION):
        ends = [match.start() for match in pattern.finditer(text)]
        if ends and ends[-1] >= MIN_SHARE * len(text):
            return text[: ends[-1]].rstrip()
    return ""
