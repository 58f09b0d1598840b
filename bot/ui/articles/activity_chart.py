"""When the activity of a thread is drawn as a chart, and what is written below and for screen readers."""

from __future__ import annotations

from bot.domain.answers import ActivityHistogram
from bot.i18n import formats, msg
from bot.ui.kit.markdown import time

MIN_CHART = (20, 4, 4)
"""The minimum number of comments, of bars with comments, and of comments in the highest bar for a chart to be
drawn."""


def deserves_chart(activity: ActivityHistogram | None) -> bool:
    """Whether a thread was active for long enough to make a chart informative."""
    if activity is None:
        return False
    counts = activity.counts
    sizes = (sum(counts), sum(map(bool, counts)), max(counts))
    return all(size >= least for size, least in zip(sizes, MIN_CHART, strict=True))


def caption(activity: ActivityHistogram) -> str:
    """The period of a chart, and the length of the interval of each bar."""
    return msg(
        "comment-digest-chart-caption",
        start=time(activity.start, "f"),
        end=time(activity.end, "f"),
        span=formats.rough_duration(activity.step),
    )


def alt_text(activity: ActivityHistogram) -> str:
    """A description of the chart for screen readers."""
    peak, highest = activity.peak
    clock = formats.minute if activity.step.days < 1 else formats.day
    return msg(
        "comment-digest-chart-description",
        count=sum(activity.counts),
        start=clock(activity.start),
        end=clock(activity.end),
        span=formats.rough_duration(activity.step),
        highest=highest,
        peak=clock(peak),
    )
