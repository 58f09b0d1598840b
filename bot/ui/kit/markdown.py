"""Escapes untrusted text for Discord, so that readers see exactly that text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from bot.ui.kit.limits import MAX_LINK

_BREAKS = {0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n", 0x09: " "}
# Control, bidirectional and invisible formatting characters, and lone surrogates. The joiners U+200C and
# U+200D stay: Persian, Indic scripts and emoji need them.
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u070f\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_LINK = re.compile(r"https?://[^\s<>|*`\\\[\]\"“”«»]+", re.IGNORECASE)
_LINK_END = ".,;:!?'’)}_~"
# `//` after a colon would link any scheme; http and https are linked in full, others are not.
_SPECIAL = re.compile(r"[\\*_~`|<>\[\]@]|:(?=//)")
_LINE_START = re.compile(r"^( *)([#+\-=])", re.MULTILINE)
_LINE_NUMBER = re.compile(r"^( *\d+)([.)])", re.MULTILINE)


def clean(text: str) -> str:
    """Removes characters that hide, reorder or control text; normalises line breaks."""
    return _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").translate(_BREAKS))


def one_line(text: str) -> str:
    """The cleaned text on one line, with white space collapsed; for labels, which do not support markdown."""
    return " ".join(clean(text).split())


def escape(text: str, *, links: bool = True) -> str:
    """The cleaned text with all markup, mentions, timestamps and emoji escaped. Web addresses stay links,
    without previews, unless `links` is False."""
    text = clean(text)
    parts = []
    end = 0
    for start, stop in _links(text) if links else ():
        parts += [_escape(text[end:start]), f"<{text[start:stop]}>"]
        end = stop
    parts.append(_escape(text[end:]))
    return "".join(parts)


def line(text: str) -> str:
    """`escape` on one line."""
    return escape(one_line(text))


def marked(text: str, spans: Iterable[tuple[int, int]], mark: str = "**") -> str:
    """One escaped line with the [start, end) spans of `text` between marks: `**` is bold, `||` a spoiler. A
    link is marked as a whole or not at all."""
    out = ""
    end = 0
    for start, stop in _merged(text, spans):
        out += _piece(text[end:start], first=not out)
        inner = _piece(one_line(text[start:stop]), first=not out)
        out += f"{mark}{inner}{mark}" if inner else ""
        end = stop
    return (out + _piece(text[end:], first=not out)).strip()


def web_address(link: str | None) -> str | None:
    """The link if it is a web address that a link button accepts, else None."""
    if (
        link is None
        or len(link) > MAX_LINK
        or not re.fullmatch(r"https?://[\x21-\x7e]+", link, re.IGNORECASE)
    ):
        return None
    return link


def link(text: str, url: str | None) -> str | None:
    """The plain text as a link without preview; None if the address cannot be linked."""
    address = web_address(url)
    if address is None or any(sign in address for sign in "<>()\\"):
        return None
    return f"[{escape(text, links=False)}](<{address}>)"


def time(moment: datetime, style: str = "D") -> str:
    """The moment as a Discord timestamp, shown in each reader's zone and language; styles are Discord's."""
    return f"<t:{int(moment.timestamp())}:{style}>"


def _escape(text: str) -> str:
    text = _SPECIAL.sub(r"\\\g<0>", text)
    text = _LINE_START.sub(r"\1\\\2", text)
    return _LINE_NUMBER.sub(r"\1\\\2", text)


def _links(text: str) -> Iterable[tuple[int, int]]:
    for match in _LINK.finditer(text):
        link = match[0].rstrip(_LINK_END)
        if len(link) > len("https://"):
            yield match.start(), match.start() + len(link)


def _merged(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    links = list(_links(text))
    merged: list[tuple[int, int]] = []
    for start, stop in sorted((max(0, a), min(len(text), b)) for a, b in spans):
        for link_start, link_stop in links:
            if start < link_stop and link_start < stop:
                start, stop = min(start, link_start), max(stop, link_stop)
        start, stop = _trimmed(text, start, stop)
        if start >= stop:
            continue
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def _trimmed(text: str, start: int, stop: int) -> tuple[int, int]:
    while start < stop and text[start].isspace():
        start += 1
    while start < stop and text[stop - 1].isspace():
        stop -= 1
    return start, stop


def _piece(text: str, *, first: bool) -> str:
    """An escaped part of a line; marks of headings and lists are escaped only if it is `first` in the
    line."""
    text = re.sub(r"\s+", " ", clean(text))
    return re.sub(r"\s+", " ", escape(text) if first else escape(f"x{text}")[1:])
