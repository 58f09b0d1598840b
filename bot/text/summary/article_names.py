"""Counts how an article mentions a name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bot.text.language.names import Mention

LEAD_SENTENCES = 3
"""The first sentences, which give the subject of an article."""
_LEAD_BONUS = 1.5
_TITLE_BONUS = 100.0
"""Those of the headline come first."""


@dataclass(slots=True)
class ArticleName:
    """All mentions of one name in an article."""

    texts: Counter[str] = field(default_factory=Counter)
    count: int = 0
    sentences: set[int] = field(default_factory=set)
    told_of: set[int] = field(default_factory=set)
    """The sentences that name it not only in passing."""
    person_evidence: int = 0
    after_place_word: int = 0
    region: str = ""
    """What follows it: "Oregon" in "Salem, Oregon"."""
    known: bool = False
    """Whether it is, or is followed by, a country or a large city."""
    introduced: bool = False
    always_opens: bool = True
    """Whether it only opens sentences, where the word before a name is capitalised too."""
    in_title: bool = False
    in_title_whole: bool = False
    short: bool = False
    """Whether its last word is also used alone, as people's names are."""
    shares_short: bool = False
    """Whether a short form that several names have is used as often as this one: "Lee" of two leaders."""

    def add(self, mention: Mention) -> None:
        self.texts[mention.text] += 1
        self.count += 1
        self.sentences.add(mention.sentence)
        if not mention.aside:
            self.told_of.add(mention.sentence)
        self.person_evidence += mention.person_evidence
        self.region = self.region or mention.followed_by
        self.after_place_word += mention.follows_place_word
        self.introduced |= mention.is_introduced
        self.always_opens &= mention.opens_sentence

    def merge(self, other: ArticleName) -> None:
        self.count += other.count
        self.sentences |= other.sentences
        self.told_of |= other.told_of
        self.in_title |= other.in_title
        self.person_evidence += other.person_evidence

    @property
    def text(self) -> str:
        return max(self.texts, key=lambda text: (self.texts[text], -len(text), text))

    @property
    def score(self) -> float:
        return (
            self.count + _LEAD_BONUS * (min(self.sentences) < LEAD_SENTENCES) + _TITLE_BONUS * self.in_title
        )
