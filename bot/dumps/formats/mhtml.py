"""Reads MHTML: pages that browsers save as one file with their pictures."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Final

from bot.dumps.containers.streams import megabytes, read_exactly
from bot.dumps.containers.walk import Member
from bot.dumps.formats.format import ReadRequest
from bot.dumps.formats.html_page import add_page
from bot.dumps.formats.html_tree import decode_html
from bot.dumps.formats.records import Block
from bot.dumps.rejections import Rejected

_MAX_HEADER_BYTES: Final = 1 << 14
_MAX_PARTS: Final = 1_000


def read(member: Member, request: ReadRequest) -> Iterator[Block]:
    """Yields the contents of the first page in the file, which the browsers put before its pictures. What
    follows it may have any size."""
    limit = request.budget.limits.single
    data = read_exactly(member.stream, limit)
    head, _, rest = data.replace(b"\r\n", b"\n").partition(b"\n\n")
    headers = message_from_bytes(head[:_MAX_HEADER_BYTES])
    boundary = str(headers.get_param("boundary") or "").encode("ascii", "replace")
    # The first part may follow the headers at once.
    parts = (b"\n" + rest).split(b"\n--" + boundary, _MAX_PARTS) if boundary else [rest]
    for number, part in enumerate(parts):
        start, _, content = part.partition(b"\n\n")
        inner = message_from_bytes(start[:_MAX_HEADER_BYTES].lstrip(b"-\n")) if boundary else headers
        if inner.get_content_type() not in ("text/html", "application/xhtml+xml"):
            continue
        if number == len(parts) - 1 and len(data) == limit and member.stream.read(1):
            raise Rejected("too-large", "rejected-large-page", megabytes=megabytes(limit))
        block = Block(where=member.where)
        link = inner.get("Content-Location") or headers.get("Snapshot-Content-Location")
        text = decode_html(_decoded(inner, content), inner.get_content_charset())
        add_page(text, link if link and link.startswith("http") else None, request.filters, block)
        yield block
        return
    raise Rejected("not-a-page", "rejected-html-no-article")


def _decoded(headers: Message, content: bytes) -> bytes:
    encoding = str(headers.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "quoted-printable":
        return binascii.a2b_qp(content)
    if encoding == "base64":
        return base64.b64decode(content + b"==")
    return content
