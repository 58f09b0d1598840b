"""`newsdesk search`, `article`, `summary` and `comments`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.cli.digest import show_digest
from bot.cli.json_output import article_json, emit, plain, search_json, summary_json
from bot.cli.llm_text import show_made, show_written
from bot.cli.session import scope, when, with_library
from bot.cli.terminal import amount, day, line, minute, show, styled
from bot.domain.answers import Payer
from bot.domain.articles import Article, Comment
from bot.domain.search import Filters, Hit, SearchPage
from bot.services import Library
from bot.text.language.slurs import hidden
from bot.ui.kit import format

if TYPE_CHECKING:
    from rich.text import Text


def search(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Hits with what matched in bold; 1 when there are none."""
    query = " ".join(given.query)
    filters = Filters(
        source=given.source, author=given.author, after=when(given.after), before=when(given.before)
    )

    async def use(library: Library) -> int:
        page = await library.search(
            scope(given),
            query,
            filters,
            place=given.place,
            order=given.order,
            limit=given.limit,
            offset=given.offset,
        )
        if given.json:
            emit(search_json(page))
        elif page.hits:
            _show_hits(page, given.order)
        else:
            stats = await library.stats(scope(given))
            years = f", {day(stats.first)} to {day(stats.last)}" if stats.first else ""
            narrowed = [line(part) for part in format.search_scope(filters, given.place, "relevance")[1:]]
            held = f"{amount(stats.articles, 'thread')}{years}"
            show(format.nothing_found(line(query), narrowed, held))
        return 0 if page.hits else 1

    return with_library(given, env, use)


def _show_hits(page: SearchPage, order: str) -> None:
    total = amount(page.total, "thread") + (" or more" if page.capped else "")
    if page.instead is not None:
        show(
            styled(
                f"0 threads for {line(page.query)}. Showing ", (line(page.instead), "bold"), f" ({total})."
            )
        )
    else:
        show(styled((line(page.query), "bold"), f" · {total} · {order}"))
    for number, hit in enumerate(page.hits, page.offset + 1):
        show("")
        show(styled((f"{number}. {line(hit.title)}", "bold")), then=3)
        show(_excerpt(hit), indent=3)
        where = f"article {hit.article}" + (f", comment {hit.comment}" if hit.comment is not None else "")
        by = f"by {hit.author}" if hit.author else None
        more = f"also in {amount(hit.more, 'comment')}" if hit.more else None
        known = [part for part in (hit.source, by, day(hit.posted_at), where, more) if part]
        show(styled((line(" · ".join(known)), "dim")), indent=3)
    if page.offset or page.total > len(page.hits):
        last = page.offset + len(page.hits)
        show(styled(("\n" + f"{page.offset + 1}–{last} of {total}", "dim")))


def _excerpt(hit: Hit) -> Text:
    parts: list[str | tuple[str, str]] = []
    at, excerpt = 0, hidden(hit.excerpt).replace("\n", " ")
    for start, end in hit.matches:
        parts += [excerpt[at:start], (excerpt[start:end], "bold yellow")]
        at = end
    before, after = format.clipped(hit.excerpt) if hit.excerpt.strip() else ("", "")
    return styled(before, *parts, excerpt[at:], after)


def article(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """The whole article, furniture dimmed, and every comment."""

    async def use(library: Library) -> int:
        found = await library.article(scope(given), given.id)
        comments = await library.all_comments(scope(given), found.id)
        if given.json:
            emit(article_json(found, comments))
        else:
            _show_article(found, comments)
        return 0

    return with_library(given, env, use)


def _heading(found: Article) -> None:
    show(styled((line(found.title), "bold")))
    inferred = " (time inferred from the first comment)" if found.inferred else ""
    parts = [
        found.source,
        f"posted by {found.submitter}" if found.submitter else None,
        minute(found.posted_at) + inferred,
        f"article {found.id}" + (f", {found.key}" if found.key else ""),
    ]
    show(styled((line(" · ".join(part for part in parts if part)), "dim")))


def _show_article(found: Article, comments: tuple[Comment, ...]) -> None:
    _heading(found)
    for paragraph in found.paragraphs:
        show("")
        show(styled((paragraph.text, "dim" if paragraph.furniture else "")))
    if not found.paragraphs:
        show(styled(("\nThis article has no text of its own.", "dim")))
    show(styled(("\n" + amount(len(comments), "comment"), "bold")))
    for comment in comments:
        points = "" if comment.score is None else f" · {amount(comment.score, 'point')}"
        show("")
        show(styled((line(comment.author), "bold"), (f" · {minute(comment.posted_at)}{points}", "dim")))
        show(styled(comment.text), indent=2)


def summary(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """The sentences that carry it, in reading order."""

    async def use(library: Library) -> int:
        found = await library.article(scope(given), given.id)
        result = await library.summary(scope(given), found.id, given.sentences, payer=Payer(given.guild))
        if given.json:
            emit(summary_json(result))
            return 0
        _heading(found)
        if not result.sentences:
            show(styled(("\nThis article has no text to summarise.", "dim")))
            return 0
        show("")
        if not show_written(result.written):
            show(styled(" ".join(line(hidden(sentence.text)) for sentence in result.sentences)))
        about = format.key_terms(result.terms)
        if about:
            show(styled(("\n" + line(" · ".join(about)), "dim")))
        of = f"{len(result.sentences)} of {amount(result.of, 'sentence')} · {result.minutes} min read"
        of += f" · {amount(found.comment_count, 'comment')}"
        show(styled((of if about else f"\n{of}", "dim")))
        show_made(result.written)
        return 0

    return with_library(given, env, use)


def comments(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """The comment digest."""

    async def use(library: Library) -> int:
        digest = await library.digest(scope(given), given.id, payer=Payer(given.guild))
        if given.json:
            emit(plain(digest))
        else:
            show_digest(digest)
        return 0

    return with_library(given, env, use)
