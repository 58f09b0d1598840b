"""Questions that follow others, written by hand, and how many are completed as people understand them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.text.qa.followups import Exchange, complete

NONE = "-"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up to an exchange; `expected` are the whole questions that are right, NONE for none."""

    section: str
    before: Exchange
    text: str
    expected: tuple[str, ...]

    @property
    def completed(self) -> str:
        """The completed question; NONE if it stays as it is."""
        completion = complete(self.text, self.before)
        return NONE if completion is None else completion.question


@dataclass(slots=True)
class FollowUpTally:
    """How many are right, not completed although they should be, and completed wrongly."""

    right: int = 0
    missed: int = 0
    wrong: int = 0

    def add(self, follow_up: FollowUp) -> None:
        """Counts one."""
        completed = follow_up.completed
        self.right += completed in follow_up.expected
        self.missed += completed == NONE and completed not in follow_up.expected
        self.wrong += completed not in (NONE, *follow_up.expected)


def follow_ups() -> Iterator[FollowUp]:
    """All of them, by section."""
    section = ""
    for line in Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            before, fact, text, expected = (part.strip() for part in line.split("|"))
            ways = tuple(way.strip() for way in expected.split("//"))
            yield FollowUp(section, Exchange(before, fact), text, ways)
