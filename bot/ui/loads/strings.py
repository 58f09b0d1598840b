"""Texts about loads for cards and the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, get_args

from bot.domain.books import Books, LeftOutReason
from bot.domain.dump import Rejection
from bot.domain.loads import Counts, Preview, Progress, Receipt
from bot.i18n import formats, msg, stored_text
from bot.ui.kit.format import dotted

T = TypeVar("T")
_FATES = ("new", "updated", "unchanged", "older", "waiting", "rejected")


def counts(receipt: Receipt) -> tuple[str, ...]:
    """What the load did to articles and to comments, as in `new`."""
    return changes(receipt.articles, receipt.comments)


def changes(articles: Counts, comments: Counts) -> tuple[str, ...]:
    """What a load did, or would do, to articles and to comments."""
    if not any((articles.new, articles.updated, comments.new, comments.updated)):
        kept = {
            "articles": articles.unchanged + articles.older,
            "comments": comments.unchanged + comments.older,
        }
        what = formats.joined(msg(id_, count=count) for id_, count in kept.items() if count)
        return (msg("load-nothing-new", what=what) if what else msg("load-nothing"),)
    new_rows = _new(articles, comments)
    facts = zip(new_rows, _in_order(articles, comments, _changes(articles), _changes(comments)), strict=True)
    return tuple(dotted(added, *changed) for added, changed in facts)


def new(receipt: Receipt) -> Sequence[str]:
    """The numbers of new articles and comments; comments come first if there are no new articles."""
    return _new(receipt.articles, receipt.comments)


def left_out(work: Progress | Receipt | Preview, option: Callable[[LeftOutReason], str]) -> str:
    """The rows that the load's filter left out, by reason, each with the `option` that lets them in."""
    counts = work.left_out
    uncounted = work.skipped - sum(counts.values())
    facts = [
        msg("load-left-out", reason=reason, count=counts[reason], option=option(reason))
        for reason in get_args(LeftOutReason)
        if reason in counts
    ]
    return dotted(*facts, msg("load-left-out-uncounted", count=uncounted) if uncounted else "")


def rejected(rejections: Sequence[Rejection]) -> tuple[list[tuple[str, str]], str]:
    """Where each rejection is and what it says, and the sentence that says what can be loaded, if several
    rejections end with it: then it is said once, below them."""
    accepted = msg("accepted-files")
    texts = [stored_text(rejection.message, rejection.detail) for rejection in rejections]
    is_repeated = sum(text.endswith(accepted) for text in texts) > 1
    if is_repeated:
        texts = [text.removesuffix(accepted).rstrip() for text in texts]
    places = (rejection.where for rejection in rejections)
    return list(zip(places, texts, strict=True)), accepted if is_repeated else ""


def gaps(waiting: int, missing: int) -> list[str]:
    """The comments that an archive cannot show: those that wait for their articles, and those that are known
    but not in it."""
    return [
        msg("load-waiting", count=waiting) if waiting else "",
        msg("load-missing", count=missing) if missing else "",
    ]


def books(articles: Books | None, comments: Books | None) -> list[str]:
    """What became of all records that were read, where it is more than being new or known."""
    lines = []
    for kind, of_kind in (("articles", articles), ("comments", comments)):
        if of_kind is None:
            continue
        fates = {name: getattr(of_kind, name) for name in _FATES} | {
            "left_out": sum(of_kind.left_out.values())
        }
        if of_kind.new + of_kind.updated + of_kind.unchanged < of_kind.read:
            parts = [msg("load-books-part", what=what, count=count) for what, count in fates.items() if count]
            lines.append(msg("load-books", kind=kind, read=of_kind.read, parts=formats.joined(parts)))
        if lost := abs(of_kind.unaccounted):
            lines.append(msg("load-unaccounted", count=lost))
    return lines


def cli_option(reason: LeftOutReason) -> str:
    """A filter's option on the command line."""
    return f"--{reason.replace('_', '-')}"


def heading_state(receipt: Receipt) -> str:
    """The state that the heading names: a load that only met lines it could not read has failed."""
    took = receipt.articles.total + receipt.comments.total
    unread = receipt.rejected and not receipt.skipped and not took
    return "failed" if receipt.state == "done" and unread else receipt.state


def _new(articles: Counts, comments: Counts) -> Sequence[str]:
    of_articles = msg("load-new-articles", count=articles.new)
    return _in_order(articles, comments, of_articles, msg("load-new-comments", count=comments.new))


def _in_order(articles: Counts, comments: Counts, of_articles: T, of_comments: T) -> Sequence[T]:
    """What came in first: comments, if no articles did."""
    if comments.new and not articles.new:
        return of_comments, of_articles
    return of_articles, of_comments


def _changes(counts: Counts) -> list[str]:
    return [
        msg("load-updated", count=counts.updated) if counts.updated else "",
        msg("load-unchanged", count=counts.unchanged) if counts.unchanged else "",
        msg("load-older", count=counts.older) if counts.older else "",
    ]


def disk_room(preview: Preview) -> str:
    """The disk space that a load needs, and whether there is so much."""
    needed, free = formats.file_size(preview.disk_bytes), formats.file_size(preview.free_bytes)
    return msg("load-room" if preview.fits else "load-no-room", needed=needed, free=free)
