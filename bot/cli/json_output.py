"""The JSON that programs read: fields may be added, none is renamed, removed or given another meaning."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from bot.cli.terminal import write_bytes
from bot.domain.answers import Answer, Summary
from bot.domain.articles import Article, Comment
from bot.domain.digests import Delivery, Schedule
from bot.domain.follows import Follow
from bot.domain.loads import Erased, Preview, Receipt, Undone
from bot.domain.search import SearchPage


def emit(document: dict[str, Any]) -> None:
    """Writes one object on one line of standard output, in UTF-8 whatever the terminal's encoding is."""
    write_bytes(msgspec.json.encode(document) + b"\n")


def plain(value: Any) -> Any:
    """A dataclass as an object with its fields, times in ISO 8601 with their offset, spans in seconds."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """`load PATH...`, and each of `loads`."""
    return {
        "load": receipt.load,
        "state": receipt.state,
        "name": receipt.name,
        "by": plain(receipt.by),
        "started_at": plain(receipt.started_at),
        "articles": plain(receipt.articles),
        "comments": plain(receipt.comments),
        "ids": list(receipt.ids),
        "rejected": plain(receipt.rejections),
        "rejected_total": receipt.rejected,
        "skipped": receipt.skipped,
        "problem": receipt.problem,
        "seconds": round(receipt.seconds, 3),
    }


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


def forgot_json(forgot: Erased) -> dict[str, Any]:
    """`forget author NAME`."""
    return {"articles": {"emptied": forgot.articles}, "comments": {"emptied": forgot.comments}}


def preview_json(preview: Preview) -> dict[str, Any]:
    """`load --dry-run PATH...`."""
    return {
        "articles": preview.articles,
        "comments": preview.comments,
        "skipped": preview.skipped,
        "rejected": plain(preview.rejections),
        "rejected_total": preview.rejected,
        "first": plain(preview.first),
        "last": plain(preview.last),
    }


def search_json(page: SearchPage) -> dict[str, Any]:
    """`search QUERY`."""
    return {
        "query": page.query,
        "instead": page.instead,
        "total": page.total,
        "capped": page.capped,
        "offset": page.offset,
        "hits": plain(page.hits),
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    """`ask QUESTION`."""
    document: dict[str, Any] = plain(answer)
    document["refused"] = answer.refused is not None
    document["reason"] = answer.refused
    return document


def article_json(article: Article, comments: Iterable[Comment]) -> dict[str, Any]:
    """`article ID`."""
    return {
        "article": article.id,
        "key": article.key,
        "title": article.title,
        "source": article.source,
        "submitter": article.submitter,
        "posted_at": plain(article.posted_at),
        "inferred": article.inferred,
        "link": article.link,
        "subreddit": article.subreddit,
        "score": article.score,
        "flair": article.flair,
        "over_18": article.over_18,
        "language": article.language,
        "paragraphs": plain(article.paragraphs),
        "comments": [
            {
                "id": comment.id,
                "key": comment.key,
                "author": comment.author,
                "posted_at": plain(comment.posted_at),
                "text": comment.text,
                "score": comment.score,
                "parent": comment.parent,
            }
            for comment in comments
        ],
    }


def summary_json(summary: Summary) -> dict[str, Any]:
    """`summary ID`; `[start, end)` are characters of that paragraph of `article ID`."""
    return plain(summary)  # type: ignore[no-any-return] # a dataclass becomes an object


def schedules_json(found: Iterable[Schedule]) -> dict[str, Any]:
    """`schedules`, oldest first."""
    return {
        "schedules": [
            {
                "schedule": one.id,
                "guild": one.plan.guild,
                "channel": one.plan.channel,
                "state": one.state,
                "reason": one.reason,
                "next_at": plain(one.next_at),
                "by": plain(one.by),
                "made_at": plain(one.made_at),
                "timing": plain(one.plan.timing),
                "choice": plain(one.plan.choice),
                "style": one.plan.style,
                "late": one.plan.late,
                "skip_empty": one.plan.skip_empty,
                "quiet": plain(one.plan.quiet),
                "target": one.plan.target,
                "tag": one.plan.tag,
            }
            for one in found
        ]
    }


def deliveries_json(found: Iterable[Delivery]) -> dict[str, Any]:
    """`deliveries`, newest slot first."""
    return {
        "deliveries": [
            {
                "delivery": one.id,
                "schedule": one.schedule,
                "guild": one.guild,
                "channel": one.channel,
                "target": one.target,
                "due_at": plain(one.due_at),
                "manual": one.manual,
                "state": one.state,
                "reason": one.reason,
                "tries": one.tries,
                "message": one.message,
                "link": one.link,
                "sent_at": plain(one.sent_at),
                "decisions": [
                    {"article": part.article, "title": part.title, "rule": part.rule, "picked": part.picked}
                    for part in one.decisions
                ],
            }
            for one in found
        ]
    }


def follow_json(one: Follow) -> dict[str, Any]:
    """`follows --remove N`, and each of `follows`."""
    filters = one.watch.filters
    return {
        "follow": one.id,
        "guild": one.guild,
        "channel": None if one.direct else one.where,
        "member": one.where if one.direct else None,
        "state": one.state,
        "reason": one.reason,
        "by": plain(one.by),
        "made_at": plain(one.made_at),
        "watch": {
            "query": one.watch.query,
            "in": one.watch.place,
            "source": filters.source,
            "author": filters.author,
            "after": plain(filters.after),
            "before": plain(filters.before),
            "article": one.watch.article,
        },
    }


def follows_json(found: Iterable[Follow]) -> dict[str, Any]:
    """`follows`, oldest first."""
    return {"follows": [follow_json(one) for one in found]}
