"""Irregular English forms that no stemmer reduces to their base form: went to go, women to woman."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot.text.language.stems import stem
from bot.text.language.word_lists import read_lists


@cache
def _forms(kind: str) -> dict[str, str]:
    groups = read_lists(Path(__file__).with_name("irregular.txt"), ";")[kind]
    return {form: base for base, *forms in map(str.split, groups) for form in forms}


@cache
def base_forms() -> Mapping[str, str]:
    """Maps each irregular form to its base form."""
    return _forms("verbs") | _forms("plurals")


def base_stem(word: str) -> str:
    """Returns the stem of the base form of a lower-case English word: that of "know" for "knew"."""
    return stem(base_forms().get(word, word), "en")


def is_irregular_past(word: str) -> bool:
    """Whether a lower-case word is the past tense or past participle of an irregular verb."""
    return word in _forms("verbs")
