"""Reads RSS and Atom files: the articles that a site announces, or Reddit's feeds."""

from __future__ import annotations

import io
import re
from calendar import timegm
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import feedparser

from bot.clock import from_unix
from bot.domain.books import RecordKind
from bot.dumps.containers.walk import Member
from bot.dumps.formats.article import ArticleRecord, plain_text
from bot.dumps.formats.format import ReadRequest
from bot.dumps.formats.records import Block, RecordFilter
from bot.dumps.formats.reddit_dump import add_record
from bot.dumps.rejections import Rejected

MAX_TAGS: Final = 200_000
"""A feed has a few dozen articles, with a dozen elements each."""
_REDDIT_ID: Final = re.compile(r"(?P<kind>t[13])_(?P<id>[0-9a-z]{1,13})")
_COMMENTS: Final = re.compile(r"/r/(?P<subreddit>\w+)/comments/(?P<id>[0-9a-z]{1,13})")
_LINK: Final = re.compile(r'<a href="(?P<link>[^"<>]{1,2000})">\[link\]</a>')
_ENTITY: Final = re.compile(rb"<!ENTITY[^>]{0,2000}>")
"""Declarations of entities, which may stand for other files or for a billion laughs."""
_MARKUP_COMMENT: Final = re.compile(r"<!--.{0,200}?-->", re.DOTALL)


def read(member: Member, request: ReadRequest) -> Iterator[Block]:
    """Yields the entries of one feed, each as an article, as whose line its number counts."""
    data = member.read(request.budget.limits.single)
    if data.count(b"<") + data.count(b"&lt;") > MAX_TAGS:
        raise Rejected("too-large", "rejected-html-tags", count=MAX_TAGS)
    block = Block(where=member.where)
    feed = _parsed(_ENTITY.sub(b"", data))
    for number, entry in enumerate(feed.entries, 1):
        try:
            _add(entry, request.filters, block)
        except Rejected as rejected:
            kind: RecordKind = "comments" if entry.get("id", "").startswith("t1_") else "articles"
            block.reject(number, str(entry.get("link", "")).encode()[:200], rejected, kind)
    if not feed.entries:
        raise Rejected("not-a-page", "rejected-empty-feed")
    yield block


def _parsed(data: bytes) -> Any:
    try:
        # From a stream, as the library takes bytes for the name of a file, or an address to fetch.
        return feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except Exception:  # the library raises whatever it meets
        raise Rejected("not-a-page", "rejected-empty-feed") from None


def _add(entry: Any, filters: RecordFilter, block: Block) -> None:
    text = max((str(content.value or "") for content in entry.get("content", [])), key=len, default="")
    at = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    posted_at = from_unix(timegm(at)) if at else None
    reddit, place = _REDDIT_ID.fullmatch(entry.get("id", "")), _COMMENTS.search(entry.get("link", ""))
    if reddit and place:
        add_record(_reddit_record(entry, reddit, place, text, posted_at), filters, block)
        return
    thread = ArticleRecord(
        title=entry.get("title", ""),
        text=_MARKUP_COMMENT.sub("", text),
        summary=_MARKUP_COMMENT.sub("", entry.get("summary", "")),
        link=entry.get("link"),
        author=entry.get("author"),
        posted_at=posted_at,
    ).to_thread()
    block.add_article(thread, filters)


def _reddit_record(
    entry: Any, reddit: re.Match[str], place: re.Match[str], text: str, posted_at: datetime | None
) -> dict[str, Any]:
    record = {
        "id": reddit["id"],
        "author": entry.get("author", "").removeprefix("/u/") or None,
        "created_utc": None if posted_at is None else int(posted_at.timestamp()),
        "subreddit": place["subreddit"],
    }
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
