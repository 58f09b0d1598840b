"""The texts of Reddit's records: unescaped, and as they were when they were retrieved last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.domain.articles import DELETED
from bot.dumps.formats.reddit_captures import Captured, Meta

REMOVED: Final = "[removed]"
_ZERO_WIDTH = re.compile(r"&?#x200[Bb];|\u200b")


def current_texts(texts: list[str], records: Sequence[Captured]) -> list[str]:
    """The texts of these records as they are shown."""
    texts = all_unescaped(texts)
    metas = [record.meta for record in records]
    if metas.count(None) == len(metas):
        return texts
    return [
        text if meta is None else _current_text(text, meta) for text, meta in zip(texts, metas, strict=True)
    ]


def all_unescaped(texts: list[str]) -> list[str]:
    """`unescape` of each."""
    # Most have nothing to undo, which is seen in all at once.
    together = "".join(texts)
    if not ("&" in together or "\r" in together or "\x00" in together):
        return texts
    return [unescape(text) if "&" in text or "\r" in text or "\x00" in text else text for text in texts]


def _current_text(text: str, meta: Meta) -> str:
    """The text after the dump's second retrieval, about 36 hours later: empty if it had been removed by
    then."""
    if meta.removal_type in ("deleted", "removed", "removed by reddit", "content takedown"):
        return DELETED if meta.removal_type == "deleted" else REMOVED
    return DELETED if meta.was_deleted_later else text


def unescape(text: str) -> str:
    """Undoes Reddit's escaping, of exactly three characters, and removes characters that text cannot
    contain."""
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        text = _ZERO_WIDTH.sub("", text)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
