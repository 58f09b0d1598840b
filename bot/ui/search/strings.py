"""Texts of cards about searches and their hits."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.domain.search import Filters, Order, SearchField, SearchPage
from bot.domain.trends import Trend
from bot.i18n import formats, msg
from bot.ui.kit.format import dotted
from bot.ui.kit.truncate import ELLIPSIS, truncate

MAX_WORD, MAX_IGNORED = 40, 8
"""The most characters of a word in the heading, and the most ignored words."""

_ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]]*\s*$")
_MAX_ENDING = 100
"""The characters at the end of an excerpt that are read."""
_ORDERS = {
    "relevance": "search-order-relevance",
    "newest": "search-order-newest",
    "score": "search-order-score",
}
_PLACES = {"articles": "search-only-articles", "comments": "search-only-comments"}


def heading(page: SearchPage, query: str, instead: str | None) -> str:
    """The number of threads for the query, or for its corrected spelling; both escaped."""
    if not page.query.strip():
        return msg("search-heading-all-more" if page.capped else "search-heading-all", count=page.total)
    if instead is not None:
        return msg("search-heading-respelt", count=page.total, query=query, instead=instead)
    if page.near is not None and not page.full:
        return f"**{meaning(page, query)}**"
    count = page.total if page.near is None else page.total - page.near_count
    return msg("search-heading-more" if page.capped else "search-heading", count=count, query=query)


def matching(page: SearchPage) -> str:
    """Which hits match the whole query, if others match only part of it."""
    if page.full is None or page.full >= page.total or (page.near is not None and not page.full):
        return ""
    return msg("search-all-words", count=page.full)


def meaning(page: SearchPage, query: str) -> str:
    """Nothing has the query, escaped; nearest by meaning."""
    return msg("search-heading-meaning", count=page.near_count, query=query, words=near_words(page))


def near_words(page: SearchPage) -> str:
    """The words that are near in meaning to those of the query, escaped."""
    return ", ".join(msg("quoted", text=word) for word in page.near_words)


def section(page: SearchPage, number: int) -> str:
    """What begins with the hit of this number, from 0 on: those near in meaning, or those with some words."""
    if page.near is None:
        return ""
    if number == page.near[0] and page.full:
        return msg("search-near", words=near_words(page))
    return msg("search-some") if number == page.near[1] else ""


def order_text(order: Order, *, listed: bool = False) -> str:
    """best matches first; without any words, newest first"""
    return msg(_ORDERS["newest" if listed and order == "relevance" else order])


def words(page: SearchPage, fit: Callable[[str, int], str] = truncate) -> list[str]:
    """How often each word occurs, and the words that were not searched for; `fit` truncates user input and,
    if needed, escapes it."""
    shown = [
        msg(
            "search-word-count-more" if count.capped else "search-word-count",
            word=msg("quoted", text=fit(count.word, MAX_WORD)),
            count=count.texts,
        )
        for count in page.counts
    ]
    if page.ignored:
        ignored = [msg("quoted", text=fit(word, MAX_WORD)) for word in page.ignored[:MAX_IGNORED]]
        more = [ELLIPSIS] if len(page.ignored) > MAX_IGNORED else []
        shown.append(msg("search-ignored", words=", ".join([*ignored, *more])))
    return shown


def incomplete(page: SearchPage | Trend, fit: Callable[[str, int], str] = truncate) -> list[str]:
    """What a search or a trend left out: the rarer words with a beginning, and what there was no time for;
    `fit` as in `words`."""
    words = [msg("quoted", text=fit(f"{prefix}*", MAX_WORD)) for prefix in page.narrowed]
    return [
        *([msg("search-beginnings", words=formats.joined(words))] if words else []),
        *([msg("search-cut-short")] if page.cut else []),
    ]


def search_scope(filters: Filters, place: SearchField) -> list[str]:
    """What narrows a search, as separate texts, with user input unescaped."""
    parts = [msg(_PLACES[place])] if place in _PLACES else []
    if filters.source:
        parts.append(msg("search-from-source", source=filters.source))
    if filters.author:
        parts.append(msg("search-by-author", author=filters.author))
    if filters.after:
        parts.append(msg("search-since", day=formats.day(filters.after)))
    if filters.before:
        parts.append(msg("search-before", day=formats.day(filters.before)))
    return parts


def nothing_found(query: str, narrowed: Sequence[str], size: str) -> str:
    """Nothing about “zeppelin” in this archive (1,204 threads, 2017 to 2024). If the search was narrowed, the
    text says nothing about the whole archive."""
    if narrowed:
        return msg("search-nothing-narrowed", query=query, filters=dotted(*narrowed), size=size)
    return msg("search-nothing", query=query, size=size)


def clipped(excerpt: str) -> tuple[str, str]:
    """The prefix and suffix of an excerpt: … on each side where it begins or ends within a sentence."""
    before = "" if excerpt[:1].isupper() or not excerpt[:1].isalpha() else "…"
    return before, "" if _ENDED.search(excerpt[-_MAX_ENDING:]) else "…"
