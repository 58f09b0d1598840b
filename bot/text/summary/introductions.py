"""Finds what a sentence speaks of as known: "the video", after an earlier sentence had "a video"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from bot.text.language.stopwords import STOP_WORDS
from bot.text.summary.salience import key_of

_MAX_NOUN_WORDS = 3
"""The words behind an indefinite article among which its noun is: "a very old ferry"."""
_MAX_BEGINNING = 40


class _Articles(NamedTuple):
    indefinite: re.Pattern[str]
    definite: re.Pattern[str]
    """Its group is the word behind a definite article, if nothing after that says which is meant: "the man"
    but not "the man who ..."."""


def _articles(indefinite: str, definite: str, explaining: str) -> _Articles:
    return _Articles(
        re.compile(
            rf"(?<!\w)(?:{indefinite})\s+([^\W\d_][\w-]*(?:\s[^\W\d_][\w-]*){{0,{_MAX_NOUN_WORDS - 1}}})",
            re.I,
        ),
        re.compile(
            rf"(?<!\w)(?:{definite})([^\W\d_][\w-]*)(?![\w'’-])(?!\s(?:{explaining})\b|,?\s[A-Z])",
        ),
    )


_BY_LANGUAGE = {
    "en": _articles(
        "an?", r"[Tt]he\s", "of|that|who|whom|whose|which|where|when|in|at|on|to|for|from|with|behind|between"
    ),
    "de": _articles(
        "ein(?:e[mnrs]?)?",
        r"(?:[Dd](?:er|ie|as|en|em|es)|[Ii]m|[Aa]m|[Zz]um|[Zz]ur|[Bb]eim)\s",
        "von|des|der|aus|in",
    ),
    "fr": _articles("une?", r"(?:[Ll][ae]s?\s|[Ll]['’]|[Aa]u\s|[Dd]u\s)", "de|des|du|d|qui|que|où|à"),
    "es": _articles("una?", r"(?:[Ee]l|[Ll][ao]s?|[Aa]l|[Dd]el)\s", "de|del|que|en|a"),
}
POINTED_NOUN = re.compile(
    r"(?<=\w )(?:this|that same|these|those|such) "
    r"(?!(?:kind|sort) of\b)"
    r"(?!(?:a|an|and|are|as|at|by|for|from|had|has|in|is|not|of|on|or|that|to|was|were|who|whom|whose|will|with"
    r"|would)\b)([a-z][\w-]*)(?: ([a-z][\w-]*))?"
)
"""English nouns that the writer points at: either word is the noun, as in "this old city"."""


def definite_nouns(
    sentences: Sequence[str], numbers: Collection[int], language: str
) -> dict[int, tuple[frozenset[str], ...]]:
    """Returns, for the sentences with these numbers, the key of each noun that they speak of as known because
    an earlier sentence introduced it, in a set of its own. Only the beginning of a sentence counts: its
    subject."""
    articles = _BY_LANGUAGE.get(language)
    if articles is None:
        return {}
    stops = STOP_WORDS.get(language, frozenset())
    first: dict[str, int] = {}
    for number, sentence in enumerate(sentences):
        for match in articles.indefinite.finditer(sentence):
            for word in match[1].split():
                if word.lower() in stops:
                    break
                first.setdefault(key_of(word), number)
    nouns: dict[int, tuple[frozenset[str], ...]] = {}
    for number in numbers:
        keys = {
            key_of(match[1])
            for match in articles.definite.finditer(sentences[number], 0, _MAX_BEGINNING)
            if match[1].lower() not in stops and (language == "de") == match[1][0].isupper()
        }
        nouns[number] = tuple(frozenset((key,)) for key in sorted(keys) if first.get(key, number) < number)
    return nouns


def pointed_nouns(sentence: str) -> tuple[frozenset[str], ...]:
    """Returns, for each "these checkpoints" and "this old city" behind other words, the keys of its nouns, of
    which one must be known."""
    matches = POINTED_NOUN.finditer(sentence)
    return tuple(frozenset(key_of(word) for word in match.groups() if word) for match in matches)
