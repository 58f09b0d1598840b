"""Reads Reddit's own JSON, as returned by its API and `.json` pages: listings and whole threads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from bot.dumps.containers.streams import megabytes
from bot.dumps.containers.walk import Member
from bot.dumps.formats.format import Format, ReadRequest
from bot.dumps.formats.records import Block, RecordFilter
from bot.dumps.formats.reddit_dump import add_record, refuse_other_json, starts_as_json
from bot.dumps.rejections import Rejected

MAX_LISTING_BYTES: Final = 64 << 20
"""Bytes; a page of the API has under 3 MiB, a thread with every comment under 20."""


def _read(member: Member, request: ReadRequest) -> Iterator[Block]:
    block = read_listing(member.read(MAX_LISTING_BYTES), request.filters)
    block.where = member.where
    refuse_other_json(block)
    yield block


FORMAT = Format(starts_as_json, _read)
"""Tried after JSON lines, which begin in the same way."""


def read_listing(data: bytes, filters: RecordFilter) -> Block:
    """Reads the comments and submissions of a Listing, of a thread (a list of Listings), or of a plain JSON
    list of records, replies included, in document order. `line` of a rejection is the record's ordinal.

    Raises Rejected("too-large" | "not-json" | "not-a-listing").
    """
    if len(data) > MAX_LISTING_BYTES:
        raise Rejected("too-large", "rejected-large-listing", megabytes=megabytes(len(data)))
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Rejected("not-json", "rejected-not-json", problem=str(error)) from None
    block = Block(offset=len(data))
    stack: list[object] = [document]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(reversed(node))
            continue
        record, inner = _unwrap(node)
        stack.extend(reversed(inner))
        if record is not None:
            block.line += 1
            try:
                add_record(record, filters, block)
            except Rejected as rejected:
                block.rejections.append((block.line, b"", rejected))
    if not block.line:
        raise Rejected("not-a-listing", "rejected-not-a-listing")
    return block


def _unwrap(node: object) -> tuple[object | None, list[object]]:
    """Splits a node into (its own record, its child nodes)."""
    if not isinstance(node, dict):
        return None, []
    data = node.get("data")
    kind = node.get("kind")
    if isinstance(kind, str) and isinstance(data, dict):
        if kind == "Listing":
            children = data.get("children")
            return None, children if isinstance(children, list) else []
        if kind not in ("t1", "t3"):
            return None, []  # "more" is a placeholder for omitted comments
        node = data
    replies = node.get("replies")
    return node, [replies] if isinstance(replies, dict) else []
