"""Formatting of numbers, times and labels on cards."""

from __future__ import annotations

from bot.domain.articles import Article, Stats
from bot.i18n import formats, msg


def dotted(*parts: str) -> str:
    """The non-empty parts, separated by dots."""
    return " · ".join(filter(None, parts))


def small(*parts: str) -> str:
    """`dotted` in small print; empty if all parts are."""
    line = dotted(*parts)
    return f"-# {line}" if line else ""


def comment_count(article: Article) -> str:
    """12 comments, or how many of those that its source has"""
    count, known = article.comment_count, article.known_comments or 0
    return (
        msg("comments-of-known", count=count, known=known) if known > count else msg("comments", count=count)
    )


def points(score: int | None) -> str:
    """7 points; empty if the score is unknown"""
    return "" if score is None else msg("points", count=score)


def page_of(page: int, count: int) -> str:
    """page 2 of 3; empty if there is only one page"""
    return msg("page-of", page=page + 1, count=count) if count > 1 else ""


def item_range(offset: int, shown: int, total: int, capped: bool = False) -> str:
    """1–5 of 14"""
    range_ = number_range(offset, shown)
    return msg("items-shown-of-more" if capped else "items-shown", range=range_, total=total)


def number_range(offset: int, count: int) -> str:
    """6–10, or 11 if there is only one"""
    first = formats.number(offset + 1)
    return first if count <= 1 else f"{first}–{formats.number(offset + count)}"


def archive_size(stats: Stats) -> str:
    """1,204 threads, 2017 to 2024"""
    threads = msg("threads", count=stats.articles)
    if stats.first is None or stats.last is None:
        return threads
    first, last = str(stats.first.year), str(stats.last.year)
    if first == last:
        return msg("archive-size-year", threads=threads, first=first)
    return msg("archive-size-years", threads=threads, first=first, last=last)
