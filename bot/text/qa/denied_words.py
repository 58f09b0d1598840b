"""Words of a question that a sentence has only where it denies them: not proven, leased rather than sold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.domain.index_words import fold
from bot.text.qa.passages import PassageSentence
from bot.text.qa.question import Question
from bot.text.qa.subjects import is_among
from bot.text.verification.irregular import base_stem

MAX_SENTENCE = 2_000
"""How much of a sentence is read."""
MAX_CONTRASTED = 6
"""The most words of a contrast that are denied."""
_NEGATED = re.compile(
    r"\b(?:not|never|cannot|\w{2,6}n['’]t)(?! only\b)"
    r"(?: (?:an?|the|be|been|being|have|yet|ever|always|\w{2,20}ly)){0,4} (?P<word>[^\W_]+)",
    re.IGNORECASE,
)
"""What is not so: has not been proven, do not fully accept."""
_CONTRAST = re.compile(r"\b(?:rather than|instead of|as opposed to|unlike)\b", re.IGNORECASE)
_EXCLUDES = re.compile(r"\b(?:no|not|never|cannot|none|nobody|nothing|only|\w{2,6}n['’]t)\b", re.IGNORECASE)
"""What makes a question one for what is denied."""
_CLAUSE_END = re.compile(r"[,;:()]")
_WORD = re.compile(r"[^\W_]+")


def only_denies(question: Question, sentence: PassageSentence) -> bool:
    """Whether a sentence has a word of the question nowhere but right behind a negation, or in a contrast; it
    then says of something that it is not what is asked. Known in English, and not of yes and no, which a
    denial answers."""
    if question.language != "en" or question.question_type == "yesno":
        return False
    if _EXCLUDES.search(question.text) or _CONTRAST.search(question.text):
        return False
    text = sentence.text[:MAX_SENTENCE]
    denied = {match.start("word") for match in _NEGATED.finditer(text)}
    denied.update(_contrasted(text))
    if not denied:
        return False
    words = [(word.start(), base_stem(fold(word[0]))) for word in _WORD.finditer(text)]
    inside = {word for start, word in words if start in denied}
    outside = {word for start, word in words if start not in denied}
    asked = set(map(base_stem, question.words))
    return any(is_among(word, inside) and not is_among(word, outside) for word in asked)


def _contrasted(text: str) -> Iterator[int]:
    """Yields where the words of contrasts begin."""
    for contrast in _CONTRAST.finditer(text):
        end = _CLAUSE_END.search(text, contrast.end())
        words = _WORD.finditer(text, contrast.end(), end.start() if end else len(text))
        yield from (word.start() for word in islice(words, MAX_CONTRASTED))
