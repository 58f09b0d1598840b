"""What a thread leaves besides opinions: the links it cites and the hours in which it was busy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bot.domain.answers import ActivityHistogram, CitedLink
from bot.domain.articles import Comment

MAX_LINKS = 5
MAX_BARS = 48
"""A picture of a thread's time has at most so many bars."""
_LINK = re.compile(r"https?://[^\s<>\"'`|\\^{}]+", re.IGNORECASE)
_QUOTED_LINE = re.compile(r"^[ \t]*(?:>|&gt;).*$", re.MULTILINE)
_STEPS = (
    *(timedelta(minutes=minutes) for minutes in (5, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 3, 6, 12)),
    *(timedelta(days=days) for days in (1, 7, 28, 91, 364)),
)
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)


def cited_links(comments: Iterable[Comment]) -> tuple[CitedLink, ...]:
    """The links of comments, those of most comments first, then in the order in which they came; what is
    quoted from another comment does not count again."""
    found: dict[str, list[int]] = {}
    shown: dict[str, str] = {}
    for comment in comments:
        if "http" not in comment.text:
            continue
        for match in _LINK.finditer(_QUOTED_LINE.sub("", comment.text)):
            url = _trimmed(match[0])
            host = _host(url)
            if host is None:
                continue
            key = re.sub(r"^https?://(?:www\.)?", "", url, flags=re.IGNORECASE).split("#")[0].rstrip("/")
            shown.setdefault(key, url)
            who = found.setdefault(key, [])
            if comment.id not in who:
                who.append(comment.id)
    ranked = sorted(found.items(), key=lambda item: -len(item[1]))
    return tuple(
        CitedLink(shown[key], _host(shown[key]) or "", tuple(who)) for key, who in ranked[:MAX_LINKS]
    )


def _trimmed(url: str) -> str:
    """The link without the punctuation of the sentence around it; a bracket stays if it was opened."""
    while url:
        last = url[-1]
        closes = {")": "(", "]": "["}.get(last)
        if last in ".,;:!?*_~…" or (closes and url.count(last) > url.count(closes)):
            url = url[:-1]
        else:
            break
    return url


def _host(url: str) -> str | None:
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host and "." in host else None


def activity_histogram(comments: Sequence[Comment]) -> ActivityHistogram | None:
    """When a thread was busy, in the finest step that needs at most BARS bars; None where all was said in
    one step. A straggler long after the rest does not flatten the picture: the last twentieth may be cut."""
    if len(comments) < 2:
        return None
    times = sorted(comment.posted_at for comment in comments)
    end = times[-1]
    most = times[max(0, round(0.95 * len(times)) - 1)]
    if end - times[0] > 4 * (most - times[0]) and most > times[0]:
        end = most
    step = next((s for s in _STEPS if (end - times[0]) / s < MAX_BARS - 1), _STEPS[-1])
    start = _floor(times[0], step)
    counts = Counter(int((time - start) / step) for time in times if time <= end)
    bars = max(counts) + 1
    if bars < 2:
        return None
    return ActivityHistogram(start, step, tuple(counts[bar] for bar in range(bars)))


def _floor(time: datetime, step: timedelta) -> datetime:
    """The last full step before `time`; weeks begin on Monday."""
    return _MONDAY + (time - _MONDAY) // step * step
