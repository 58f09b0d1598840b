"""Texts about browsing for cards and the terminal."""

from __future__ import annotations

from bot.domain.browsing import Facet, FacetPage, period
from bot.i18n import formats, msg

_HEADINGS: dict[Facet, str] = {
    "source": "browse-sources",
    "subreddit": "browse-subreddits",
    "flair": "browse-flairs",
    "day": "browse-days",
    "month": "browse-months",
}
_TABS: dict[Facet, str] = {
    "source": "browse-tab-sources",
    "subreddit": "browse-tab-subreddits",
    "flair": "browse-tab-flairs",
    "day": "browse-tab-days",
    "month": "browse-tab-months",
}
MAX_BAR = 8
"""The blocks of the longest bar."""


def heading(page: FacetPage) -> str:
    """**12 sources**"""
    return msg(_HEADINGS[page.by], count=page.total)


def order(by: Facet) -> str:
    """most threads first"""
    return msg("search-order-newest" if by in ("day", "month") else "browse-most-first")


def tab(by: Facet) -> str:
    """Sources"""
    return msg(_TABS[by])


def label(by: Facet, value: str) -> str:
    """A value as people read it: r/harbour, 12 Mar 2024, March 2024."""
    if by == "day":
        return formats.day(period(value)[0])
    if by == "month":
        return formats.month(period(value)[0])
    return f"r/{value}" if by == "subreddit" else value


def bar(count: int, highest: int) -> str:
    """A bar of blocks, at least one."""
    return "▇" * max(1, round(MAX_BAR * count / max(1, highest)))
