"""The markup of stored texts: quotations, links and spoilers. No other module knows their marks.

A text is stored as its source has it, and a quote of it is a stretch of the stored text. Whatever judges what
an author says reads `own_text`, which has neither what the author quotes nor what a spoiler hides, at the
same positions. Whatever shows a text shows its `runs`: the stored words without their marks, with the label
of a link in place of its address, and spoilers and slurs to be hidden until the reader reveals them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from typing import Literal

from bot.text.language.slurs import mask_slurs, slur_spans

Span = tuple[int, int]
"""[start, end) in a text."""

SPOILER = "▒▒▒▒▒"
"""Shown for a spoiler, whose length is nobody's business, where nothing can be revealed."""

_QUOTED_LINE = re.compile(r"^[ \t]*(?:>|&gt;)(?!!).*", re.MULTILINE)
_QUOTE_MARK = re.compile(r"[ \t]*(?:(?:>|&gt;)(?!!)[ \t]?)+")
_OLD_SPOILER = r"[/#](?:s|sp|spoilers?)"
_SPOILER_TARGET = re.compile(_OLD_SPOILER)
# A spoiler without an end hides its line if it begins one, and is no spoiler otherwise.
_SPOILER = re.compile(
    r"(?:>|&gt;)!(?P<inline>(?:(?!(?:>|&gt;)!|!(?:<|&lt;)).)*+)!(?:<|&lt;)"
    r"|^[ \t]*(?:>|&gt;)!(?P<line>[^\n]*)"
    rf"|\[(?P<old>[^\[\]\n]*)\]\({_OLD_SPOILER}\)",
    re.MULTILINE | re.DOTALL,
)
_BARE = r"""https?://(?:[^\s<>|`\\\[\]"“”«»^{}*。，、；：！？（）「」『』【】《》]|\\[_*~()#-]|\*(?!\*)|\[[^\s\[\]()<>]*\](?!\())+"""
# `](` ends an address: no token is read twice, and any text takes linear time.
_PLAIN = r"[^\s()<>\\\]]|\](?!\()|\\."
_TOKEN = re.compile(
    rf"""(?P<open>!?\[)
    |\]\([ ]?<?(?P<target>(?:https?://|www\.|[a-z][a-z0-9+.-]{{1,20}}:|[/\#])
        (?:{_PLAIN}|\((?:{_PLAIN}|\((?:{_PLAIN})*+\))*+\))*+)
        >?(?:\s{{1,3}}(?:"[^"\n]{{0,300}}"|'[^'\n]{{0,300}}'))?(?:[ ]?\)|(?<=\)))
    |(?P<close>\])
    |<(?P<auto>https?://[^\s<>]+)>
    |(?P<bare>{_BARE})
    |(?P<www>\bwww\.[^\s<>\[\]]+)
    |\\. |(?P<gap>\n[ \t]*\n)""",
    re.VERBOSE | re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_LINK_END = ".,;:!?'’}*_~…\\"
_BARE_LINK = re.compile(_BARE, re.IGNORECASE)
_LOOKS_LIKE_ADDRESS = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?:/\S*)?")
_SCHEME = re.compile(r"(?:https?://)?(?:www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A link `text[start:end]` and the span of its label. `url` is empty unless it leads to a web address;
    `is_address` is whether the label is, or abbreviates, the address itself."""

    start: int
    end: int
    label: Span
    url: str
    is_address: bool


@dataclass(frozen=True, slots=True)
class TextRun:
    """Words shown in one way: linked to `url`, hidden as a slur or a spoiler, quoted by the author, or
    marked."""

    text: str
    url: str = ""
    hidden: Literal["", "slur", "spoiler"] = ""
    quoted: bool = False
    marked: bool = False


def own_text(text: str) -> str:
    """Returns the text with quoted lines, spoilers and links except their labels replaced by spaces, so that
    positions stay valid. A paragraph ends at a quoted line."""
    blank = [*_quoted_lines(text), *(outer for outer, _ in _spoilers(text))]
    for link in find_links(text):
        first, last = link.label
        blank += [(link.start, link.end)] if link.is_address else [(link.start, first), (last, link.end)]
    pieces = []
    at = 0
    for start, end in _merged(blank):
        pieces += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def own_spans(text: str) -> list[Span]:
    """Returns the stretches that the author does not quote, without surrounding white space. None begins
    within a spoiler of a quoted line."""
    spans = []
    at = 0
    spoiled = [outer for outer, _ in _spoilers(text)]
    for start, end in [*_quoted_lines(text), (len(text), len(text))]:
        piece = text[at:start]
        if kept := piece.strip():
            first = at + len(piece) - len(piece.lstrip())
            spans.append((first, first + len(kept)))
        at = (_around(spoiled, end - 1) or (start, end))[1]
    return spans


def whole_links(text: str, spans: Iterable[Span]) -> list[Span]:
    """Returns stretches of the text, such as those found in `own_text`, extended to the links that they
    cut."""
    links = [(link.start, link.end) for link in find_links(text)]
    return [
        ((_around(links, start) or (start,))[0], (_around(links, end - 1) or (0, end))[1])
        for start, end in spans
    ]


def own_links(text: str) -> list[str]:
    """Returns the web addresses that the author links outside of quotations and spoilers."""
    others = _merged([*_quoted_lines(text), *(outer for outer, _ in _spoilers(text))])
    return [link.url for link in find_links(text) if link.url and not _around(others, link.start)]


def secret_spans(text: str) -> tuple[Span, ...]:
    """Returns the spans to hide until the reader reveals them: slurs, and what spoilers contain."""
    return tuple(_merged([*slur_spans(text), *(inner for _, inner in _spoilers(text))]))


def has_spoiler(text: str) -> bool:
    """Whether a part of the text is a spoiler."""
    return bool(_spoilers(text))


def runs(
    text: str, marks: Iterable[Span] = (), *, slurs: bool = True, literal: bool = False
) -> list[TextRun]:
    """Returns the text as it is shown. `marks` are the spans to mark; slurs are only hidden if `slurs`. A
    link is marked or hidden as a whole. A `literal` text, such as a title, has no markup."""
    if literal:
        spoilers, quoted = [], []
        links = [Link(*span, span, text[slice(*span)], is_address=True) for span in bare_links(text)]
    else:
        spoilers, quoted, links = _spoilers(text), _quoted_lines(text), find_links(text)
    spoiled = [outer for outer, _ in spoilers]
    slurred = slur_spans(text) if slurs else ()
    marked = _merged(marks)
    dropped = [(start, match.end()) for start, _ in quoted if (match := _QUOTE_MARK.match(text, start))]
    dropped += [gap for (start, end), (first, last) in spoilers for gap in ((start, first), (last, end))]
    dropped = _merged(dropped)
    whole = [(link.start, link.end) for link in links]
    edges = {edge for spans in (dropped, spoiled, quoted, slurred, marked) for span in spans for edge in span}
    edges = {edge for edge in edges if not (around := _around(whole, edge)) or edge == around[0]}
    inner = {edge for edge in edges if 0 < edge < len(text)}
    cuts = sorted({0, len(text)} | inner | {edge for span in whole for edge in span})
    by_start = {link.start: link for link in links}
    shown: list[TextRun] = []
    for start, end in pairwise(cuts):
        if _around(dropped, start):
            continue
        hidden: Literal["", "slur", "spoiler"] = "slur" if _overlaps(slurred, start, end) else ""
        hidden = "spoiler" if _overlaps(spoiled, start, end) else hidden
        flags = (hidden, _around(quoted, start) is not None, _overlaps(marked, start, end))
        link = by_start.get(start)
        if link is None:
            shown.append(TextRun(text[start:end], "", *flags))
        else:
            shown += [TextRun(words, url, *flags) for words, url in _link_words(text, link)]
    return shown


def masked_runs(
    text: str, marks: Iterable[Span] = (), *, slurs: bool = True, literal: bool = False
) -> list[TextRun]:
    """Returns `runs` for places where nothing can be revealed: one mask for each spoiler, and asterisks in
    slurs if `slurs`."""
    shown: list[TextRun] = []
    for run in runs(text, marks, slurs=slurs, literal=literal):
        if run.hidden != "spoiler":
            shown.append(replace(run, text=mask_slurs(run.text)) if run.hidden else run)
        elif not shown or shown[-1].hidden != "spoiler":
            shown.append(replace(run, text=SPOILER, url=""))
    return shown


def plain(text: str) -> str:
    """Returns what an author says on one line, for lists: without quotations, unless there is nothing else,
    and without what is hidden."""
    shown = masked_runs(text)
    own = "".join(run.text for run in shown if not run.quoted)
    return " ".join((own if own.strip() else "".join(run.text for run in shown)).split())


def head(text: str, size: int) -> str:
    """The first `size` characters, with the end of a spoiler that they cut, or without it if only its end
    shows that it is one."""
    if len(text) <= size:
        return text
    kept = text[:size]
    opened = max(kept.rfind(">!"), kept.rfind("&gt;!"))
    closed = max(kept.rfind("!<"), kept.rfind("!&lt;"))
    bracket = kept.rfind("[")
    old = _SPOILER.match(text, bracket) if bracket >= 0 else None
    if old is not None and old.end() > size:
        kept = kept[:bracket]
    if opened < 0 or closed > opened + 1:
        return kept
    # With what is added, a bracket before the cut would open a spoiler.
    return kept + (" !<" if kept.endswith((">", "&gt;", "&gt")) else "!<")


def find_links(text: str) -> list[Link]:
    """Returns the links of a text in order, none inside another."""
    links: list[Link] = []
    if "](" not in text and "://" not in text and "www." not in text:
        return links
    opened: list[Span] = []
    for match in _TOKEN.finditer(text):
        match match.lastgroup:
            case "open":
                opened.append(match.span())
            case "close":
                del opened[-1:]
            case "gap":
                opened.clear()
            case "bare" | "auto" | "www" | "target":
                links += filter(None, [_link(text, match, opened, links)])
    return links


def bare_links(text: str) -> list[Span]:
    """Returns the spans of the web addresses in a text without markup."""
    matches = ((match.start(), _without_end(match[0])) for match in _BARE_LINK.finditer(text))
    return [(start, start + len(url)) for start, url in matches if len(url) > len("https://")]


def _link(text: str, match: re.Match[str], opened: list[Span], links: list[Link]) -> Link | None:
    """Returns the link of a token. Removes its bracket from `opened`, and from `links` those in its label."""
    if match["www"]:
        return Link(*match.span(), match.span(), "", is_address=True)
    if match["target"]:
        url = _ESCAPED.sub(r"\1", match["target"])
        url = f"https://{url}" if url[:4].lower() == "www." else url
        url = url if url[:4].lower() == "http" else ""
        if not opened:
            return Link(*match.span("target"), match.span("target"), url, is_address=True) if url else None
        start, first = opened.pop()
        label = first, match.start()
        while links and links[-1].start >= start:
            inner = links.pop()
            if (inner.start, inner.end) == label:  # an image, or an address
                label = inner.label
        if _SPOILER_TARGET.fullmatch(match["target"]):
            return None
        return Link(start, match.end(), label, url, _is_address(text[slice(*label)].strip(), url))
    if match["auto"]:
        return Link(*match.span(), match.span("auto"), match["auto"], is_address=True)
    end = match.start() + len(_without_end(match["bare"]))
    url = _ESCAPED.sub(r"\1", text[match.start() : end])
    span = (match.start(), end)
    return Link(*span, span, url, is_address=True) if len(url) > len("https://") else None


def _link_words(text: str, link: Link) -> list[tuple[str, str]]:
    """Returns the words to show for a link, each with the address to which it leads. A label that looks like
    another address would mislead: both are shown."""
    label = _ESCAPED.sub(r"\1", text[slice(*link.label)])
    if link.is_address and link.url:
        return [(link.url, link.url)]
    if link.url and ("://" in label or _LOOKS_LIKE_ADDRESS.fullmatch(label.strip())):
        return [(f"{label} (", ""), (link.url, link.url), (")", "")]
    return [(label, link.url)]


def _is_address(label: str, url: str) -> bool:
    """Whether the label is the address, perhaps shortened, or nothing."""
    short, full = (_SCHEME.sub("", _ESCAPED.sub(r"\1", each), count=1).casefold() for each in (label, url))
    is_shortened = short.endswith(("…", "...")) and full.startswith(short.rstrip(".…"))
    return short.rstrip("/") == full.rstrip("/") or is_shortened if label else bool(url)


def _without_end(url: str) -> str:
    """Returns the address without the punctuation of the surrounding sentence; a closing bracket stays if the
    address opens it."""
    excess = url.count(")") - url.count("(")
    end = len(url)
    while end and (url[end - 1] in _LINK_END or (url[end - 1] == ")" and excess > 0)):
        excess -= url[end - 1] == ")"
        end -= 1
    return url[:end]


def _quoted_lines(text: str) -> list[Span]:
    if ">" not in text and "&gt;" not in text:
        return []
    spoiled = [outer for outer, _ in _spoilers(text)]
    lines = [match.span() for match in _QUOTED_LINE.finditer(text)]
    return [line for line in lines if not _around(spoiled, line[0])]


def _spoilers(text: str) -> list[tuple[Span, Span]]:
    """Returns the spoilers, each with and without its marks."""
    if ">!" not in text and "&gt;!" not in text and "](/s" not in text and "](#s" not in text:
        return []
    return [(match.span(), match.span(match.lastgroup or 0)) for match in _SPOILER.finditer(text)]


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _around(spans: Sequence[Span], position: int) -> Span | None:
    """Returns the one of the ascending, disjoint spans that contains the position."""
    index = bisect_right(spans, (position, inf)) - 1
    return spans[index] if index >= 0 and position < spans[index][1] else None


def _overlaps(spans: Sequence[Span], start: int, end: int) -> bool:
    index = bisect_right(spans, (end - 1, inf)) - 1
    return index >= 0 and start < spans[index][1]
