"""Reads RSS and Atom files: the articles that a site announces, or Reddit's feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from lxml import etree

from bot.domain.books import RecordKind
from bot.dumps.containers.walk import Member
from bot.dumps.formats.article import ArticleRecord, plain_text
from bot.dumps.formats.article_times import article_time
from bot.dumps.formats.format import ReadRequest
from bot.dumps.formats.html_tree import MAX_TAGS, Element, decode_html, text_of, within_limits
from bot.dumps.formats.records import Block, RecordFilter
from bot.dumps.formats.reddit_dump import add_record
from bot.dumps.rejections import Rejected

_ENTRIES: Final = ("item", "entry")
_FIELDS: Final = {
    **dict.fromkeys(("title",), "title"),
    **dict.fromkeys(("description", "summary", "abstract"), "summary"),
    **dict.fromkeys(("encoded", "content", "body"), "text"),
    **dict.fromkeys(("author", "creator"), "author"),
    **dict.fromkeys(("pubdate", "published", "date", "issued", "created"), "published"),
    **dict.fromkeys(("updated", "modified"), "updated"),
    **dict.fromkeys(("id", "guid"), "id"),
}
"""Fields by the names that the dialects of RSS and Atom give them."""
_OTHER_PREFIXES: Final = frozenset(("media", "itunes", "podcast", "georss"))
"""Of elements that have the same names, and describe pictures and sounds."""
_DOCTYPE: Final = re.compile(r"<!DOCTYPE[^\[>]*+(?:\[.*?(?:\]\s*+>|\Z)|>|\Z)", re.DOTALL | re.IGNORECASE)
"""With the entities that it declares, which could stand for other files or for gigabytes."""
_AMPERSAND: Final = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});)",
    re.DOTALL | re.IGNORECASE,
)
_END: Final = re.compile(r"</(?:\w{1,20}:)?(?:rss|feed|rdf)\s*+>", re.IGNORECASE)
_MAX_AFTER_END: Final = 10_000
"""Characters after the end of a feed, such as comments of the server that wrote it."""
_REDDIT_ID: Final = re.compile(r"(?P<kind>t[13])_(?P<id>[0-9a-z]{1,13})")
_COMMENTS: Final = re.compile(r"/r/(?P<subreddit>\w+)/comments/(?P<id>[0-9a-z]{1,13})")
_LINK: Final = re.compile(r'<a href="(?P<link>[^"<>]{1,2000})">\[link\]</a>')
_MARKUP_COMMENT: Final = re.compile(r"<!--.{0,200}?-->", re.DOTALL)


def read(member: Member, request: ReadRequest) -> Iterator[Block]:
    """Yields the entries of one feed, as whose line the entry's number counts."""
    block = Block(where=member.where)
    text = decode_html(member.read(request.budget.limits.single))
    tree = _parsed(text)
    number = 0
    for element in tree.iter("{*}item", "{*}entry"):
        if any(_name(above) in _ENTRIES for above in element.iterancestors()):
            continue
        number += 1
        entry = _entry(element)
        try:
            _add(entry, request.filters, block)
        except Rejected as rejected:
            kind: RecordKind = "comments" if entry.get("id", "").startswith("t1_") else "articles"
            block.reject(number, entry.get("link", "").encode()[:200], rejected, kind)
    if not number:
        raise Rejected("not-a-page", "rejected-empty-feed")
    if _END.search(text[-_MAX_AFTER_END:]) is None:
        block.reject(number, b"", Rejected("not-a-page", "rejected-cut-feed"), None)
    yield block


def _parsed(text: str) -> Element:
    """The tree of a feed, also of one that is not well-formed; nothing outside it is read."""
    text = _AMPERSAND.sub(lambda piece: piece[0] if piece[0] != "&" else "&amp;", _DOCTYPE.sub("", text, 1))
    if text.count("<") > MAX_TAGS:
        raise Rejected("too-large", "rejected-html-tags", count=MAX_TAGS)
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        tree = etree.fromstring(text.encode(), parser)
    except etree.LxmlError:
        tree = None
    return within_limits(tree, parser, "rejected-empty-feed")


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _entry(element: Element) -> dict[str, str]:
    """The entry's fields: of several contents the longest, else the first of each."""
    fields: dict[str, str] = {}
    for child in element:
        name = _name(child)
        if child.prefix in _OTHER_PREFIXES:
            continue
        if name == "link" and child.get("rel", "alternate") == "alternate":
            fields.setdefault("link", child.get("href") or (child.text or "").strip())
        elif field := _FIELDS.get(name):
            value = _value(child) if field != "author" else _author(child)
            if field not in fields or (field == "text" and len(value) > len(fields[field])):
                fields[field] = value
    if fields.get("id", "").startswith("http"):
        fields.setdefault("link", fields["id"])
    return fields


def _value(element: Element) -> str:
    if not len(element):
        return (element.text or "").strip()
    for inner in element.iter("{*}*"):
        with suppress(ValueError):  # a name that XML allows and the library does not, such as "a:1"
            inner.tag = _name(inner)
    return text_of(element)


def _author(element: Element) -> str:
    named = next((child.text or "" for child in element if _name(child) == "name"), None)
    return ((element.text or "") if named is None else named).strip()


def _add(entry: dict[str, str], filters: RecordFilter, block: Block) -> None:
    at = article_time(entry.get("published") or entry.get("updated") or "")
    reddit, place = _REDDIT_ID.fullmatch(entry.get("id", "")), _COMMENTS.search(entry.get("link", ""))
    if reddit and place:
        add_record(_reddit_record(entry, reddit, place, at), filters, block)
        return
    thread = ArticleRecord(
        title=entry.get("title", ""),
        text=_MARKUP_COMMENT.sub("", entry.get("text", "")),
        summary=_MARKUP_COMMENT.sub("", entry.get("summary", "")),
        link=entry.get("link"),
        author=entry.get("author"),
        posted_at=at,
    ).to_thread()
    block.add_article(thread, filters)


def _reddit_record(
    entry: dict[str, str], reddit: re.Match[str], place: re.Match[str], at: datetime | None
) -> dict[str, Any]:
    record = {
        "id": reddit["id"],
        "author": entry.get("author", "").removeprefix("/u/") or None,
        "created_utc": None if at is None else int(at.timestamp()),
        "subreddit": place["subreddit"],
    }
    text = entry.get("text", "")
    lines = plain_text(_MARKUP_COMMENT.sub("", text)).split("\n")
    body = "\n\n".join(line.strip() for line in lines if line.strip())
    if reddit["kind"] == "t1":
        return record | {"link_id": place["id"], "body": body}
    link = _LINK.search(text)
    return record | {
        "title": entry.get("title", ""),
        "url": plain_text(link["link"]) if link else None,
        "selftext": body.partition("submitted by")[0].strip(),
    }
