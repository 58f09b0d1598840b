"""Whether a sentence gives a reason: because, due to, in order to; not "decided to", nor "since 1962"."""

from __future__ import annotations

import re

from bot.domain.calendar_names import MONTHS, WEEKDAYS
from bot.text.qa.answer_types import form_score

MAX_SENTENCE = 2_000
"""How much of a sentence is read."""
_DATES = "|".join((*MONTHS, *WEEKDAYS))
_REASON = re.compile(
    r"\bbecause\b(?! of (?:this|that|it|them)\b)"
    r"|\bdue to\b|\bso that\b|\bin order to\b|\breasons?\b|\bcaus(?:e|ed|es|ing)\b"
    r"|\bresult(?:ed|s)? (?:of|from|in)\b|\bowing to\b|\bthanks to\b|\bfor fear\b"
    r"|\bsince (?!\d|then\b|last\b|at least\b|the \d|\w{1,20} (?:years?|months?|weeks?|days?)\b"
    rf"|(?:{_DATES})\b)",
    re.IGNORECASE,
)
_LED = re.compile(
    r"\A(?:This|That) (?:is|was|would)\b|\b(?:led|prompted|forced|allow(?:s|ed)?|enabl(?:es|ed)) "
)
"""What names a reason at the beginning of its sentence or before this."""
_INFINITIVE = re.compile(r"\bto (?P<verb>[a-z]{2,30})\b", re.IGNORECASE)
_WORD = re.compile(r"[\w'’-]+")
_MAX_BEFORE = 34
"""The characters before an infinitive in which the word before it is looked for."""
_NO_VERB = re.compile(
    r"the|an?|its?|his|her|their|our|my|your|this|that|these|those|him|them|us|me|you|be|which|whom|what|each|all"
    r"|both|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+ing|\w+teen|\w+ty|some|any|no",
    re.IGNORECASE,
)
"""What stands behind "to" where that is no infinitive, or says what somebody was made: to be mayor."""
_GOVERNS = re.compile(
    r"whether|how|what|where|when|who|not|want\w*|wish\w*|hop(?:e|es|ed|ing)|plan\w*|decid\w*|vot(?:e|es|ed|ing)"
    r"|agree\w*|refus\w*|tr(?:y|ies|ied|ying)|attempt\w*|begin\w*|began|begun|start\w*|continu\w*|appear\w*|seem\w*"
    r"|ha(?:s|ve|d|ving)|need\w*|ought|used|going|able|unable|likely|unlikely|due|about|set|ready|willing|fail\w*"
    r"|promis\w*|threaten\w*|expect\w*|believ\w*|said|known|thought|supposed|reported|allow\w*|permit\w*|like[ds]?"
    r"|prefer\w*|offer\w*|manag\w*|tend\w*|happen\w*|intend\w*|easy|hard|difficult|free|right|chance|decision|plans?"
    r"|is|are|was|were|first|last|only|up|close|next|according|similar|led|related",
    re.IGNORECASE,
)
"""What an infinitive completes, which then says what is done and not what for: decided to, whether to."""


def states_reason(text: str) -> bool:
    """Whether an English sentence says of something that it is a reason."""
    text = text[:MAX_SENTENCE]
    return _REASON.search(text) is not None or _LED.search(text) is not None


def gives_reason(text: str, language: str) -> bool:
    """Whether a sentence gives a reason or a purpose, in a language whose words for that are known."""
    if language != "en":
        return bool(form_score("why", text, [], language))
    text = text[:MAX_SENTENCE]
    return states_reason(text) or any(
        not _NO_VERB.fullmatch(match["verb"]) and not _GOVERNS.fullmatch(_word_before(text, match.start()))
        for match in _INFINITIVE.finditer(text)
    )


def _word_before(text: str, end: int) -> str:
    """The last word before a place in a text; empty if there is none near it."""
    words = _WORD.findall(text[max(0, end - _MAX_BEFORE) : end])
    return str(words[-1]) if words else ""
