"""Collects the links in a thread, and the histogram of its activity."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bot.domain.answers import ActivityHistogram, CitedLink
from bot.domain.articles import Comment
from bot.text.language.markup import own_links

MAX_LINKS = 5
MAX_BARS = 48
"""The maximum number of bars of the activity chart."""
_PREFIX = re.compile(r"^https?://(?:www\.)?", re.IGNORECASE)
_STEPS = (
    *(timedelta(minutes=minutes) for minutes in (5, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 3, 6, 12)),
    *(timedelta(days=days) for days in (1, 7, 28, 91, 364)),
)
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)


def cited_links(comments: Iterable[Comment]) -> tuple[CitedLink, ...]:
    """Returns the links in the comments, those in the most comments first, then in order of appearance. Links
    in quotations of other comments and in spoilers do not count."""
    links: dict[str, tuple[str, str, dict[int, None]]] = {}
    for comment in comments:
        for url in own_links(comment.text):
            host = _host(url)
            if host is not None:
                key = _PREFIX.sub("", url).split("#")[0].rstrip("/")
                links.setdefault(key, (url, host, {}))[2][comment.id] = None
    ranked = sorted(links.values(), key=lambda link: -len(link[2]))
    return tuple(CitedLink(url, host, tuple(ids)) for url, host, ids in ranked[:MAX_LINKS])


def _host(url: str) -> str | None:
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host and "." in host else None


def activity_histogram(comments: Sequence[Comment]) -> ActivityHistogram | None:
    """Returns the thread's activity in the finest step that needs at most MAX_BARS bars. None if all comments
    fall into one step. The last twentieth may be cut, so that late comments do not flatten the chart."""
    if len(comments) < 2:
        return None
    times = sorted(comment.posted_at for comment in comments)
    first, end = times[0], times[-1]
    nearly_all = times[max(0, round(0.95 * len(times)) - 1)]
    if end - first > 4 * (nearly_all - first) and nearly_all > first:
        end = nearly_all
    step = next((s for s in _STEPS if (end - first) / s < MAX_BARS - 1), _STEPS[-1])
    # Full steps; weeks begin on Monday.
    start = _MONDAY + (first - _MONDAY) // step * step
    counts = Counter(int((time - start) / step) for time in times if time <= end)
    bars = max(counts) + 1
    return ActivityHistogram(start, step, tuple(counts[bar] for bar in range(bars))) if bars > 1 else None
