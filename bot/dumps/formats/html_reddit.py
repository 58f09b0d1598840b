"""Finds the submissions and comments on saved pages of Reddit, of its old and its new design."""

from __future__ import annotations

import html
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from bot.dumps.formats.html_tree import Element, text_of

_NEAR: Final = 200
"""Elements, of which the head of a comment has under 50."""


def reddit_records(tree: Element) -> list[dict[str, Any]]:
    """The records as Reddit's API has them, empty for a page that is not Reddit's."""
    return [
        {name: value for name, value in record.items() if value is not None}
        for record in (*_old_records(tree), *_new_records(tree))
    ]


def _old_records(tree: Element) -> Iterator[dict[str, Any]]:
    thread = None
    for thing in tree.iter("div"):
        kind, _, key = thing.get("data-fullname", "").partition("_")
        if "thing" not in _classes(thing) or thing.get("data-promoted") == "true":
            continue
        entry = next((child for child in thing if "entry" in _classes(child)), None)
        body, time = _first(entry, "div", "md"), _first(entry, "time")
        shown = None if time is None else time.get("datetime")
        record = {
            "id": key,
            "author": thing.get("data-author"),
            "subreddit": thing.get("data-subreddit"),
            "permalink": thing.get("data-permalink"),
            "created_utc": thing.get("data-timestamp") or shown,
        }
        if kind == "t3":
            thread = key
            yield record | {
                "title": _escaped(text_of(_first(entry, "a", "title"))),
                "url": thing.get("data-url"),
                "domain": thing.get("data-domain"),
                "score": thing.get("data-score"),
                "over_18": thing.get("data-nsfw") == "true",
                "num_comments": thing.get("data-comments-count"),
                "selftext": _escaped(text_of(body, markdown=True)),
            }
        elif kind == "t1":
            score = _first(entry, "span", "score", "unvoted")
            above = (parent.get("data-fullname", "") for parent in thing.iterancestors("div"))
            yield record | {
                "link_id": _thread_of(thing.get("data-permalink")) or thread or "",
                "parent_id": next((name for name in above if name.startswith("t1_")), None),
                "score": None if score is None else score.get("title"),
                "body": _escaped(text_of(body, markdown=True)),
            }


def _new_records(tree: Element) -> Iterator[dict[str, Any]]:
    for post in tree.iter("shreddit-post"):
        yield {
            "id": post.get("id", "").removeprefix("t3_"),
            "title": html.escape(post.get("post-title", ""), quote=False),
            "author": post.get("author"),
            "subreddit": (post.get("subreddit-prefixed-name") or "").removeprefix("r/")
            or post.get("subreddit-name"),
            "permalink": post.get("permalink"),
            "url": post.get("content-href"),
            "domain": post.get("domain"),
            "score": post.get("score"),
            "num_comments": post.get("comment-count"),
            "created_utc": post.get("created-timestamp"),
            "over_18": post.get("nsfw") is not None,
            "selftext": _escaped(text_of(_own(post, "slot", "text-body"), markdown=True)),
        }
    for comment in tree.iter("shreddit-comment"):
        time = _own(comment, "datetime")
        created = comment.get("created") or (time.get("datetime") if time is not None else None)
        yield {
            "id": comment.get("thingid", "").removeprefix("t1_"),
            "link_id": comment.get("postid") or _thread_of(comment.get("permalink")) or "",
            "parent_id": comment.get("parentid"),
            "author": comment.get("author"),
            "score": comment.get("score"),
            "created_utc": created,
            "body": _escaped(text_of(_own(comment, "slot", "comment"), markdown=True)),
        }


def _first(entry: Element | None, tag: str, *classes: str) -> Element | None:
    """The first such element near the beginning of an entry, whose end may hold all replies."""
    near = () if entry is None else islice(entry.iter(), _NEAR)
    return next((inner for inner in near if inner.tag == tag and _classes(inner).issuperset(classes)), None)


def _own(element: Element, name: str, value: str | None = None) -> Element | None:
    """The first element with this attribute that is in `element`, before any comment within it."""
    for inner in islice(element.iter(), 1, None):
        if inner.tag == "shreddit-comment":
            return None
        given = inner.get(name)
        if given is not None and value in (None, given):
            return inner
    return None


def _thread_of(permalink: str | None) -> str | None:
    parts = (permalink or "").partition("/comments/")[2].split("/")
    return parts[0] or None


def _classes(element: Element) -> set[str]:
    return set(element.get("class", "").split())


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)  # as Reddit's records have it
