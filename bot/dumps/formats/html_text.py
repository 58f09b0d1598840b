"""Renders the HTML of posts as plain text: paragraphs, `>` before quoted lines, links as Markdown.

Every token of the one pattern ends before the next `<`, so that any text takes linear time; `html.parser`
takes quadratic time for tags that never end.
"""

from __future__ import annotations

import html
import re
from typing import Final
from urllib.parse import urljoin

from bot.dumps.formats.decode import clean_field

_TOKEN: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^<>]*>?"
    r"|<(?P<end>/?)(?P<name>[a-z][a-z0-9]*+)(?P<attributes>(?:[^\"'<>]++|\"[^\"<]*+\"|'[^'<]*+')*+)>",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(
    r"(?<![\w-])(?P<name>[\w-]++)\s*+=\s*+(?:\"(?P<a>[^\"]*+)\"|'(?P<b>[^']*+)'|(?P<c>[^\s\"'>]++))"
)
_UNSEEN: Final = frozenset(("script", "style", "svg", "template", "noscript", "iframe", "video", "audio"))
_SPACED: Final = frozenset(
    ("p", "blockquote", "pre", "ul", "ol", "table", "aside", "details", "section", "article", "hr", "dl")
)
_HEADING: Final = re.compile("h[1-6]")
_LINES: Final = frozenset(("div", "li", "tr", "br", "summary", "dt", "dd", "figcaption", "header"))
_NAMES: Final = frozenset(("mention", "mention-group", "hashtag", "hashtag-cooked"))
"""Classes of links to people and groups, which their labels name."""
_MAX_QUOTES: Final = 9
"""Quotations within one another that are distinguished."""
_NOT_IN_LINKS: Final = str.maketrans({"(": "%28", ")": "%29", " ": "%20", "<": "%3C", ">": "%3E"})


def html_text(markup: str, base: str = "") -> str:
    """The text of a fragment of HTML; `base` is the address of its page, without which links within its site
    keep only their labels. What a forum quotes becomes lines that begin with `>`; previews of other pages
    become their addresses."""
    writer = _Writer(base)
    at = 0
    for token in _TOKEN.finditer(markup):
        writer.text(markup[at : token.start()])
        at = token.end()
        if token["name"]:
            writer.tag(token["name"].lower(), token["attributes"], end=bool(token["end"]))
    writer.text(markup[at:])
    return clean_field(writer.finish())


class _Writer:
    def __init__(self, base: str) -> None:
        self._base = base
        self._lines: list[str] = []
        self._pieces: list[str] = []
        self._lead = ""  # of the next line
        self._gap = False
        self._quotes = self._quoted_before = 0
        self._asides = 0
        self._unseen = ("", 0)
        self._verbatim = False
        self._link: tuple[str, int] | None = None
        self._items: list[int | None] = []
        self._spoilers: dict[str, list[bool]] = {"span": [], "div": []}

    def text(self, raw: str) -> None:
        if not raw or self._unseen[0]:
            return
        text = html.unescape(raw)
        if self._verbatim:
            first, *others = text.split("\n")
            self._pieces.append(first)
            for line in others:
                self._end_line()
                self._pieces.append(line)
            return
        blank_before = not self._pieces or self._pieces[-1].endswith((" ", "\n"))
        folded = " ".join(text.split())
        if folded:
            lead = "" if blank_before or not text[0].isspace() else " "
            self._pieces.append(f"{lead}{folded}{' ' if text[-1].isspace() else ''}")
        elif not blank_before:
            self._pieces.append(" ")

    def tag(self, name: str, raw: str, *, end: bool) -> None:
        unseen, depth = self._unseen
        if unseen:
            if name == unseen:
                depth += -1 if end else 1
                self._unseen = (unseen, depth) if depth else ("", 0)
            return
        given = {} if end else _attributes(raw)
        classes = given.get("class", "").split()
        if not end and (name in _UNSEEN or self._is_caption(name, classes)):
            self._unseen = (name, 1)
            return
        is_spaced = name in _SPACED or _HEADING.fullmatch(name)
        if is_spaced or name in _LINES:
            self._end_line()
            self._gap = self._gap or bool(is_spaced)
        if name in self._spoilers:
            self._mark_spoiler(name, classes, end=end)
        if end:
            self._close(name)
        else:
            self._open(name, given, classes)

    def finish(self) -> str:
        self._end_link()
        self._end_line()
        return "\n".join(self._lines)

    def _is_caption(self, name: str, classes: list[str]) -> bool:
        """Whether an element names the author of a quotation, or the size of a picture."""
        return name == "div" and (
            (self._asides > 0 and "title" in classes) or (self._link is not None and "meta" in classes)
        )

    def _open(self, name: str, given: dict[str, str], classes: list[str]) -> None:
        if name == "blockquote":
            self._quotes += 1
        elif name == "aside":
            if "onebox" in classes:
                self._pieces.append(self._address(given.get("data-onebox-src", "")) or "")
                self._end_line()
                self._unseen = (name, 1)
            else:
                self._asides += 1
        elif name == "pre":
            self._verbatim = True
        elif name == "a":
            self._end_link()
            is_name = not _NAMES.isdisjoint(classes)
            self._link = ("" if is_name else self._address(given.get("href", "")), len(self._pieces))
        elif name == "img":
            self._picture(given, classes)
        elif name in ("ul", "ol"):
            self._items.append(0 if name == "ol" else None)
        elif name == "li":
            self._lead = self._bullet()
        elif name in ("td", "th") and self._pieces:
            self._pieces.append(" | ")

    def _close(self, name: str) -> None:
        if name == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif name == "aside":
            self._asides = max(0, self._asides - 1)
        elif name == "pre":
            self._verbatim = False
        elif name == "a":
            self._end_link()
        elif name in ("ul", "ol") and self._items:
            self._items.pop()

    def _bullet(self) -> str:
        if not self._items or self._items[-1] is None:
            return "- "
        self._items[-1] += 1
        return f"{self._items[-1]}. "

    def _picture(self, given: dict[str, str], classes: list[str]) -> None:
        label = given.get("alt", "").strip()
        if "avatar" in classes:
            return
        address = "" if "emoji" in classes or self._link is not None else self._address(given.get("src", ""))
        self._pieces.append(_markdown(label, address))

    def _mark_spoiler(self, name: str, classes: list[str], *, end: bool) -> None:
        open_ones = self._spoilers[name]
        if not end:
            open_ones.append("spoiler" in classes or "spoiled" in classes)
            if open_ones[-1] and name == "div":
                self._lead += ">!"
            elif open_ones[-1]:
                self._pieces.append(">!")
        elif open_ones and open_ones.pop():
            if self._lead.endswith(">!"):
                self._lead = self._lead[:-2]
            elif name == "div" and self._lines:
                self._lines[-1] += "!<"
            else:
                self._pieces.append("!<")

    def _end_link(self) -> None:
        if self._link is None:
            return
        address, start = self._link
        self._link = None
        label = "".join(self._pieces[start:])
        after = " " if label.endswith(" ") else ""
        self._pieces[start:] = [_markdown(label.strip(), address) + after]

    def _address(self, href: str) -> str:
        """The web address of a link, empty if it has none, or none outside an unknown site."""
        href = href.strip()
        if href.startswith("#"):
            return ""
        try:
            address = urljoin(self._base, href)
        except ValueError:
            return ""
        return address.translate(_NOT_IN_LINKS) if address.startswith(("http://", "https://")) else ""

    def _end_line(self) -> None:
        line = "".join(self._pieces)
        line = line.rstrip() if self._verbatim else line.strip()
        self._pieces.clear()
        if self._link is not None:
            self._link = (self._link[0], 0)
        quotes = min(self._quotes, _MAX_QUOTES)
        if not line:
            self._gap = self._gap or self._verbatim
            return
        if self._lines and (self._gap or quotes != self._quoted_before):
            self._lines.append(">" * min(quotes, self._quoted_before))
        self._gap, self._quoted_before = False, quotes
        indent = "    " if self._verbatim else ""
        self._lines.append(f"{'>' * quotes}{' ' if quotes else ''}{self._lead}{indent}{line}".rstrip())
        self._lead = ""


def _attributes(raw: str) -> dict[str, str]:
    return {
        match["name"].lower(): html.unescape(match["a"] or match["b"] or match["c"] or "")
        for match in _ATTRIBUTE.finditer(raw)
    }


def _markdown(label: str, address: str) -> str:
    """A link with its label, which is left out if it is the address, in whole or as far as it was shown."""
    if not address or not label:
        return label or address
    shown = label.removesuffix("...").removesuffix("…").rstrip("/")
    plain = address.replace("%28", "(").replace("%29", ")")
    for form in (address, plain, address.partition("//")[2], plain.partition("//")[2]):
        if form.rstrip("/") == shown or (shown and shown != label.rstrip("/") and form.startswith(shown)):
            return address
    if "[" in label or "]" in label or "\n" in label:
        return f"{label} {address}"
    return f"[{label}]({address})"
