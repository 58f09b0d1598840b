"""Finds the records of Reddit in JSON documents: in answers of APIs, in listings, and inside one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from bot.domain.base36 import base36

MAX_COMMENTS: Final = 1 << 32  # of one submission; Reddit's largest have some hundred thousand
MIN_NUMBER: Final = 10_000_000
"""A smaller number may as well be an id of seven digits, which are base 36."""
_ENVELOPES = (
    *("json", "data", "things", "children", "submission", "post", "posts", "submissions", "comments"),
    *("articles", "news", "response", "results", "docs", "hits", "objects", "items"),
)
_INSIDE = ("comments", "replies")
_OF_RECORDS: Final = frozenset(
    {"id", "body", "selftext", "text", "content", "url", "link", "permalink", "date"}
)
"""Fields of records, of which what lists records has none."""
_SUBREDDIT = re.compile(r"(?:^|reddit\.com)/r/(?P<name>\w{2,50})/comments/", re.ASCII)
_PLACE = re.compile(r"/comments/(?P<link>[0-9a-z]{1,13})(?:/[^/]*/(?P<comment>[0-9a-z]{1,13}))?")

_Record: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MoreComments:
    """A place where comments are left away: their number, 0 if it is not given, and their submission's id."""

    count: int
    submission: object


def records_in(document: object) -> Iterator[object]:
    """Yields the comments and submissions of a decoded document in its order, and whatever else stands in
    their place. What a record lacks is taken from the records around it: a comment's submission, parent and
    subreddit. Numbers as ids become base 36."""
    stack: list[tuple[Iterator[object], _Record]] = [(iter([document]), {})]
    while stack:
        nodes, place = stack[-1]
        for node in nodes:
            inside = place
            if isinstance(node, dict):
                record, inner = _opened(node, place)
                if record is not None:
                    yield record
                if isinstance(record, dict):
                    inside = _place_inside(record)
            elif isinstance(node, list):
                inner = node
                if not all(isinstance(value, dict | list) for value in node):
                    yield None  # once for a list of any length
                    inner = [value for value in node if isinstance(value, dict | list)]
            else:
                yield node
                continue
            if inner:
                stack.append((iter(inner), inside))
                break
        else:
            stack.pop()


def _opened(node: _Record, place: _Record) -> tuple[_Record | MoreComments | str | None, list[object]]:
    """Splits an object into (the record that it is, if it is one; what is inside it)."""
    kind, data = node.get("kind"), node.get("data")
    if isinstance(kind, str) and isinstance(data, dict):
        if kind == "more":
            return _more(data, place), []
        if kind not in ("Listing", "t1", "t3"):
            return kind, []
        node = data
    if _is_more(node):
        return _more(node, place), []
    inner = _enclosed(node)
    if inner is not None:
        return None, inner
    return _completed(node, place), [node[key] for key in _INSIDE if isinstance(node.get(key), dict | list)]


def _is_more(node: _Record) -> bool:
    """Whether an object is a place of more comments as PRAW's objects have it, without its kind."""
    children = node.get("children")
    return (
        type(node.get("count")) is int
        and isinstance(children, list)
        and all(isinstance(child, str) for child in children)
        and node.keys().isdisjoint(("body", "title"))
        and not any(isinstance(value, dict | list) for key, value in node.items() if key != "children")
    )


def _more(node: _Record, place: _Record) -> MoreComments:
    count, parent = node.get("count"), node.get("parent_id")
    submission = parent[3:] if isinstance(parent, str) and parent.startswith("t3_") else place.get("link_id")
    return MoreComments(count if type(count) is int and 0 < count <= MAX_COMMENTS else 0, submission)


def _enclosed(node: _Record) -> list[object] | None:
    """The contents of an object that is no record itself; None for a record."""
    values = list(node.values())
    if len(values) > 1 and all(isinstance(value, dict) for value in values):
        if all("0" in value and len(value) == len(values[0]) for value in values):
            # Columns, as pandas writes a table.
            return [{name: node[name].get(row) for name in node} for row in values[0]]
        if all("title" in value or "headline" in value for value in values):  # records by their ids
            return values
    if values and all(isinstance(value, dict) and value.get("id") == key for key, value in node.items()):
        return values
    if _OF_RECORDS.isdisjoint(node.keys() - {"title"}):
        for key in ("items", "articles", "posts"):
            listed = node.get(key)
            if isinstance(listed, list) and any("title" in item for item in listed if isinstance(item, dict)):
                return [listed]  # also of a feed, which has a title itself
    if "id" in node or "body" in node or "title" in node:
        return None
    for key in ("submission", "post"):
        if isinstance(node.get(key), dict) and isinstance(node.get("comments"), list):
            return [{**node[key], "comments": node["comments"]}]
    inner: list[object] = [node[key] for key in _ENVELOPES if isinstance(node.get(key), dict | list)]
    return inner or None


def _completed(node: _Record, place: _Record) -> _Record:
    record: _Record = {key: _whole(value) for key, value in node.items() if value is not None}
    for key in ("fields", "_source"):  # in answers of the Guardian and of Elasticsearch
        if isinstance(inner := record.pop(key, None), dict):
            record = {**inner, **record}
    for key in _INSIDE:
        if isinstance(record.get(key), dict | list):
            del record[key]
    paths = (record.get("permalink"), record.get("full_link"))
    path = next((path for path in paths if isinstance(path, str) and path), "")
    match = _PLACE.search(path)
    if name := subreddit_of(path):
        record.setdefault("subreddit", name)
    is_comment = "title" not in record
    if is_comment and isinstance(record.get("submission"), str):
        record.setdefault("link_id", record["submission"])
    for key in ("comment_id",) if is_comment else ("submission_id", "post_id"):
        if key in record:  # as scripts name it that write both kinds
            record.setdefault("id", record[key])
    record = {**place, **record}
    if match and is_comment:
        record.setdefault("link_id", f"t3_{match['link']}")
    shown = match["comment" if is_comment else "link"] if match else None
    if "id" in record:
        record["id"] = _id(record["id"], record.get("name"), shown)
    if "link_id" in record:
        record["link_id"] = _id(record["link_id"], None, match["link"] if match else None)
    if "created" in record:
        record.setdefault("created_utc", record["created"])
    return record


def _id(value: object, name: object, shown: str | None) -> object:
    """An id without its prefix. A number is an id's value in base 10, unless the record shows its id
    elsewhere; a small one without that stays as it is, and so is rejected."""
    if isinstance(value, str):
        return value[3:] if value[:3] in ("t1_", "t3_") else value
    if type(value) is not int:
        return value
    if isinstance(name, str) and name[:3] in ("t1_", "t3_"):
        return name[3:]
    return shown or (base36(value) if value >= MIN_NUMBER else value)


def _place_inside(record: _Record) -> _Record:
    """The fields that records inside this one take from it."""
    shared: _Record = {key: record[key] for key in ("subreddit", "over_18") if key in record}
    if "title" in record:
        return {**shared, "link_id": record.get("id")}
    return {**shared, "link_id": record.get("link_id"), "parent_id": f"t1_{record.get('id')}"}


def _whole(value: object) -> object:
    """A number without its empty fraction, which tables add."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def subreddit_of(address: str) -> str | None:
    """The subreddit in a permalink, or in the address of a page of Reddit."""
    match = _SUBREDDIT.search(address)
    return match["name"] if match else None
