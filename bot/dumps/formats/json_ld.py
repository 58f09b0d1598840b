"""Rewrites what pages state in JSON-LD into the form in which trafilatura reads all of it.

Publishers leave away the context or types, put articles inside other objects, and refer to authors by id:
schema.org allows most of this, and search engines read it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

MAX_CHARACTERS: Final = 100_000
"""Of a script of data. Longer ones, and broken ones, for which trafilatura takes minutes, count as empty."""
_CONTEXT: Final = "https://schema.org"
_ARTICLE: Final = "NewsArticle"
_LAST_COMMA: Final = re.compile(r",\s*+(?=[}\]])")
_ARTICLE_TYPE: Final = re.compile(r"(?:article|posting|report)\Z", re.IGNORECASE)
_INSIDE: Final = ("@graph", "mainEntity")
_NAMES: Final = ("givenName", "additionalName", "familyName")

_Node = dict[str, Any]


def readable_data(text: str) -> str:
    """The JSON in a script of data as a list of its objects, each with its context, and its type and authors
    if it is an article."""
    if len(text) <= MAX_CHARACTERS:
        for attempt in (text, _LAST_COMMA.sub("", text)):
            with suppress(ValueError, RecursionError):
                return json.dumps(_rewritten(json.loads(attempt, strict=False)))
    return "{}"


def _rewritten(document: object) -> list[_Node]:
    nodes = list(_nodes(document))
    names = {
        node["@id"]: node["name"]
        for node in nodes
        if isinstance(node.get("@id"), str) and isinstance(node.get("name"), str)
    }
    return [_article(node, names) if _is_article(node) else {**node, "@context": _CONTEXT} for node in nodes]


def _nodes(document: object) -> Iterator[_Node]:
    """The objects of a document in its order, without those that are inside one another."""
    stack = [document]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack += reversed(value)
        elif isinstance(value, dict):
            yield {key: inner for key, inner in value.items() if key not in _INSIDE}
            stack += [value[key] for key in _INSIDE if key in value]


def _is_article(node: _Node) -> bool:
    types = _types(node)
    if not types:
        return "headline" in node or "articleBody" in node
    return any(_ARTICLE_TYPE.search(name) for name in types) and "jobposting" not in map(str.lower, types)


def _article(node: _Node, names: Mapping[str, str]) -> _Node:
    types = [_ARTICLE, *_types(node)]
    if "liveblogposting" in map(str.lower, types):
        types = types[1:]
    authors = node.get("author") or node.get("creator")
    known = [
        _author(author, names) for author in (authors if isinstance(authors, list) else [authors]) if author
    ]
    return {**node, "@context": _CONTEXT, "@type": types, "author": [author for author in known if author]}


def _author(author: object, names: Mapping[str, str]) -> _Node | None:
    """An author as an object with a name; None for what is no author."""
    if isinstance(author, str):
        return {"name": names.get(author, author)}
    if not isinstance(author, dict):
        return None
    name = author.get("name")
    if not name:
        parts = [part for key in _NAMES if isinstance(part := author.get(key), str)]
        key = author.get("@id")
        name = " ".join(parts) or (names.get(key) if isinstance(key, str) else None)
    types = _types(author)
    return {"name": name, **({"@type": types} if types else {})} if name else None


def _types(node: _Node) -> list[str]:
    """The names of an object's types, without where they are defined."""
    given = node.get("@type")
    types = given if isinstance(given, list) else [given]
    return [re.split(r"[/#:]", name)[-1] for name in types if isinstance(name, str) and name]
