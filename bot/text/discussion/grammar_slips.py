"""Recognises slips of English grammar and typing, so that sentences with one are not quoted."""

from __future__ import annotations

import re

_SLIP = re.compile(
    # would of, more then, their is, its a, of it's own, they resulting, a individual, an certain, is to much
    r"\b(?:could|must|should|would) of\b"
    r"|\b(?:better|bigger|easier|fewer|greater|higher|larger|less|lower|more|other|rather|stronger|worse)"
    r" then\b(?!,)"
    r"|\btheir (?:are|could|has|have|is|should|was|were|would)\b"
    r"|\bthere (?:bodies|families|jobs|lives|own)\b"
    r"|\bits (?:a|an|been|not|the|too|very)\b"
    r"|\b(?:by|for|from|in|of|on|with) it['’]s\b"
    r"|(?:^|[,;] )(?:he|i|she|they|we)"
    r" (?!bring|cling|fling|ping|ring|sing|sling|sting|string|swing|wring)[a-z]{3,}ing\b"
    r"|(?:^|[.,;] )lets\b|\b(?:they|we|you) (?:does|has|is|was)\b"
    r"|\ban? (?:individuals|peoples)\b"
    r"|\ba (?:a[bcdfgjklmnpqstvx]|e[acdfgklmnpqrstvx]|i[dlmnrst]|o[bcdfpr])[a-z]{2,}"
    r"|\ban [bcdfgjklmnpqrstvwz][aeiou][a-z]{2,}"
    r"|\bi (?:are|does|has|is)\b|\ba an\b|\ban a\b|\b(?:childrens|mens|womens)\b"
    r"|\b(?:are|be|cost|costs|is|was|were) to (?:dangerous|expensive|hard|high|long|many|much|vague)\b"
    r"|(?:\b(?:can|could|may|might|must|should|to|will|would)|n['’]t)"
    r" (?:became|chose|did|gave|got|knew|led|made|saw|took|went|wrote)\b"
    r"|\bmore (?:better|cheaper|easier|happier|harder|healthier|safer|stronger|worse)\b"
    r"|\bpeoples (?!and\b|are\b|at\b|from\b|have\b|in\b|of\b|on\b|that\b|to\b|were\b|who\b)[a-z]+"
    r"|\btax ?payers money\b"
    # words without their apostrophe or blank
    r"|\b(?:alot|arent|cant|couldnt|didnt|doesnt|dont|hasnt|havent|im|isnt|ive|shouldnt|thats|theyre|wasnt|werent|wont"
    r"|wouldnt|youre)\b|(?<!\S)(?:u|ur)(?!\S)",
    re.IGNORECASE,
)
_TWICE = re.compile(
    r"\b(?!(?:bye|had|ha|many|never|no|really|so|that|very)\b)([a-z]+) \1\b(?![-'’])", re.IGNORECASE
)
_TYPING = re.compile(
    r"[^\W\d_] (?:[,;!?]|\.(?!\w|\.)|['’]s\b)|[^\W\d_]{2}(?:[,;]|[!?]{1,3})[^\W\d_]{2}"
    r"|[^\W\d_]{2}\((?!s?\))|[!?]{2}|`"
)
"""A blank before a mark, none behind one, several marks."""


def has_slip(text: str) -> bool:
    """Whether an English text has an obvious slip: "more then", "the the", "doesnt", "a animal", "word ,"."""
    return any(pattern.search(text) is not None for pattern in (_SLIP, _TWICE, _TYPING))
