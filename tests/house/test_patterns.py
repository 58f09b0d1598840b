"""No regular expression of the product is slow for any text: each is timed with texts made against it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from bot.dumps.formats import page_boilerplate
from bot.text.language import boilerplate, dates, names, places, slurs
from bot.text.qa import answer_types, choice, cut_sentences, followups, requirements
from bot.text.verification.verify import MAX_CHARACTERS
from tests.support.growth import ATTEMPTS, TooSlowError, limited, seconds
from tests.support.patterns import UsedPattern, attacks, used_patterns

pytestmark = pytest.mark.slow

SIZE = 100_000
MAX_SECONDS = 0.5
SAMPLE_SIZE = 3_000
MAX_SAMPLE_SECONDS = 0.001
"""Texts that take longer at SAMPLE_SIZE are timed at SIZE."""

BOUNDS = {
    "bot.dumps.formats.page_boilerplate._ANYWHERE": page_boilerplate._MAX_CHARACTERS,
    "bot.dumps.formats.page_boilerplate._OPEN_ENDED": page_boilerplate._MAX_CHARACTERS,
    **dict.fromkeys(
        (f"bot.text.language.names._{name}" for name in ("ATTRI", "COM", "NAME", "OWNER", "SPOKE")),
        names._AROUND,
    ),
    "bot.text.language.boilerplate._DATELINE": boilerplate._MAX_DATELINE_CHARACTERS,
    "bot.text.qa.answer_types.AGE": answer_types.MAX_SENTENCE,
    "bot.text.qa.choice._CUT": choice._CUT_TAIL,
    "bot.text.qa.cut_sentences._DOTS": cut_sentences.MAX_DOTS,
    "bot.text.qa.followup": followups.MAX_CHARACTERS,
    "bot.text.qa.requirements._WHOLE_NUMBER": requirements._MAX_CHARACTERS,
    "bot.text.language.names: ([^\\W\\d_]+),? $": 24,
    "bot.text.verification.form.": MAX_CHARACTERS,
}
"""The most characters that are matched, by the beginning of a pattern's name; others match any text."""
BUILT = {
    "slurs": slurs._pattern(),
    **{f"places {language}": places.place_pattern(language) for language in ("ar", "zh")},
    **{f"dates {language}": dates._patterns(language)[0] for language in ("de", "en", "fr", "zh")},
}
USED = [*used_patterns(), *(UsedPattern(name, pattern, "finditer") for name, pattern in BUILT.items())]


def slow_texts(used: UsedPattern) -> Iterator[str]:
    """The beginnings of the texts for which a pattern is too slow."""
    size = next((most for name, most in BOUNDS.items() if used.name.startswith(name)), SIZE)
    for attack in attacks(used.pattern):
        if all(is_slow(used, attack, size) for _ in range(ATTEMPTS)):
            yield attack(40)


def is_slow(used: UsedPattern, attack: Callable[[int], str], size: int) -> bool:
    """Whether one attempt takes too long; what else the machine does costs its time too."""
    try:
        with limited(MAX_SECONDS):
            if seconds(used.run, attack(min(size, SAMPLE_SIZE))) > MAX_SAMPLE_SECONDS:
                used.run(attack(size))
    except TooSlowError:
        return True
    return False


def test_every_pattern_is_fast_for_every_text() -> None:
    assert len(USED) > 150
    assert {used.name: slow for used in USED if (slow := list(slow_texts(used)))} == {}


@pytest.mark.parametrize(
    "pattern",
    [r"^\W+|\W+$", r"\s+$", r"(?:a+)+$", r"\A\s*```\s*\n(.*)\n\s*```\s*\Z", r"\[[^\]]*\]\(", r"(?:\w+-)+\d"],
)
def test_slow_patterns_are_found(pattern: str) -> None:
    assert any(slow_texts(UsedPattern(pattern, re.compile(pattern, re.DOTALL), "search")))
