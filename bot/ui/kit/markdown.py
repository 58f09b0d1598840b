"""Escapes untrusted text for Discord, so that readers see exactly that text."""

from __future__ import annotations

import re
from datetime import datetime

from bot.text.language.markup import bare_links
from bot.ui.kit.limits import MAX_LINK

_BREAKS = {0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n", 0x09: " "}
# Control, bidirectional and invisible formatting characters, and lone surrogates. The joiners U+200C and
# U+200D stay: Persian, Indic scripts and emoji need them.
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u070f\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_MASS_MENTION = re.compile(r"@(?=everyone|here)")
_UNSAFE = re.compile(r"[|`\\<>\s]", re.ASCII)
_BALANCED = re.compile(r"[^()]*(?:\([^()]*\)[^()]*)*")
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
    for start, stop in bare_links(text) if links else ():
        parts += [escape_cleaned(text[end:start]), f"<{text[start:stop]}>"]
        end = stop
    parts.append(escape_cleaned(text[end:]))
    return "".join(parts)


def line(text: str) -> str:
    """`escape` on one line."""
    return escape(one_line(text))


def web_address(link: str | None) -> str | None:
    """The link if it is a web address that a link button accepts, else None."""
    if link is None or len(link) > MAX_LINK:
        return None
    return link if re.fullmatch(r"https?://[\x21-\x7e]+", link, re.IGNORECASE) else None


def link(text: str, url: str | None) -> str | None:
    """The plain text as a link without preview; None if the address cannot be linked."""
    address = quiet_address(url) if url and len(url) <= MAX_LINK else None
    if address is None or len(address) > MAX_LINK:
        return None
    if not _BALANCED.fullmatch(address):
        address = address.replace("(", "%28").replace(")", "%29")
    return f"[{escape(text, links=False)}](<{address}>)"


def quiet_address(url: str | None) -> str | None:
    """The address without characters that markdown could misread; None if it is not one of the web."""
    address = _HIDDEN.sub("", url or "").replace("**", "%2A%2A")
    if not re.match(r"https?://[^\s]", address, re.IGNORECASE):
        return None
    address = _MASS_MENTION.sub("%40", address)
    return _UNSAFE.sub(lambda match: f"%{ord(match[0]):02X}", address)


def time(moment: datetime, style: str = "D") -> str:
    """The moment as a Discord timestamp, shown in each reader's zone and language; styles are Discord's."""
    return f"<t:{int(moment.timestamp())}:{style}>"


def escape_cleaned(text: str) -> str:
    """`escape` for a cleaned text without links."""
    text = _SPECIAL.sub(r"\\\g<0>", text)
    text = _LINE_START.sub(r"\1\\\2", text)
    return _LINE_NUMBER.sub(r"\1\\\2", text)
