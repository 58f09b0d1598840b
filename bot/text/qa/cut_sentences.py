"""Shortens sentences that a search engine's snippet cut off to their last whole part."""

from __future__ import annotations

import re

from bot.text.qa.choice import has_verb, is_cut
from bot.text.qa.features import AnswerCandidate
from bot.text.qa.passages import StemTable
from bot.text.qa.question import Question

MIN_WORDS = 5
MIN_SHARE = 0.4
"""The least share of the sentence that is kept."""
_DOTS = re.compile(r"[\s\"”’']*(?:\.\.\.|…)\W*$")
_ENDS = re.compile(r"[,;:]$|\s[–—-]$")
_CLAUSE = re.compile(
    r"[,;:] |\s[–—-] | (?:and|but|while|as|which|who|after|before|because|so|or|that|where|when|although)\b"
)
_PREPOSITION = re.compile(r" (?:in|on|at|for|with|from|by|during|against|over|into)\b")


def trimmed(question: Question, candidate: AnswerCandidate, stem_table: StemTable) -> AnswerCandidate:
    """Returns the candidate with its sentence up to the last whole clause, if it is cut off, in English; the
    candidate itself where that would leave too little, or not the facts."""
    sentence = candidate.sentence
    if question.language != "en" or not is_cut(sentence.text):
        return candidate
    kept = _whole_part(sentence.text)
    if len(kept.split()) < MIN_WORDS or len(kept) < MIN_SHARE * len(sentence.text) or not has_verb(kept):
        return candidate
    spans = [span for span in candidate.answer_spans if span[1] <= len(kept)]
    asked = sentence.stem_set.intersection(question.stems)
    part = candidate.passage.part(sentence.start, sentence.start + len(kept), stem_table)
    if (candidate.answer_spans and not spans) or not asked <= part.stem_set:
        return candidate
    return AnswerCandidate(candidate.passage, part, spans)


def _whole_part(text: str) -> str:
    """Returns the text up to a quotation that is not closed, or to the last clause or phrase."""
    text = _DOTS.sub("", text)
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
