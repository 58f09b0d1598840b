"""Recognises texts of other kinds, which are not read, to name them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.dumps.containers.sniff import head_text
from bot.dumps.containers.walk import Member
from bot.dumps.formats.format import Format, ReadRequest
from bot.dumps.formats.records import Item
from bot.dumps.rejections import Rejected

_KINDS: Final = {
    "sql": r"(?:(?:--|/\*)[^\n]{0,200}\n\n?){0,20}+"
    r"(?:CREATE (?:TABLE|DATABASE|SCHEMA) |DROP TABLE |INSERT INTO |PRAGMA foreign_keys|BEGIN TRANSACTION;)",
    "lfs": r"version https://git-lfs\.github\.com/spec/",
    "torrent": r"d\d{1,2}:(?:announce|created by|comment|info|creation date)",
    "email": r"(?:From \S{1,200} .{0,60}\d{4}\n|(?:Received|Return-Path|Delivered-To|X-Original-To): "
    r"|(?:(?:From|To|Cc|Subject|Date|Message-ID|MIME-Version|Content-Type): [^\n]{1,500}\n){2})",
    "javascript": r"(?:(?:(?:var|let|const|export) )?[\w$.]{1,60} ?= ?|export default |[\w$.]{1,60}\()"
    r"\s{0,9}[{\[]\s{0,99}[{\[\"']",
    "python": r"\[?\{'\w{1,60}': ",
    "other-json": r"\[\s{0,99}\[|(?P<list>\[\s{0,99})?"
    r"(?:-?\d[\d.]{0,30}|null|true|false|\"[^\"\n]{0,500}\")\s{0,99}(?(list),|$)",
    "yaml": r"%YAML|---\s*\n|(?:- )?[a-z_]{1,60}:[ \n][^\n]{0,2000}\n {0,4}[a-z_]{1,60}:[ \n]",
}
_PATTERNS: Final = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
_PAGE: Final = re.compile(r"^Authored by | »\s*$", re.MULTILINE)


def _kind(text: str) -> str | None:
    kind = next((kind for kind, pattern in _PATTERNS.items() if pattern.match(text)), None)
    return None if _PAGE.search(text) else kind


def _read(member: Member, _: ReadRequest) -> Iterator[Item]:
    kind = _kind(head_text(member.head))
    if kind == "other-json":
        raise Rejected("not-a-page", "rejected-other-json", 1)
    raise Rejected("not-a-page", "rejected-file-kind", 1, kind=kind)


FORMAT = Format(lambda text: _kind(text) is not None, _read)
"""Tried before pages, for which any text is taken."""
