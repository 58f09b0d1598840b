"""Adapts stemmers to words without accents, which the index removes from Latin letters.

Snowball's rules for some languages expect accents in endings. Endings get the accents that they nearly always
have before stemming; remains of some endings are stripped after it. The rules were selected by the share of
forms of 12,000 common words that get the stem of their lemma, with stems of accented words in brackets:
Spanish .80 to .83 (.83), French .74 to .79 (.78), Portuguese .82 to .87 (.83), Turkish .35 to .40 (.41). For
Arabic, where a word may have several prefixes, the share rose from .56 to .64."""

from __future__ import annotations

import re

_Endings = tuple[tuple[str, str], ...]

_RESTORED_ENDINGS: dict[str, _Endings] = {
    "es": (("iamos", "íamos"), ("ian", "ían"), ("eis", "éis")),
    "fr": (
        ("ieres", "ières"),
        ("iere", "ière"),
        ("erent", "èrent"),
        ("ees", "ées"),
        ("ies", "iés"),
        ("ee", "ée"),
        ("ie", "ié"),
    ),
    "pt": (("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el")),
}
_STRIPPED_ENDINGS: dict[str, _Endings] = {
    "es": (("ari", ""), ("eri", ""), ("iri", ""), ("ir", ""), ("i", "")),
}
_MIN_LETTERS = 3
_MIN_TURKISH_LETTERS = 2
"""The minimum number of letters of a stem."""
LANGUAGES_WITH_RULES = frozenset([*_RESTORED_ENDINGS, *_STRIPPED_ENDINGS, "ar", "tr"])
STEMMED_TWICE = frozenset(["ar"])
"""Languages whose words may have two prefixes."""

_TURKISH_VOWELS = "aeıioöuü"
_FRONT = str.maketrans("ou", "öü")
_SOFT = re.compile("(?<=[aeıioöuü])g(?=[aeıiuü])")
_REPORTED = re.compile("m([ıiuü])s(?=$|l|s|t[ıiuü])")
_AND = re.compile(r"^[وف](?=(?:ال|بال|كال|لل)\w{3})")


def restore_accents(word: str, language: str) -> str:
    """Returns the folded word with the accents that its ending nearly always has in the language."""
    if language == "tr":
        # The vowels of a word are all front or all back; folding has removed the difference for o and u.
        if max(word.rfind("e"), word.rfind("i")) > max(word.rfind("a"), word.rfind("ı")):
            word = word.translate(_FRONT)
        return _REPORTED.sub(r"m\1ş", _SOFT.sub("ğ", word))
    if language == "ar":
        return _AND.sub("", word)
    return _replace_ending(word, _RESTORED_ENDINGS.get(language, ()), 2)


def strip_ending(stem: str, word: str, language: str) -> str:
    """Returns the stemmer's stem of the word without the remains of an ending. The stem may have accents."""
    if language == "tr":
        if len(stem) < _MIN_TURKISH_LETTERS:  # the stemmer reduces "günü" to "g"
            stem = word.rstrip(_TURKISH_VOWELS) or word
        return stem.replace("ı", "i")
    return _replace_ending(stem, _STRIPPED_ENDINGS.get(language, ()), _MIN_LETTERS)


def _replace_ending(word: str, endings: _Endings, min_letters: int) -> str:
    for ending, replacement in endings:
        if word.endswith(ending) and len(word) >= len(ending) + min_letters:
            return word[: -len(ending)] + replacement
    return word
