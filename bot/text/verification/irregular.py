"""English words whose other forms no stemmer brings together: went to go, women to woman."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot.text.language.word_lists import read_lists


@cache
def _forms(kind: str) -> dict[str, str]:
    groups = read_lists(Path(__file__).with_name("irregular.txt"), ";")[kind]
    return {form: base for base, *forms in map(str.split, groups) for form in forms}


@cache
def base_forms() -> Mapping[str, str]:
    """For each irregular form the word that it is a form of."""
    return _forms("verbs") | _forms("plurals")


def is_irregular_past(word: str) -> bool:
    """Whether a word in lower case is an irregular verb's form for what was or is done."""
    return word in _forms("verbs")
