"""Whether a sentence has the roles of a question reversed: Linn accused Quill, for who accused Linn."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.text.language.index_tokens import fold, raw_words
from bot.text.language.stems import stem
from bot.text.qa.features import is_same
from bot.text.qa.question import Question
from bot.text.verification.irregular import base_forms

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
_BETWEEN = frozenset(("who", "has", "had", "have", "also", "then", "later", "never", "once"))
"""Words between who does something and the verb, besides those that end in -ly."""


def has_roles_reversed(question: Question, text: str) -> bool:
    """Whether the text says of the one to whom something was done, according to the question, that he did it,
    and nowhere that anybody else did. Known in English."""
    asked = _DID_TO.match(question.text) or _DID.search(question.text)
    if question.language != "en" or asked is None:
        return False
    verb, other = _stem(asked["verb"]), _stem(raw_words(asked["name"])[-1])
    words = [raw for raw in raw_words(text[:MAX_SENTENCE]) if raw != "s"]
    doers = [_doer(words, place) for place, raw in enumerate(words) if is_same(_stem(raw), verb)]
    return bool(doers) and all(doer is not None and is_same(doer, other) for doer in doers)


def _doer(words: Sequence[str], place: int) -> str | None:
    """Returns the stem of the name right before a verb; None if none is."""
    for raw in reversed(words[max(0, place - 3) : place]):
        if raw[0].isupper():
            return _stem(raw)
        if fold(raw) not in _BETWEEN and not raw.endswith("ly"):
            return None
    return None


def _stem(raw: str) -> str:
    """Returns the stem of a word, of an irregular form that of its base: say for said."""
    word = fold(raw)
    return stem("say" if word == "said" else base_forms().get(word, word), "en")
