"""The JSON output for programs: fields can be added, but never renamed, removed or redefined."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from bot.cli.exit_codes import OK
from bot.cli.terminal import show, write_bytes
from bot.domain.answers import Answer, Claim, CommentDigest, Divergence, Summary
from bot.domain.articles import Article, Comment, CommentPage, Paragraph, Stats
from bot.domain.audit import AuditEntry
from bot.domain.books import Books
from bot.domain.browsing import FacetPage
from bot.domain.digests import Delivery, Schedule
from bot.domain.dump import Rejection
from bot.domain.follows import Follow
from bot.domain.loads import AuthorPreview, Erased, Preview, Receipt, Undone
from bot.domain.search import SearchPage
from bot.domain.status import Status
from bot.domain.stories import StoryThread
from bot.domain.trends import Trend
from bot.i18n import msg
from bot.text.language.markup import secret_spans

T = TypeVar("T")


KEYS: dict[type, dict[str, str]] = {
    Answer: {
        "question_type": "asks",
        "matched_words": "found",
        "missing_words": "missing",
        "absent_words": "absent",
        "min_confidence": "needed",
    },
    Claim: {"answer_span": "lead", "supporters": "said", "commenters": "of"},
    CommentDigest: {"divergences": "beyond", "activity": "busy"},
    Divergence: {"comments_say": "said"},
    Summary: {"sentence_count": "of"},
}
"""JSON keys that differ from the names of the fields."""

COMMENT_FIELDS = ("id", "key", "author", "posted_at", "text", "score", "parent", "replies_to", "link")


def emit(document: dict[str, Any]) -> None:
    """Writes one object on one line of standard output, in UTF-8 regardless of the terminal's encoding."""
    write_bytes(msgspec.json.encode(document) + b"\n")


def emit_list(
    items: Sequence[T],
    to_json: Callable[[Sequence[T]], dict[str, Any]],
    show_item: Callable[[T], None],
    nothing: str,
    *,
    json: bool,
) -> int:
    """Writes a list as one object, or prints each item for people, or the message `nothing`; returns the
    exit code."""
    if json:
        emit(to_json(items))
    elif not items:
        show(msg(nothing))
    else:
        for item in items:
            show_item(item)
    return OK


def plain(value: Any) -> Any:
    """Converts a dataclass to an object of its fields; times become ISO 8601 with offset, durations
    seconds."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        keys = KEYS.get(type(value), {})
        return {
            keys.get(field.name, field.name): plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
        }
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def _fields(value: Any, *names: str) -> dict[str, Any]:
    """The named fields, under their own names."""
    return {name: plain(getattr(value, name)) for name in names}


def _masked(value: Paragraph | Comment, *names: str) -> dict[str, Any]:
    """The named fields, and the [start, end) spans of `text` to hide until the reader reveals them."""
    return {**_fields(value, *names), "masks": plain(secret_spans(value.text))}


def _rejections(rejections: Iterable[Rejection]) -> list[dict[str, Any]]:
    return [_fields(rejection, "where", "reason", "detail") for rejection in rejections]


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """`load PATH...`, and each of `loads`."""
    return {
        **_fields(receipt, "load", "state", "name", "by", "started_at"),
        **{
            kind: _fields(counts, "new", "updated", "unchanged")
            for kind, counts in (("articles", receipt.articles), ("comments", receipt.comments))
        },
        "books": _books(receipt.article_books, receipt.comment_books),
        **_fields(receipt, "ids"),
        "rejected": _rejections(receipt.rejections),
        "rejected_total": receipt.rejected,
        **_fields(receipt, "skipped", "left_out", "problem"),
        "seconds": round(receipt.seconds, 3),
    }


def _books(articles: Books | None, comments: Books | None) -> dict[str, Any]:
    """Records by what became of them: all but `read` and `total` add up to `total`. None for loads of
    versions that did not count what they read."""
    return {
        kind: None if books is None else {"total": books.total, **plain(books)}
        for kind, books in (("articles", articles), ("comments", comments))
    }


def stats_json(stats: Stats) -> dict[str, Any]:
    """`stats`."""
    document: dict[str, Any] = plain(stats)
    del document["article_books"], document["comment_books"]
    return {**document, "books": _books(stats.article_books, stats.comment_books)}


def loads_json(receipts: Iterable[Receipt]) -> dict[str, Any]:
    """`loads`, newest first."""
    return {"loads": [receipt_json(receipt) for receipt in receipts]}


def undone_json(undone: Undone) -> dict[str, Any]:
    """`undo LOAD`."""
    return {
        "load": undone.load,
        "articles": {"removed": undone.articles_removed},
        "comments": {"removed": undone.comments_removed},
        "restored": undone.restored,
    }


def erased_json(erased: Erased) -> dict[str, Any]:
    """`forget author NAME`."""
    return {"articles": {"emptied": erased.articles}, "comments": {"emptied": erased.comments}}


def author_preview_json(preview: AuthorPreview) -> dict[str, Any]:
    """`forget author NAME --dry-run`."""
    return _fields(preview, "articles", "comments", "threads", "nearest", "complete")


def preview_json(preview: Preview) -> dict[str, Any]:
    """`load --dry-run PATH...`."""
    return {
        **_fields(preview, "articles", "comments", "skipped", "left_out"),
        "rejected": _rejections(preview.rejections),
        "rejected_total": preview.rejected,
        **_fields(preview, "first", "last", "disk_bytes", "free_bytes"),
        "changes": {
            kind: _fields(counts, "new", "updated", "unchanged", "older")
            for kind, counts in (
                ("articles", preview.article_changes),
                ("comments", preview.comment_changes),
            )
        },
        "books": _books(preview.article_books, preview.comment_books),
    }


def search_json(page: SearchPage) -> dict[str, Any]:
    """`search QUERY`."""
    return _fields(
        page,
        "query",
        "instead",
        "total",
        "capped",
        "cut",
        "narrowed",
        "offset",
        "ignored",
        "counts",
        "near",
        "near_words",
        "hits",
    )


def facets_json(page: FacetPage) -> dict[str, Any]:
    """`browse BY`."""
    return _fields(page, "by", "total", "offset", "values")


def trend_json(trend: Trend) -> dict[str, Any]:
    """`trend QUERY`."""
    return _fields(trend, "query", "unit", "total", "sampled", "cut", "narrowed", "points")


def answer_json(answer: Answer) -> dict[str, Any]:
    """`ask QUESTION`."""
    document: dict[str, Any] = plain(answer)
    document["refused"] = answer.refused is not None
    document["reason"] = answer.refused
    return document


def article_json(article: Article, comments: Iterable[Comment], total: int) -> dict[str, Any]:
    """`article ID`."""
    return {
        "article": article.id,
        **_fields(article, "key", "title", "source", "submitter", "posted_at", "inferred", "link"),
        **_fields(article, "subreddit", "score", "flair", "over_18", "language", "known_comments"),
        "discussion": article.discussion,
        "comment_total": total,
        "paragraphs": [_masked(paragraph, "text", "furniture") for paragraph in article.paragraphs],
        "comments": [_masked(comment, *COMMENT_FIELDS) for comment in comments],
    }


def comments_json(page: CommentPage) -> dict[str, Any]:
    """`comments --list ID`: comments in the order, each with the number of replies below it, and the load
    that it is from."""
    listed = zip(page.comments, page.depths, page.replies, page.origins, strict=True)
    return {
        "article": page.article.id,
        "title": page.article.title,
        "link": page.article.thread_link,
        "under": None if page.under is None else page.under.id,
        **_fields(page, "order", "offset", "total", "deleted", "bots", "hides_bots"),
        "threads": [_thread(thread) for thread in page.threads],
        **_fields(page, "one_thread", "reports"),
        "comments": [
            {
                **_masked(comment, *COMMENT_FIELDS),
                "thread": comment.article,
                "depth": depth,
                "replies": replies,
                "origin": plain(origin),
            }
            for comment, depth, replies, origin in listed
        ],
    }


def _thread(thread: StoryThread) -> dict[str, Any]:
    return _fields(thread, "article", "title", "source", "subreddit", "discussion", "posted_at", "comments")


def summary_json(summary: Summary) -> dict[str, Any]:
    """`summary ID`; `[start, end)` are characters of that paragraph of `article ID`."""
    return plain(summary)  # type: ignore[no-any-return] # a dataclass becomes an object


def schedules_json(schedules: Iterable[Schedule]) -> dict[str, Any]:
    """`schedules`, oldest first."""
    return {
        "schedules": [
            {
                "schedule": schedule.id,
                **_fields(schedule.plan, "guild", "channel"),
                **_fields(schedule, "state", "reason", "next_at", "by", "made_at"),
                "timing": plain(schedule.plan.timing),
                "choice": plain(schedule.plan.choice),
                **_fields(schedule.plan, "style", "late", "skip_empty", "quiet", "target", "tag"),
                "posts": plain(schedule.plan.posts),
                "leave_out": plain(schedule.plan.leave_out),
            }
            for schedule in schedules
        ]
    }


def deliveries_json(deliveries: Iterable[Delivery]) -> dict[str, Any]:
    """`deliveries`, newest slot first."""
    return {
        "deliveries": [
            {
                "delivery": delivery.id,
                **_fields(delivery, "schedule", "guild", "channel", "target", "due_at", "manual"),
                **_fields(delivery, "state", "reason"),
                "tries": delivery.attempts,
                **_fields(delivery, "message", "link", "sent_at"),
                "parts": plain(delivery.parts),
                "decisions": [
                    _fields(decision, "article", "title", "rule", "picked", "left_out")
                    for decision in delivery.decisions
                ],
            }
            for delivery in deliveries
        ]
    }


def follow_json(follow: Follow) -> dict[str, Any]:
    """`follows --remove N`, and each of `follows`."""
    return {
        "follow": follow.id,
        "guild": follow.guild,
        "channel": None if follow.direct else follow.where,
        "member": follow.where if follow.direct else None,
        **_fields(follow, "state", "reason", "by", "made_at"),
        "watch": {
            "query": follow.watch.query,
            "in": follow.watch.place,
            **_fields(follow.watch.filters, "source", "author", "after", "before"),
            "article": follow.watch.article,
        },
        "leave_out": plain(follow.leave_out),
    }


def follows_json(follows: Iterable[Follow]) -> dict[str, Any]:
    """`follows`, oldest first."""
    return {"follows": [follow_json(follow) for follow in follows]}


def audit_json(entries: Iterable[AuditEntry]) -> dict[str, Any]:
    """`audit`, newest first."""
    return {
        "entries": [
            {**_fields(entry, "id", "guild", "at", "by", "action"), "detail": dict(entry.detail)}
            for entry in entries
        ]
    }


def status_json(status: Status) -> dict[str, Any]:
    """`status`."""
    return {
        "bot": plain(status.bot),
        "loads": [receipt_json(load) for load in status.loads],
        "digests": schedules_json(status.digests)["schedules"],
        **_fields(status, "failed", "failures", "waiting", "disk", "model", "last_backup"),
        "troubles": [{**plain(trouble), "fields": dict(trouble.fields)} for trouble in status.troubles],
        "processes": [
            {
                "shards": sorted(process.shards),
                "count": process.count,
                "since": process.started_at.isoformat(),
            }
            for process in status.processes
        ],
    }
