"""What the rows of a full-text search have to contain; each engine writes it in its own syntax."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, Union


@dataclass(frozen=True, slots=True)
class MatchWords:
    """Adjacent words, in this order; with `prefix` the last of them is only the beginning of a word. With
    `in_title` only headlines can contain them."""

    words: tuple[str, ...]
    prefix: bool = False
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class MatchAny:
    """At least one of these."""

    parts: tuple[TextMatch, ...]


@dataclass(frozen=True, slots=True)
class MatchAll:
    """All of these, in any order; the rarest should come first."""

    parts: tuple[TextMatch, ...]


@dataclass(frozen=True, slots=True)
class MatchWithout:
    """What matches and does not match `unwanted`."""

    match: TextMatch
    unwanted: TextMatch


TextMatch: TypeAlias = Union[MatchWords, MatchAny, MatchAll, MatchWithout]  # noqa: UP007 - evaluated when it is imported


def any_of(parts: Iterable[TextMatch]) -> TextMatch:
    """Matches what matches any of these, of which there is at least one."""
    flat: list[TextMatch] = []
    for part in parts:
        flat += part.parts if isinstance(part, MatchAny) else (part,)
    return flat[0] if len(flat) == 1 else MatchAny(tuple(flat))


def all_of(parts: Iterable[TextMatch]) -> TextMatch:
    """Matches what matches all of these, of which there is at least one."""
    every = tuple(parts)
    return every[0] if len(every) == 1 else MatchAll(every)
