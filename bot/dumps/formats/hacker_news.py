"""Reads Hacker News: items of its own API and of BigQuery's table, trees and answers of Algolia's API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.domain.articles import DELETED
from bot.domain.books import RecordKind
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
from bot.dumps.formats.html_text import html_text
from bot.dumps.rejections import Rejected

_SITE: Final = "news.ycombinator.com"
_ITEM: Final = f"https://{_SITE}/item?id="
_TYPES: Final = ("story", "comment", "job", "poll", "pollopt")
_OWN_FIELDS: Final = frozenset(("kids", "descendants", "dead", "ranking", "time_ts", "parent", "deleted"))
_INSIDE: Final = ("children", "kids", "comments")


def is_hacker_news(record: Record) -> bool:
    """Whether an object is an item, or a search answer of Algolia."""
    if "objectID" in record or ("created_at_i" in record and "author" in record):
        return True
    hits = record.get("hits")
    if isinstance(hits, list):
        return bool(hits) and isinstance(hits[0], dict) and "objectID" in hits[0]
    if "id" not in record or not ("time" in record or "timestamp" in record):
        return False
    signs = ("by" in record) + (record.get("type") in _TYPES) + (not _OWN_FIELDS.isdisjoint(record))
    return signs > 1


def are_hacker_news(columns: Sequence[str]) -> bool:
    """Whether a table with these columns holds items."""
    return is_hacker_news(dict.fromkeys(columns, ""))


def row_kind(columns: Sequence[str], row: Sequence[str]) -> RecordKind:
    """What a row of such a table is."""
    return _record_kind(_record(columns, row))


def _record(columns: Sequence[str], row: Sequence[str]) -> Record:
    return {name: value for name, value in zip(columns, row, strict=True) if value}


def items_of_row(columns: Sequence[str], row: Sequence[str]) -> list[ForumItem]:
    """The item of a row of such a table. Raises Rejected."""
    record = _record(columns, row)
    return list(_items(record, number_of(record.get("id")), None, None))


def read_hacker_news(record: Record) -> Iterator[ForumItem | BadItem]:
    """Yields the items of an object, and of those inside it, parents first."""
    stack: list[tuple[object, int | None, int | None]] = [(record, None, None)]
    while stack:
        node, thread, parent = stack.pop()
        if not isinstance(node, dict):
            yield BadItem(Rejected("not-a-record", "rejected-not-a-forum-record"))
            continue
        hits = node.get("hits")
        if isinstance(hits, list):
            stack += [(hit, None, None) for hit in reversed(hits)]
            continue
        inside: list[Any] = []
        for name in _INSIDE:
            value = node.get(name)
            inside += [child for child in value if isinstance(child, dict)] if isinstance(value, list) else []
        number: int | None
        try:
            number = number_of(node.get("id") or node.get("objectID"))
            yield from _items(node, number, thread, parent)
            root = thread or (_number(node, "story_id") if _kind(node) == "comment" else number)
        except Rejected as rejected:
            yield BadItem(rejected, _record_kind(node))
            root, number = thread, parent
        stack += [(child, root, number) for child in reversed(inside)]


def _items(node: Record, number: int, thread: int | None, parent: int | None) -> Iterator[ForumItem]:
    kind = _kind(node)
    # Algolia's names first: its `text` is that of the item, whatever it is.
    raw = node.get("comment_text") or node.get("story_text") or node.get("text")
    text = html_text(text_of(raw), f"https://{_SITE}/").strip()
    author = author_of(node.get("by") or node.get("author"))
    is_gone = _given(node, "deleted") or (author == DELETED and not text)
    posted_at = time_of(*map(node.get, ("time", "created_at_i", "created_at", "timestamp", "time_ts")))
    score = score_of(node.get("score") if "score" in node else node.get("points"))
    if kind not in ("comment", "pollopt"):
        # Without a title, a deleted post only holds its comments together.
        is_empty = is_gone and not node.get("title") and bool(node.get("kids") or node.get("children"))
        title = DELETED if is_empty else title_of(node.get("title"))
        url = web_link(node.get("url"))
        post = _post(number, title, url)
        count = count_of(node.get("descendants") if "descendants" in node else node.get("num_comments"))
        post = replace(post, comments=count)
        yield replace(post, author=author, posted_at=posted_at, text=text, score=score, gone=is_gone)
        return
    poll = _number(node, "poll") if kind == "pollopt" else None
    root = thread or _number(node, "story_id") or poll
    above = parent or _number(node, "parent") or _number(node, "parent_id") or root
    if above is None:
        raise Rejected("bad-id", "rejected-forum-orphan")
    if root and not thread and _given(node, "story_title"):
        yield _post(root, title_of(node["story_title"]), web_link(node.get("story_url")))
    yield ForumComment(
        key=_key(number),
        thread=_key(root) if root else None,
        parent=_key(above),
        author=DELETED if is_gone else author,
        posted_at=posted_at,
        text=DELETED if is_gone else text or "[removed]",
        score=score,
        link=f"{_ITEM}{number}",
        follows_parents=True,
    )


def _post(number: int, title: str, url: str | None) -> ForumPost:
    return ForumPost(_key(number), title, link=url, discussion=f"{_ITEM}{number}")


def _kind(node: Record) -> str:
    kind = node.get("type")
    if isinstance(kind, str) and kind in _TYPES:
        return kind
    tags = node.get("_tags")
    if isinstance(tags, list):
        return next((tag for tag in tags if isinstance(tag, str) and tag in _TYPES), "story")
    answers = any(_given(node, name) for name in ("parent", "parent_id", "comment_text"))
    if kind is None and answers:
        return "comment"
    return "story" if kind is None else ""


def _record_kind(node: Record) -> RecordKind:
    return "comments" if _kind(node) in ("comment", "pollopt") else "articles"


def _given(node: Record, name: str) -> bool:
    return node.get(name) not in (None, "", False, "false", "False", 0)


def _number(node: Record, name: str) -> int | None:
    return number_of(node[name]) if _given(node, name) else None


def _key(number: int) -> int:
    return forum_key(_SITE, number)
