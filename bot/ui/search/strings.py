"""Texts of cards about searches and their hits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.search import Filters, Order, SearchField, SearchPage
from bot.ui.kit.format import counted, day

_ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]]*\s*$")
HELP = (
    "### Searching\n"
    "Words are looked for in headlines, articles and comments, in any order and with the endings of each "
    "text's language. A thread counts once, with the best piece of it. Threads that have every word come "
    "first, then those that have some; the card says how many.\n"
    '`"rail yard"` these words in a row, as they stand\n'
    "`market -fish` without a word\n"
    '`market -"rail yard"` without these words in a row\n'
    "`tram OR gulls` either of two, also `tram | gulls`\n"
    "`stall*` words that begin so\n"
    "`rail-yard` as any sign between words: these words in a row\n"
    "**Options** narrow it: `in` articles or comments; `source`, a site; `author`, who posted the article or "
    "wrote the comment; `after` (from that day on) and `before`, such as 2024, 2024-03-12, 12 Mar 2024, 3 "
    "days ago. Without changing what is found, **Newest** puts the newest first.\n"
    "-# Accents and capitals do not matter. Chinese, Japanese and Korean need no spaces. Where nothing has a "
    "word, its nearest spelling is searched and the card says so; numbers are never respelt."
)


def matching(page: SearchPage) -> str:
    """Which hits match the whole query, if others match only part of it."""
    if page.full is None or page.full >= page.total:
        return ""
    if not page.full:
        return "none has every word"
    return "the first has every word" if page.full == 1 else f"the first {page.full:,} have every word"


def search_scope(filters: Filters, place: SearchField, order: Order) -> list[str]:
    """The filters and order of a search as separate texts, with user input unescaped."""
    parts = {"relevance": ["relevance"], "newest": ["newest first"], "score": ["highest score first"]}[order]
    parts += {"both": [], "articles": ["articles only"], "comments": ["comments only"]}[place]
    if filters.source:
        parts.append(f"from {filters.source}")
    if filters.author:
        parts.append(f"by {filters.author}")
    if filters.after:
        parts.append(f"since {day(filters.after)}")
    if filters.before:
        parts.append(f"before {day(filters.before)}")
    return parts


def nothing_found(query: str, narrowed: Sequence[str], held: str) -> str:
    """Nothing in this archive says “zeppelin”. 1,204 threads, 2017 to 2024. If the search was narrowed, the
    text says nothing about the whole archive."""
    if narrowed:
        return f"Nothing found for {query} ({', '.join(narrowed)}). This archive has {held}."
    return f"Nothing in this archive says {query}. {held}."


def clipped(excerpt: str) -> tuple[str, str]:
    """The prefix and suffix of an excerpt: … on each side where it begins or ends within a sentence."""
    before = "" if excerpt[:1].isupper() or not excerpt[:1].isalpha() else "…"
    return before, "" if _ENDED.search(excerpt) else "…"


def thread_count(page: SearchPage) -> str:
    """14 threads, more than 1,000 threads"""
    return ("more than " if page.capped else "") + counted(page.total, "thread")
