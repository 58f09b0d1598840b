"""How many texts match a query over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

TrendUnit = Literal["day", "month", "year"]
MAX_DAYS, MAX_MONTHS = 62, 120
"""Up to so many days each has a bar, up to so many months each month, else each year."""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The number of texts from `start` to the start of the next point."""

    start: datetime
    texts: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Consecutive points from the first text to the last; none if nothing matches. If `sampled`, the numbers
    are estimates from a part of the texts; if `cut`, time ran out and texts may be missing. `narrowed`
    are beginnings of words of which only the commonest words were counted."""

    query: str
    unit: TrendUnit
    points: tuple[TrendPoint, ...]
    sampled: bool = False
    cut: bool = False
    narrowed: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return sum(point.texts for point in self.points)

    @property
    def peak(self) -> TrendPoint:
        """The first point with the most texts; only if there are any."""
        return max(self.points, key=lambda point: point.texts)


def trend(query: str, days: Iterable[tuple[int, int]], *, sampled: bool = False, cut: bool = False) -> Trend:
    """The trend of counts by the number of days since 1970."""
    counts: Counter[int] = Counter()
    for day, texts in days:
        counts[day] += texts
    if not counts:
        return Trend(query, "day", (), sampled, cut)
    first, last = (_date(day) for day in (min(counts), max(counts)))
    unit = _unit(first, last)
    by_start: Counter[datetime] = Counter()
    for day, texts in counts.items():
        by_start[_start(_date(day), unit)] += texts
    points = []
    start = _start(first, unit)
    while start <= last:
        points.append(TrendPoint(start, by_start[start]))
        start = _next(start, unit)
    return Trend(query, unit, tuple(points), sampled, cut)


def _date(day: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)


def _unit(first: datetime, last: datetime) -> TrendUnit:
    if (last - first).days < MAX_DAYS:
        return "day"
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    return "month" if months <= MAX_MONTHS else "year"


def _start(day: datetime, unit: TrendUnit) -> datetime:
    if unit == "day":
        return day
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _next(start: datetime, unit: TrendUnit) -> datetime:
    if unit == "day":
        return start + timedelta(days=1)
    following = start + timedelta(days=31 if unit == "month" else 366)
    return _start(following, unit)
