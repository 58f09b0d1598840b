"""Recognises sentences that are unclear alone: references to the previous sentence, and fragments."""

from __future__ import annotations

import re

from bot.text.language.word_lists import WordLists

_REFERRING = WordLists(__file__, "context_dependence.txt")
_PREFIXES = {
    "zh": ("他", "她", "它", "这", "那", "但", "而", "因此", "所以", "此外", "然而", "不过", "并且", "同时"),
    "ja": ("これ", "それ", "彼", "しかし", "また", "そして", "だが", "このため", "その"),
    "ko": ("그는", "그녀는", "그러나", "하지만", "그리고", "또한", "이는", "또 "),
    "ar": ("هو ", "هي ", "هم ", "وهو ", "وهي ", "لكن ", "ولكن ", "كما ", "هذا ", "هذه ", "وقال ", "وأضاف"),
}
_POINTING = {
    "en": re.compile(
        r"\A\W*(?:(?:all|both|each|many|most|none|one|several|some|two|three|the latter|the former)"
        r" of (?:it|them|these|this|those|which)\b|the (?:former|latter|others?)\b|(?:another|likewise)\b"
        r"|(?:after|at|before|by|despite|during|for|from|in|of|on|to|under|with)"
        r" (?:it|such|that|the same|them|these|this|those)\b)",
        re.IGNORECASE,
    ),
    "de": re.compile(r"\A\W*(?:\w+ ){1,2}(?:von|unter) (?:diesen|ihnen)\b"),
    "fr": re.compile(r"\A\W*(?:\w+ ){1,2}d['’]entre (?:eux|elles)\b"),
    "es": re.compile(r"\A\W*(?:\w+ ){1,2}de (?:ellos|ellas|estos|estas)\b"),
    "ru": re.compile(r"\A\W*\w+ из них\b"),
}
_EXPLAINED = re.compile(
    r"\W*(?:it (?:is|was|has been|had been) (?:\w+ ){1,3}that\b|(?:that|those) (?:of|who|with)\b"
    r"|her majesty|his (?:excellency|majesty)"
    r"|(?:although|and|because|besides|but|either|neither|or|otherwise|so|still|though|too|yet)\b"
    r"|both \S+ and\b|such as\b)",
    re.IGNORECASE,
)
"""Openings that the sentence itself explains, or that only join it."""
_IMPERSONAL = re.compile(
    r"\W*(?:es (?:gab|gibt|fehlte?|handelte? sich|kam zu[mr]?)\b"
    r"|es (?:ist|sind|war|waren) (?:[^,.]{1,80}, dass|(?!eine?[mnrs]?\b)[^,.]{1,80}, (?:der|die|das))\b"
    r"|il (?:y (?:a|avait|aura|eut)|faut|fallait|s['’]agit)\b"
    r"|c['’](?:est|était) (?!(?:une?|des)\b)[^,.]{1,80} qu(?:['’]|[ei]\b))",
    re.IGNORECASE,
)
"""Openings in which a pronoun stands for nothing: Es gab, il y a, and c'est before a name and its clause.
That of a description stands for something: Es wurde 1890 gebaut, c'est un pont."""
_UNSPACED = ("zh", "ja")
_FIRST = re.compile(r"\W*([^\W_]+(?:['’-][^\W_]+)*)")
_MIN_WORDS = 3
_MIN_CHARACTERS = 8
_MIN_DEPENDENT_WORDS = 8
_MIN_DEPENDENT_CHARACTERS = 16


def depends_on_context(sentence: str, language: str) -> bool:
    """Whether the sentence opens with a word that refers to the previous sentence."""
    if language in _PREFIXES:
        return sentence.lstrip("“‘「 ").startswith(_PREFIXES[language])
    match = _FIRST.match(sentence)
    if match is None:
        return False
    first = match[1].lower().replace("’", "'")
    referring = _REFERRING.get(language, _REFERRING["en"])
    return first in referring or first.partition("'")[0] in referring


def points_back(sentence: str, language: str) -> bool:
    """Whether the sentence opens with a pronoun or a word such as "similarly", which means nothing without
    the sentence before it. Words that only join, such as "but", do not count."""
    if language not in _REFERRING:
        return depends_on_context(sentence, language)
    if language == "en" and _EXPLAINED.match(sentence):
        return False
    if language in ("de", "fr") and _IMPERSONAL.match(sentence):
        return False
    if (pattern := _POINTING.get(language)) and pattern.match(sentence):
        return True
    match = _FIRST.match(sentence)
    first = match[1].lower().replace("’", "'").partition("'")[0] if match else ""
    return first not in _REFERRING[f"{language}.joining"] and depends_on_context(sentence, language)


def is_fragment(sentence: str, language: str) -> bool:
    """Whether the sentence is a fragment: a few words, a heading without a full stop, or a short reference to
    the previous sentence ("It was a long evening.")."""
    if sentence[-1:].isalnum() or len(sentence) < _MIN_CHARACTERS:
        return True
    if language in _UNSPACED:
        return len(sentence) < _MIN_DEPENDENT_CHARACTERS and depends_on_context(sentence, language)
    blanks = sentence.count(" ")
    return blanks < _MIN_WORDS - 1 or (
        blanks < _MIN_DEPENDENT_WORDS - 1 and depends_on_context(sentence, language)
    )
