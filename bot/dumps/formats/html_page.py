"""Reads saved web pages: of the mirror with its comments, of Reddit, and of articles anywhere."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from trafilatura import bare_extraction
from trafilatura.settings import Document, Extractor

from bot.domain.dump import ParsedThread
from bot.dumps.containers.streams import CHUNK_BYTES, Readable, megabytes
from bot.dumps.containers.walk import Member
from bot.dumps.formats.article import ArticleRecord
from bot.dumps.formats.article_times import article_time
from bot.dumps.formats.comment_headers import parse_header
from bot.dumps.formats.format import ReadRequest
from bot.dumps.formats.html_index import is_list_of_links
from bot.dumps.formats.html_reddit import reddit_records
from bot.dumps.formats.html_tree import Element, Line, decode_html, lines_of, parse_html
from bot.dumps.formats.page import is_byline, parse_page
from bot.dumps.formats.records import Block, RecordFilter
from bot.dumps.formats.reddit_dump import add_record, record_kind
from bot.dumps.rejections import Rejected

MAX_ELEMENTS: Final = 30_000
"""Of a page from which an article is extracted, which takes a tenth of a millisecond for each."""
MAX_CHARACTERS: Final = 4_000_000
MIN_CHARACTERS: Final = 80
"""Of a page without a time of publication: others only say that they need scripts."""
_SAVED_FROM: Final = re.compile(
    r"<!--\s{0,20}(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url: )(\S+)"
)
_INLINE: Final = re.compile(rb"(base64,)[A-Za-z0-9+/=%]{400,}")
_TIME_NAMES: Final = (
    *("article:published_time", "og:article:published_time", "datepublished", "article.published"),
    *("parsely-pub-date", "sailthru.date", "pubdate", "publishdate"),
    *("dcterms.created", "dc.date.issued", "date"),
)
_ARTICLE_NAMES: Final = frozenset(_TIME_NAMES[:2])
_PUBLISHED: Final = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"]{4,40})"')

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def read(member: Member, request: ReadRequest) -> Iterator[Block]:
    """Yields the contents of one saved page."""
    block = Block(where=member.where)
    text = decode_html(read_slim(member.stream, request.budget.limits.single))
    add_page(text, None, request.filters, block)
    yield block


def read_slim(stream: Readable, limit: int) -> bytes:
    """The file without the pictures and fonts that it contains as base64. Raises Rejected("too-large") if
    more than `limit` bytes are left."""
    kept = bytearray()
    start = 0
    while data := stream.read(CHUNK_BYTES):
        kept += data
        kept[start:] = _INLINE.sub(rb"\1", kept[start:])
        start = max(0, len(kept) - 500)
        if len(kept) > limit:
            raise Rejected("too-large", "rejected-large-page", megabytes=megabytes(limit))
    return bytes(kept)


def add_page(text: str, link: str | None, filters: RecordFilter, block: Block) -> None:
    """Adds the thread on a page, or the records of a page of Reddit's, to the block. `link` is where the page
    was saved from, if this is known from outside it. Raises Rejected for a page without a thread."""
    saved = _SAVED_FROM.search(text, 0, 10_000)
    link = saved[1] if saved else link
    tree = parse_html(text)
    if records := reddit_records(tree):
        for number, record in enumerate(records, 1):
            try:
                add_record(record, filters, block)
            except Rejected as rejected:
                block.reject(number, b"", rejected, record_kind(record))
        return
    thread = _mirror_thread(tree) if "Authored by" in text else None
    thread = thread or _article(tree, link)
    block.add_article(thread, filters)


def _mirror_thread(tree: Element) -> ParsedThread | None:
    """The thread on a page of the mirror, whose text is read as a page of text is; None for other pages."""
    lines = lines_of(tree)
    bylines = [number for number, (text, _) in enumerate(lines) if is_byline(text)]
    submitted = [number for number in bylines if " and submitted by" in lines[number][0]]
    comments = [number for number, (text, _) in enumerate(lines) if parse_header(text)]
    if not submitted and not comments:
        if len(bylines) > 1 and all("." in lines[number][0] for number in bylines):
            raise Rejected("index-page", "rejected-index")
        return None
    byline = (submitted or bylines or comments)[0]
    if byline not in bylines:
        return None
    title = next((number for number in range(byline - 1, -1, -1) if lines[number][0]), byline)
    below = next((number for number in range(byline + 1, len(lines)) if lines[number][0]), byline)
    page = _common_ancestor([lines[number][1] for number in (title, byline, *(comments or [below])[-1:])])
    return parse_page("\n".join(_within(lines[title:], page)))


def _common_ancestor(elements: Sequence[Element]) -> Element:
    """The lowest element that contains all of these."""
    first, *others = [[*reversed([*element.iterancestors()]), element] for element in elements]
    depth = 0
    while depth < len(first) and all(len(path) > depth and path[depth] is first[depth] for path in others):
        depth += 1
    return first[max(0, depth - 1)]


def _within(lines: Sequence[Line], page: Element) -> Iterator[str]:
    """Lines up to the end of an element, as below it is the site's own text."""
    inside = set(page.iter())
    for text, element in lines:
        if element not in inside:
            return
        yield text


def _article(tree: Element, link: str | None) -> ParsedThread:
    for number, _ in enumerate(tree.iter()):
        if number > MAX_ELEMENTS:
            raise Rejected("too-large", "rejected-html-elements", count=MAX_ELEMENTS)
    at = _published(tree)
    if sum(map(len, tree.itertext())) > MAX_CHARACTERS:
        raise Rejected("too-large", "rejected-large-page", megabytes=megabytes(MAX_CHARACTERS))
    document = bare_extraction(tree, options=_options(link))
    if not isinstance(document, Document) or not document.text:
        raise Rejected("not-a-page", "rejected-html-no-article")
    at = at or article_time(document.date or "")
    if at is None and len(document.text) < MIN_CHARACTERS:
        raise Rejected("not-a-page", "rejected-html-no-article")
    is_article = document.pagetype == "article" or _is_article(tree)
    url = document.url or link
    if not is_article and is_list_of_links(lines_of(tree), document.text, url):
        raise Rejected("index-page", "rejected-index")
    if _is_front_page(url) and (not link or _is_front_page(link)) and document.pagetype != "article":
        raise Rejected("index-page", "rejected-index")
    paragraphs = [line.strip() for line in document.text.split("\n") if line.strip()]
    return ArticleRecord(
        title=_escaped(document.title or ""),
        text=_escaped("\n\n".join(paragraphs)),
        link=url,
        source=None if url else document.sitename,
        author=document.author,
        posted_at=at,
    ).to_thread()


def _is_article(tree: Element) -> bool:
    """Whether the page says that it is one article: data for programs may be about others that it links."""
    names = {meta.get("property") or meta.get("name") for meta in tree.iter("meta")}
    return not _ARTICLE_NAMES.isdisjoint(names)


def _options(link: str | None) -> Extractor:
    # Not the slower fallbacks. A date is taken from where pages state it, never guessed from their text.
    dates: Any = {"extensive_search": False, "original_date": True}
    return Extractor(
        output_format="python", url=link, with_metadata=True, comments=False, fast=True, date_params=dates
    )


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)  # what looks like HTML in the text of a page is no HTML


def _is_front_page(link: str | None) -> bool:
    try:
        parts = urlsplit(link or "")
    except ValueError:
        return False
    return bool(parts.netloc) and not parts.path.strip("/") and not parts.query


def _published(tree: Element) -> datetime | None:
    """The time of publication that the page gives to programs."""
    metas = {
        (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(): meta.get("content")
        for meta in tree.iter("meta")
    }
    times = [metas.get(name) for name in _TIME_NAMES]
    for script in tree.iter("script"):
        times += _PUBLISHED.findall(script.text or "")[:1]
    times += [
        element.get("datetime", "")
        for element in tree.iter("time")
        if element.get("itemprop") == "datePublished" or element.get("pubdate") is not None
    ][:1]
    return next((at for value in times if value and (at := article_time(value))), None)
