"""What articles can be browsed by, and the values of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

Facet = Literal["source", "subreddit", "flair", "day", "month"]
FACETS: tuple[Facet, ...] = ("source", "subreddit", "flair", "day", "month")


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, and the number of articles with it; a day as 2024-03-12, a month as 2024-03."""

    value: str
    articles: int


@dataclass(frozen=True, slots=True)
class FacetPage:
    """A page of the `total` values of a facet: those of most articles first, days and months newest first.
    `highest` is the number of articles of the commonest on the page."""

    by: Facet
    values: tuple[FacetValue, ...]
    offset: int
    total: int

    @property
    def highest(self) -> int:
        return max((value.articles for value in self.values), default=0)


def period(value: str) -> tuple[datetime, datetime]:
    """The start of a day or month, and of the next, in UTC. Raises ValueError."""
    first = date.fromisoformat(value if len(value) > len("2024-03") else f"{value}-01")
    next_ = first + timedelta(days=1 if len(value) > len("2024-03") else 31)
    last = next_ if len(value) > len("2024-03") else next_.replace(day=1)
    return _midnight(first), _midnight(last)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
