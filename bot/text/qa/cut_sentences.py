"""Shortens sentences that a search engine's snippet cut off to their last whole part."""

from __future__ import annotations

import re

from bot.text.qa.choice import has_verb, is_cut
from bot.text.qa.features import AnswerCandidate
from bot.text.qa.passages import StemTable
from bot.text.qa.question import Question

MAX_DOTS = 20
"""The last characters, in which the dots are."""
MIN_WORDS = 5
MIN_SHARE = 0.4
"""The least share of the sentence that is kept."""
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
    off, in English; the candidate itself where that would leave too little, or not the facts."""
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
        if has_facts and not _OPEN.search(kept):
            return AnswerCandidate(candidate.passage, part, spans)
    return candidate


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
