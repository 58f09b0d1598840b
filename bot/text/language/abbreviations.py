"""Abbreviations whose full stop does not end a sentence, and words that begin one, by language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bot.text.language.word_lists import WordLists


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """The sentence splitter's word lists for one language, in lower case, without the final full stop."""

    never: frozenset[str]
    """A name follows, so the full stop never ends a sentence."""
    sometimes: frozenset[str]
    """The full stop ends a sentence only before a word of `starters`."""
    counters: frozenset[str]
    """The full stop does not end a sentence before a digit."""
    places: frozenset[str]
    """Like `sometimes`, but only after a comma: "Salem, Mass."."""
    starters: frozenset[str]
    ordinals: bool
    """A full stop after a short number makes it an ordinal, as in "3. Mai"."""
    years: frozenset[str]
    """Ends a sentence after a number ("2020 г."), and never elsewhere ("г. Москва")."""


_LISTS = WordLists(__file__, "abbreviations.txt")
_ORDINALS = frozenset(("de", "tr"))


@cache
def abbreviations(language: str) -> Abbreviations:
    """Returns the lists for an ISO 639-1 code; the English ones for a language without lists."""
    if f"{language}.never" not in _LISTS:
        return abbreviations("en")
    names = ("never", "sometimes", "counters", "places", "starters", "years")
    lists = {name: _LISTS.get(f"{language}.{name}", frozenset()) for name in names}
    return Abbreviations(**lists, ordinals=language in _ORDINALS)
