"""Reads answers of Lemmy's API: posts and comments with their votes, communities and places in the tree.

Posts are known by their address (`ap_id`), which is the same on every instance. Comments name those that they
answer by the numbers of the instance that gave the answer, which shows only in what is its own (`local`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from bot.domain.articles import DELETED
from bot.dumps.formats.article import host_of
from bot.dumps.formats.forum_fields import (
    Record,
    author_of,
    count_of,
    number_of,
    score_of,
    text_of,
    time_of,
    title_of,
    web_link,
)
from bot.dumps.formats.forum_items import BadItem, ForumComment, ForumItem, ForumPost, forum_key
from bot.dumps.rejections import Rejected

_LISTS: Final = ("posts", "cross_posts", "comments")
_VIEWS: Final = ("post_view", "comment_view")
_MAX_SHOWN: Final = 50


def is_lemmy(record: Record) -> bool:
    """Whether an object is an answer with posts or comments, or one of these."""
    views = [record, *(record.get(name) for name in _VIEWS)]
    for name in _LISTS:
        values = record.get(name)
        views += values[:1] if isinstance(values, list) else []
    return any(_is_view(view) for view in views)


def _is_view(view: object) -> bool:
    if not isinstance(view, dict):
        return False
    parts = [view[name] for name in ("post", "comment") if isinstance(view.get(name), dict)]
    return any("ap_id" in part or "path" in part for part in parts)


def read_lemmy(record: Record) -> Iterator[ForumItem | BadItem]:
    """Yields the posts and comments of an answer, and before a comment what it says of its post."""
    views: list[Any] = [record[name] for name in _VIEWS if name in record]
    for name in _LISTS:
        values = record.get(name)
        views += values if isinstance(values, list) else []
    if _is_view(record):
        views.append(record)
    instance = _instance(views)
    addresses = {
        post.get("id"): web_link(post.get("ap_id"))
        for view in views
        if isinstance(view, dict)
        and isinstance(post := view.get("post"), dict)
        and isinstance(post.get("id"), int)
    }
    for view in views:
        if not _is_view(view):
            yield BadItem(Rejected("not-a-record", "rejected-not-a-forum-record"))
            continue
        try:
            post = view.get("post")
            if isinstance(post, dict):
                yield _post(view, post, is_whole="comment" not in view)
            if isinstance(view.get("comment"), dict):
                yield _comment(view, instance, addresses)
        except Rejected as rejected:
            yield BadItem(rejected, "comments" if "comment" in view else "articles")


def _instance(views: list[Any]) -> str | None:
    """The host that gave the answer: that of what is local to it."""
    for view in views:
        for part in view.values() if isinstance(view, dict) else ():
            if isinstance(part, dict) and part.get("local") is True:
                host = host_of(text_of(part.get("ap_id") or part.get("actor_id")))
                if host:
                    return host
    return None


def _post(view: Record, post: Record, *, is_whole: bool) -> ForumPost:
    address = web_link(post.get("ap_id"))
    if address is None:
        raise Rejected("bad-id", "rejected-bad-forum-id", id=str(post.get("ap_id"))[:_MAX_SHOWN])
    gone = post.get("deleted") is True or post.get("removed") is True
    return ForumPost(
        key=_thread_key(address),
        title=title_of(post.get("name") or post.get("title")),
        author=_author(view) if is_whole else None,
        posted_at=time_of(given) if (given := post.get("published") or post.get("published_at")) else None,
        text=text_of(post.get("body")),
        link=web_link(post.get("url")),
        discussion=address,
        score=_score(view, post) if is_whole else None,
        community=_community(view.get("community")),
        over_18=post.get("nsfw") is True,
        gone=gone,
        comments=count_of(_counts(view, post).get("comments")) if is_whole else None,
    )


def _comment(view: Record, instance: str | None, addresses: dict[Any, str | None]) -> ForumComment:
    comment = view["comment"]
    number, post_number = number_of(comment.get("id")), number_of(comment.get("post_id"))
    link = web_link(comment.get("ap_id"))
    address = addresses.get(post_number)
    if address is None and instance is None and comment.get("local") is not False:
        instance = host_of(link or "")
    if address is None and instance is not None:
        address = f"https://{instance}/post/{post_number}"
    if address is None:
        raise Rejected("bad-id", "rejected-forum-orphan")
    # Numbers of an instance that does not show are distinguished by the thread.
    site = instance or address
    above = [part for part in text_of(comment.get("path")).split(".") if part.isdecimal()][1:-1]
    thread = _thread_key(address)
    gone = (
        DELETED if comment.get("deleted") is True else "[removed]" if comment.get("removed") is True else ""
    )
    return ForumComment(
        key=_comment_key(site, number),
        thread=thread,
        parent=_comment_key(site, number_of(above[-1])) if above else thread,
        author=DELETED if gone == DELETED else _author(view),
        posted_at=time_of(comment.get("published"), comment.get("published_at")),
        text=gone or text_of(comment.get("content") or comment.get("body")),
        score=_score(view, comment),
        link=link,
    )


def _thread_key(address: str) -> int:
    return forum_key("lemmy", address.partition("://")[2].rstrip("/"))


def _comment_key(site: str, number: int) -> int:
    return forum_key("lemmy", site, "comment", number)


def _author(view: Record) -> str:
    creator = view.get("creator")
    return author_of(creator.get("name") or creator.get("user_name") if isinstance(creator, dict) else None)


def _score(view: Record, own: Record) -> int | None:
    return score_of(_counts(view, own).get("score"))


def _counts(view: Record, own: Record) -> Record:
    """The numbers of votes and comments, which later versions give with the post or comment."""
    counts = view.get("counts")
    return counts if isinstance(counts, dict) else own


def _community(community: object) -> str | None:
    return (
        " ".join(text_of(community.get("name")).split())[:100] or None
        if isinstance(community, dict)
        else None
    )
