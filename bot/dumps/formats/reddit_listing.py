"""Reddit's own JSON, as its API and `.json` pages give it: listings and whole threads."""

from __future__ import annotations

from typing import Final

import msgspec

from bot.dumps.formats.reddit_dump import Block, Filter, take_value
from bot.dumps.rejections import Rejected

MAX_LISTING: Final = 64 << 20
"""Bytes; a page of the API has under 3 MiB, a thread with every comment under 20."""


def read_listing(data: bytes, wanted: Filter) -> Block:
    """The comments and submissions of a Listing, of a thread (a list of Listings), or of a plain JSON list of
    records, replies included, in the order of the document. `line` of a rejection is the record's ordinal.

    Raises Rejected("too-large" | "not-json" | "not-a-listing").
    """
    if len(data) > MAX_LISTING:
        raise Rejected(
            "too-large", f"A listing of {len(data) >> 20} MB is too large: send the dump as JSON lines."
        )
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Rejected("not-json", f"That file is not JSON: {error}.") from None
    block = Block(offset=len(data))
    waiting: list[object] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(reversed(node))
            continue
        record, inner = _unwrap(node)
        waiting.extend(reversed(inner))
        if record is not None:
            block.line += 1
            try:
                take_value(record, wanted, block)
            except Rejected as rejected:
                block.rejections.append((block.line, b"", rejected))
    if not block.line:
        raise Rejected("not-a-listing", "That JSON holds no Reddit comments or submissions.")
    return block


def _unwrap(node: object) -> tuple[object | None, list[object]]:
    """A node as (its own record, what hangs below it)."""
    if not isinstance(node, dict):
        return None, []
    data = node.get("data")
    kind = node.get("kind")
    if isinstance(kind, str) and isinstance(data, dict):
        if kind == "Listing":
            children = data.get("children")
            return None, children if isinstance(children, list) else []
        if kind not in ("t1", "t3"):
            return None, []  # "more" says only that something was left out
        node = data
    replies = node.get("replies")
    return node, [replies] if isinstance(replies, dict) else []
