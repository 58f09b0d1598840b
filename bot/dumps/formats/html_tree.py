"""Parses HTML within bounds of time and memory, and renders it as lines of text.

A page costs what its elements cost, and a parser compares each attribute with all others of its tag: so the
elements are counted first, and tags that are too long lose their attributes (pictures in pages of one file).
Nothing is ever fetched: the parser knows no network and no document types.
"""

from __future__ import annotations

import codecs
import re
from typing import Any, Final, TypeAlias

from lxml import etree
from lxml.html import HTMLParser

from bot.dumps.formats.decode import clean_text, decode_text
from bot.dumps.formats.json_ld import readable_data
from bot.dumps.rejections import Rejected

Element: TypeAlias = etree._Element
Line: TypeAlias = tuple[str, Element]
"""A line of text, empty between paragraphs, and the element in which it begins."""

MAX_TAGS: Final = 400_000
"""Start and end tags of one page; articles have under 20,000, a thread of 1,500 comments 120,000."""
_MAX_TAG_CHARACTERS: Final = 8_000
_MAX_DEPTH: Final = 256
_MAX_TEXT_MEGABYTES: Final = 10
"""The parser's own limits; what is nested deeper, or in a longer text, would be lost."""
_ATTRIBUTES: Final = (
    r"(?:[\s/]++|[^\s/>][^\s/>=]*+"
    r"(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?+)?+)*+(?:>|\Z)"
)
_TOKEN: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"
    rf"|<(?P<raw>script|style)(?=[\s/>])(?P<attributes>{_ATTRIBUTES})"
    r"(?P<content>.*?)(?:</(?P=raw)[^>]*+>?|\Z)"
    rf"|<(?P<name>[a-z][^\s/>]{{0,40}}+)[^\s/>]*+{_ATTRIBUTES}",
    re.IGNORECASE | re.DOTALL,
)
"""A comment, a script or style, or a start tag; always matches to its end or the file's, so
that the whole takes one pass."""
_CHARSET: Final = re.compile(rb"(?:charset|encoding)\s{0,9}=[\s\"']{0,9}([\w.:-]{2,40})", re.IGNORECASE)
_WIDER: Final = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc-kr": "cp949"}
"""Encodings whose names stand for larger ones on the web."""
_SKIPPED: Final = frozenset(
    [
        "head",
        "nav",
        "footer",
        "aside",
        "button",
        "select",
        "textarea",
        "iframe",
        "object",
        "video",
        "audio",
        "script",
        "style",
        "noscript",
        "template",
        "svg",
    ]
)
_SPACED: Final = frozenset(
    [
        "p",
        "blockquote",
        "ul",
        "ol",
        "pre",
        "table",
        "section",
        "article",
        "figure",
        "dl",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
    ]
)
_BLOCKS: Final = _SPACED | frozenset(
    [
        "div",
        "li",
        "tr",
        "dd",
        "dt",
        "header",
        "main",
        "figcaption",
        "body",
        "html",
        "br",
        "form",
        "address",
        "details",
        "summary",
    ]
)


def decode_html(data: bytes, charset: str | None = None) -> str:
    """The text of a page: UTF-8 or UTF-16 if it is that, else in the encoding that it or `charset` names."""
    declared = _CHARSET.search(data, 0, 4096)
    name = (declared[1].decode("ascii") if declared else charset or "").lower()
    try:
        if name and b"\0" not in data[:64] and not data.startswith(codecs.BOM_UTF8):
            data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return clean_text(str(data, _WIDER.get(name, name), "replace"))
        except LookupError:
            pass  # an encoding that nobody knows
    return decode_text(data)


def parse_html(text: str) -> Element:
    """The tree of a page. Raises Rejected("too-large" | "too-deep" | "not-a-page")."""
    slim = _TOKEN.sub(_slim, text)
    if slim.count("<") > MAX_TAGS:
        raise Rejected("too-large", "rejected-html-tags", count=MAX_TAGS)
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, collect_ids=False
    )
    try:
        tree = etree.fromstring(slim.encode("utf-8"), parser)
    except etree.LxmlError:
        tree = None
    return within_limits(tree, parser, "rejected-html-no-article")


def within_limits(tree: Element | None, parser: Any, nothing: str) -> Element:
    """The tree, unless the parser met a limit of its own, as it then left away the rest; `nothing` is the
    message for no tree."""
    for error in parser.error_log:
        if error.type_name == "ERR_RESOURCE_LIMIT" and "depth" in error.message:
            raise Rejected("too-deep", "rejected-html-depth", depth=_MAX_DEPTH)
        if error.type_name == "ERR_RESOURCE_LIMIT":
            raise Rejected("too-large", "rejected-large-page", megabytes=_MAX_TEXT_MEGABYTES)
    if tree is None:
        raise Rejected("not-a-page", nothing)
    return tree


def _slim(token: re.Match[str]) -> str:
    text = token[0]
    if name := token["name"]:
        return text if len(text) <= _MAX_TAG_CHARACTERS else f"<{name}>"
    if token["raw"] is None or "ld+json" not in token["attributes"][:_MAX_TAG_CHARACTERS]:
        return " "
    return f'<script type="application/ld+json">{readable_data(token["content"])}</script>'


def lines_of(root: Element, *, markdown: bool = False) -> list[Line]:
    """The lines of an element's text as a page shows it, without navigation and forms; quotes begin with
    `> `. With `markdown`, links and spoilers are written as Reddit does."""
    rendering = _Rendering(markdown=markdown)
    rendering.owner = root
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            rendering.end(element, tail="" if element is root else element.tail or "")
        elif element.tag in _SKIPPED:
            walk.skip_subtree()
        else:
            rendering.start(element)
    rendering.break_line(spaced=False)
    return rendering.lines


def text_of(root: Element | None, *, markdown: bool = False) -> str:
    """The element's text with its line breaks."""
    return "" if root is None else "\n".join(line for line, _ in lines_of(root, markdown=markdown)).strip()


class _Rendering:
    def __init__(self, *, markdown: bool) -> None:
        self.lines: list[Line] = []
        self.owner: Element | None = None
        self._markdown = markdown
        self._parts: list[str] = []
        self._blank = True
        self._quotes = 0
        self._links: list[int] = []
        """Where the texts of the open links begin."""

    def start(self, element: Element) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self.break_line(spaced=tag in _SPACED)
        if tag == "blockquote":
            self._quotes += 1
        elif tag in ("td", "th"):
            self._add(" ", element)
        elif tag == "img" and element.get("alt", "").startswith("image for"):
            self.break_line(spaced=False)
            self._add(element.get("alt", ""), element)
            self.break_line(spaced=False)
        elif self._markdown and tag == "a":
            self._links.append(len(self._parts))
        elif self._is_spoiler(element):
            self._parts.append(">!")
        self._add(element.text or "", element)

    def end(self, element: Element, *, tail: str) -> None:
        tag = element.tag
        if tag in _BLOCKS and tag != "br":
            self.break_line(spaced=tag in _SPACED)
        if tag == "blockquote":
            self._quotes -= 1
        elif self._markdown and tag == "a" and self._links:
            self._close_link(element, self._links.pop())
        elif self._is_spoiler(element):
            self._parts.append("!<")
        parent = element.getparent()
        self._add(tail, element if parent is None else parent)

    def break_line(self, *, spaced: bool) -> None:
        text = " ".join("".join(self._parts).split())
        self._parts.clear()
        self._blank = True
        self._links = [0] * len(self._links)
        owner = self.owner
        if owner is None:
            return
        if text:
            self.lines.append((f"{'> ' * self._quotes}{text}", owner))
        if spaced and self.lines and self.lines[-1][0]:
            self.lines.append(("", owner))

    def _add(self, text: str, element: Element) -> None:
        if text:
            if self._blank and not text.isspace():
                self.owner, self._blank = element, False
            self._parts.append(text)

    def _is_spoiler(self, element: Element) -> bool:
        return self._markdown and "md-spoiler-text" in element.get("class", "")

    def _close_link(self, element: Element, start: int) -> None:
        label, link = "".join(self._parts[start:]).strip(), element.get("href", "")
        if label and link.startswith(("https://", "http://")) and label != link:
            self._parts[start:] = [f"[{label}]({link})"]
