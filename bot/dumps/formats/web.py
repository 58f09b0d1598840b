"""Recognises saved web pages, WARC archives and feeds, whose libraries are imported when they are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module

from bot.dumps.containers.walk import Member
from bot.dumps.formats.format import Format, ReadRequest
from bot.dumps.formats.records import Item
from bot.dumps.rejections import Rejected

_MARKUP = r"\s*(?:(?:<\?[a-z][^>]{0,1000}\?>|<!--.{0,3000}?-->|<![a-z][^>]{0,1000}>|\]>)\s*){0,30}"
_FEED = re.compile(rf"{_MARKUP}<(?:rss|feed|rdf:RDF|atom:feed)[\s>]", re.IGNORECASE | re.DOTALL)
_HTML = re.compile(
    r"\s*<!doctype\s+html\b"
    rf"|{_MARKUP}<(?:html|head|body|title|meta|base|script|style|link|main|article|div|table)[\s/>]",
    re.IGNORECASE | re.DOTALL,
)
_WARC = re.compile(r"WARC/[01]\.\d{1,2}\r?\n")
_MHTML_FIELDS = re.compile(r"(?:[A-Za-z][\w-]{1,60}:[^\n]*\n(?:[ \t][^\n]*\n)*){2,60}")
_MHTML_TYPE = re.compile(r"^Content-Type:\s*(?:multipart/related|text/html)\b", re.IGNORECASE | re.MULTILINE)


def _is_mhtml(text: str) -> bool:
    fields = _MHTML_FIELDS.match(text.lstrip("\n\r").replace("\r\n", "\n"))
    return bool(fields and _MHTML_TYPE.search(fields[0]) and "mime-version:" in fields[0].lower())


def _reader(module: str) -> Callable[[Member, ReadRequest], Iterator[Item]]:
    def read(member: Member, request: ReadRequest) -> Iterator[Item]:
        try:
            reader = import_module(f"bot.dumps.formats.{module}")
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("bot"):
                raise
            raise Rejected("unsupported", "rejected-html-extra") from None
        yield from reader.read(member, request)

    return read


FORMATS = (
    Format(lambda text: _WARC.match(text) is not None, _reader("warc"), resumable=True),
    Format(lambda text: _FEED.match(text) is not None, _reader("feed")),
    Format(lambda text: _HTML.match(text) is not None, _reader("html_page")),
    Format(_is_mhtml, _reader("mhtml")),
)
