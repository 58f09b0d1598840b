"""Whether a sentence has the roles of a question reversed: Linn accused Quill, for who accused Linn."""

from __future__ import annotations

import re

from bot.domain.index_words import fold
from bot.text.language.index_tokens import raw_words
from bot.text.qa.features import is_same
from bot.text.qa.question import Question
from bot.text.verification.irregular import base_stem, is_irregular_past

MAX_SENTENCE = 2_000
"""How much of a sentence is read."""
_NAME = r"(?P<name>[A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,4})"
_DID_TO = re.compile(rf"\W*(?i:who) (?P<verb>[a-z]+) {_NAME}(?!['’]s)(?=\W|$)")
"""Who accused Linn: the name is that of whom it was done to."""
_DID = re.compile(
    r"\b(?:did|does|has|have|had|do) (?P<doer>[A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,4}) (?P<verb>[a-z]+)"
    rf" (?:(?:about|of|to|for|on) )?{_NAME}(?!['’]s)(?=\W|$)"
)
"""What did Quill say about Linn."""
_BETWEEN = r"(?:,? who |\s)(?:(?:has|had|have|also|then|later|never|often|once|[a-z]{1,20}ly) ){0,3}"
"""What is between who does something and the verb. Behind a comma alone a verb is a participle: Quill,
accused by Linn."""
_DOER = re.compile(
    r"(?P<article>\b(?:[Tt]he|[Aa]n?) )?(?<![\w'’-])(?P<doer>[A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,4})(?<!['’]s)"
    rf"{_BETWEEN}(?P<verb>[a-z]+) (?=(?P<behind>(?:\S+ ){{0,3}}\S+))"
)
"""Linn has often accused Quill. A noun behind a name is none: the Quill report."""
_PASSIVE = re.compile(r"(?:by|in|at|on|for|to|from|with|after|during|near|since|as)\b|(?:\S+ ){0,3}by\b")
"""What shows behind a verb that it may be a participle: Quill accused by Linn, Quill accused in Norrby."""


def has_roles_reversed(question: Question, text: str) -> bool:
    """Whether the text says of the one to whom something was done, according to the question, that he did it,
    and uses the verb of nobody else. Known in English."""
    asked = _DID_TO.match(question.text) or _DID.search(question.text)
    if question.language != "en" or asked is None:
        return False
    text = text[:MAX_SENTENCE]
    verb, other = _stem(asked["verb"]), _stem(raw_words(asked["name"])[-1])
    doers = [_stem(raw_words(match["doer"])[-1]) for match in _DOER.finditer(text) if _does(match, verb)]
    count = sum(is_same(_stem(raw), verb) for raw in raw_words(text))
    return 0 < count == len(doers) and all(is_same(doer, other) for doer in doers)


def _does(match: re.Match[str], verb: str) -> bool:
    """Whether a name is followed by a form of the verb that says what it does, no noun or participle."""
    raw = match["verb"]
    if match["article"] or not is_same(_stem(raw), verb):
        return False
    if raw in ("said", "says", "wrote"):
        return True
    is_past = raw.endswith("ed") or is_irregular_past(raw)
    is_present = raw.endswith("s") and match["behind"][0].isupper()
    return (is_past or is_present) and not _PASSIVE.match(match["behind"])


def _stem(raw: str) -> str:
    """Returns the stem of a word, of an irregular form that of its base: say for said."""
    word = fold(raw)
    return base_stem("say" if word == "said" else word)
