"""What digests and follows leave out, and which filter leaves an article out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from bot.errors import BadInput

FilterName = Literal["words", "sources", "authors", "subreddits", "flair", "score", "comments"]

MAX_NAMES = 40
"""The most words, sources, authors, subreddits or flairs of one filter."""
MAX_NAME = 100
MAX_TYPED = 4000
"""The most characters of what is typed into one field of the form, by Discord's rule."""
MAX_MINIMUM = 1_000_000
_FIRST_UNSPACED = "\u2e80"
"""From here on, most scripts write words without spaces between them."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What filters look at."""

    title: str
    text: str
    source: str | None
    author: str | None
    subreddit: str | None
    flair: str | None
    score: int | None
    comments: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The filter that leaves an article out, and its word, name or minimum; names of authors are not kept.
    `server` is whether it is the whole server's."""

    filter: FilterName
    text: str = ""
    server: bool = False


@dataclass(frozen=True, slots=True)
class Exclusions:
    """What to leave out: articles with one of the words in the headline or the text, of one of the sources,
    authors, subreddits or flairs, and those with less than the minimum of score and comments. Letter case is
    ignored, and articles whose score is unknown stay."""

    words: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    subreddits: tuple[str, ...] = ()
    flair: tuple[str, ...] = ()
    min_score: int | None = None
    min_comments: int = 0

    @property
    def any(self) -> bool:
        """Whether anything is left out."""
        return self != Exclusions()

    def check(self) -> None:
        """Raises BadInput("bad-exclusions" | "exclusions-too-long") for values that no form allows: they are
        also imported from files."""
        for names in (self.words, self.sources, self.authors, self.subreddits, self.flair):
            if len(names) > MAX_NAMES or not all(name.strip() and len(name) <= MAX_NAME for name in names):
                raise BadInput("bad-exclusions", most=MAX_NAMES, longest=MAX_NAME)
        minimums = (self.min_score or 0, self.min_comments)
        if not all(-MAX_MINIMUM <= minimum <= MAX_MINIMUM for minimum in minimums):
            raise BadInput("bad-exclusions", most=MAX_NAMES, longest=MAX_NAME)

        for names in self.fields().values():
            if len(", ".join(names)) > MAX_TYPED:
                raise BadInput("exclusions-too-long", most=MAX_TYPED)

    def fields(self) -> dict[str, tuple[str, ...]]:
        """The names as they stand in the fields of the form, which are separated by a comma and a space."""
        subreddits = (f"r/{name}" for name in self.subreddits)
        sources = (*self.sources, *subreddits)
        return {"words": self.words, "sources": sources, "authors": self.authors, "flair": self.flair}

    def without_author(self, name: str) -> Exclusions:
        """The same without a name, after its author was erased."""
        kept = (author for author in self.authors if author.casefold() != name.casefold())
        return replace(self, authors=tuple(kept))

    def match(self, traits: Traits) -> LeftOut | None:
        """The first filter that leaves the article out; None if it stays."""
        named: tuple[tuple[FilterName, tuple[str, ...], str | None], ...] = (
            ("sources", self.sources, traits.source),
            ("authors", self.authors, traits.author),
            ("subreddits", self.subreddits, traits.subreddit),
            ("flair", self.flair, traits.flair),
        )
        for filter_, names, own in named:
            if own is not None and own.casefold() in map(str.casefold, names):
                return LeftOut(filter_, "" if filter_ == "authors" else own)
        if self.min_score is not None and traits.score is not None and traits.score < self.min_score:
            return LeftOut("score", str(self.min_score))
        if traits.comments < self.min_comments:
            return LeftOut("comments", str(self.min_comments))
        if self.words:
            for text in (traits.title, traits.text):
                if match := _pattern(self.words).search(text):
                    return LeftOut("words", match[0])
        return None


def find_filter(own: Exclusions, servers: Exclusions, traits: Traits) -> LeftOut | None:
    """The filter of a digest or follow, or else of its server, that leaves the article out."""
    left_out = own.match(traits)
    if left_out is None and (left_out := servers.match(traits)) is not None:
        left_out = replace(left_out, server=True)
    return left_out


@lru_cache(maxsize=256)
def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Finds any of the words, whole where the script has spaces between words."""
    return re.compile("|".join(map(_whole, words)), re.IGNORECASE)


def _whole(word: str) -> str:
    word = " ".join(word.split())
    spaced = re.escape(word).replace(r"\ ", r"\s+")
    first, last = (r"\b" if char.isalnum() and char < _FIRST_UNSPACED else "" for char in (word[0], word[-1]))
    return f"{first}{spaced}{last}"
