"""An article as extractors, feeds and news datasets give it, and the thread that it becomes."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.dump import ParsedComment, ParsedThread
from bot.dumps.formats.decode import clean_text
from bot.dumps.formats.page import MAX_TITLE_CHARACTERS, paragraphs_of
from bot.dumps.rejections import Rejected

_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_BLOCK_TAG: Final = re.compile(
    r"</?(?:p|div|li|ul|ol|h\d|blockquote|br|tr|section)\b[^<>]{0,2000}>", re.IGNORECASE
)
_UNSEEN: Final = re.compile(r"<(?:script|style)\b", re.IGNORECASE)
_UNSEEN_END: Final = re.compile(r"</(?:script|style)[^>]{0,20}>", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:https?:)?//(?:www\.)?(?P<host>[\w.-]{1,253}\.\w+)(?=[/:?#]|$)", re.IGNORECASE)
_SEVERAL: Final = re.compile(r"\s?;(?:\s|(?=\w))")
"""What some extractors write between the names of authors."""
_MAX_WIDTH: Final = 100
"""Characters to which programs break lines."""


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """One article. Texts may have HTML's tags and entities, which are removed. `summary` stands in for a
    missing text, the link's host for a missing source."""

    title: str
    text: str = ""
    summary: str = ""
    link: str | None = None
    source: str | None = None
    author: str | None = None
    posted_at: datetime | None = None
    subreddit: str | None = None
    score: int | None = None
    over_18: bool = False
    comments: tuple[ParsedComment, ...] = ()

    def to_thread(self) -> ParsedThread:
        """The article as a thread; it has no key. Raises Rejected for one without a title."""
        title = " ".join(plain_text(self.title).split())
        if not title:
            raise Rejected("no-title", "rejected-untitled-article")
        if len(title) > MAX_TITLE_CHARACTERS:
            raise Rejected("not-a-page", "rejected-long-title")
        text = plain_text(self.text).strip()
        lines = (text or plain_text(self.summary).strip()).split("\n")
        return ParsedThread(
            title=title,
            source=_line(self.source) or host_of(self.link or ""),
            submitter=_line(_authors(self.author or "")),
            posted_at=self.posted_at,
            inferred=False,
            paragraphs=tuple(paragraphs_of(lines, title, spaced=not _is_close(lines))),
            comments=self.comments,
            link=_line(self.link),
            subreddit=self.subreddit,
            score=self.score,
            over_18=self.over_18,
            is_excerpt=not text,
        )


def _authors(names: str) -> str:
    names = html.unescape(names) if _ENTITY.search(names) else names
    return _SEVERAL.sub(", ", names.strip("; "))


def plain_text(text: str) -> str:
    """The text without HTML, if there is any in it; block elements end in a blank line."""
    text = clean_text(text)
    if "<" in text and _TAG.search(text):
        text = _TAG.sub("", _BLOCK_TAG.sub("\n\n", _without_scripts(text)))
    return clean_text(html.unescape(text)) if _ENTITY.search(text) else text


def _without_scripts(text: str) -> str:
    shown, *scripts = _UNSEEN.split(text)
    ends = (_UNSEEN_END.search(script) for script in scripts)
    return shown + "".join(end.string[end.end() :] for end in ends if end)


def host_of(link: str) -> str | None:
    """The host of a link, without "www."."""
    match = _HOST.match(link)
    return match["host"].lower() if match else None


def _line(text: str | None) -> str | None:
    return " ".join(clean_text(text).split()) or None if text else None


def _is_close(lines: list[str]) -> bool:
    """Whether each line of a text is a paragraph: it has no blank lines, and was not broken to a width."""
    return all(line.strip() for line in lines) and (
        len(lines) < 3 or max(map(len, lines)) > _MAX_WIDTH or min(map(len, lines[:-1])) < _MAX_WIDTH // 2
    )
