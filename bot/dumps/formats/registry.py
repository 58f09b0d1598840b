"""Every dump format, in the order in which they are tried."""

from __future__ import annotations

from bot.dumps.containers.sniff import head_text
from bot.dumps.containers.walk import Member
from bot.dumps.formats import (
    json_lines,
    json_list,
    named_text,
    newsdesk_export,
    page,
    reddit_listing,
    table,
    web,
)
from bot.dumps.formats.format import Format

FORMATS = (
    newsdesk_export.FORMAT,
    *(json_lines.FORMAT, json_list.FORMAT, reddit_listing.FORMAT, table.FORMAT),
    *(*web.FORMATS, named_text.FORMAT, page.FORMAT),
)


def format_of(member: Member) -> Format | None:
    """The format of a file, or None if it is not text."""
    if member.kind != "text":
        return None
    text = head_text(member.head)
    return next((format_ for format_ in FORMATS if format_.matches(text)), None)
