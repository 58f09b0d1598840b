"""Words whose full stop does not end a sentence, and words that begin one, by language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bot.text.language.word_lists import WordLists


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """The lists of the sentence splitter for one language; words in lower case without their last stop."""

    never: frozenset[str]
    """A name follows, so the stop never ends a sentence."""
    sometimes: frozenset[str]
    """The stop ends a sentence only before a word of `starters`."""
    counters: frozenset[str]
    """The stop does not end a sentence before a digit."""
    places: frozenset[str]
    """Like `sometimes`, but only behind a comma: "Salem, Mass."."""
    starters: frozenset[str]
    ordinals: bool
    """A stop behind a short number makes it an ordinal, as in "3. Mai"."""
    years: frozenset[str]
    """Ends a sentence behind a number ("2020 г."), and never elsewhere ("г. Москва")."""


_LISTS = WordLists(__file__, "abbreviations.txt")
_ORDINALS = frozenset(("de", "tr"))


@cache
def abbreviations(language: str) -> Abbreviations:
    """The lists for an ISO 639-1 code; the English ones where there are none for it."""
    if f"{language}.never" not in _LISTS:
        return abbreviations("en")
    names = ("never", "sometimes", "counters", "places", "starters", "years")
    lists = {name: _LISTS.get(f"{language}.{name}", frozenset()) for name in names}
    return Abbreviations(**lists, ordinals=language in _ORDINALS)
