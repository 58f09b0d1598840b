"""Texts of articles and comments as Discord's markdown: their links lead on, their quotations are block
quotes, their spoilers and slurs are spoilers, and everything else is escaped."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, groupby
from math import inf

from bot.text.language.markup import Span, TextRun, head, runs
from bot.ui.kit.markdown import clean, escape_cleaned, link, quiet_address
from bot.ui.kit.truncate import ELLIPSIS, utf16_length

MAX_QUOTED = 120
"""The most characters of what somebody quotes in an excerpt of what they say."""
_WORD = re.compile(r"\S+")
# Where a page can end, in order of preference: after a paragraph, a line, a sentence, a word.
_PAGE_ENDS = (
    re.compile(r"\n\n+"),
    re.compile(r"\n"),
    re.compile(r"[.!?…。！？][\"'”’)\]]*\s+"),
    re.compile(r"\s+"),
)


def markdown(text: str, *, slurs: bool = True, one_line: bool = False) -> str:
    """The whole text without blank lines; slurs are hidden if `slurs`."""
    shown = _Shown(runs(text, slurs=slurs), 0 if one_line else 1)
    return shown.markdown(0, len(shown.text))


def excerpt(
    text: str,
    limit: int,
    marks: Iterable[Span] = (),
    *,
    slurs: bool = True,
    one_line: bool = False,
    linked: bool = False,
    literal: bool = False,
) -> str:
    """The text without blank lines, at most `limit` long: in full, or its first words and an ellipsis. What
    the author quotes is shortened; `marks` are the spans of the text to show in bold. Labels are only links
    if `linked`; a `literal` text has no markup."""
    if limit < 2:
        return ""
    read = head(text, 8 * limit + 2_000)
    text_runs = _shorten_quoted(runs(read, marks, slurs=slurs, literal=literal))
    if not linked:
        text_runs = [run if run.url in ("", run.text) else replace(run, url="") for run in text_runs]
    shown = _Shown(text_runs, 0 if one_line else 1, limit)
    size = len(shown.text)
    if len(read) == len(text) and size <= limit:
        whole = shown.markdown(0, size)
        if utf16_length(whole) <= limit:
            return whole

    def length(end: int, links: bool = True) -> int:
        return utf16_length(shown.markdown(0, end, links=links))

    ends = [match.end() for match in _WORD.finditer(shown.text[: limit + 1])]
    if ends and ends[-1] == limit + 1:
        ends.pop()
    kept = bisect_right(ends, limit - 1, key=length)
    if kept:
        end = len(shown.text[: ends[kept - 1]].rstrip(" ,;:–—-"))
        return shown.markdown(0, end) + ELLIPSIS
    # A word that is too long; once split, it is no longer a link.
    end = bisect_right(range(1, min(size, limit)), limit - 1, key=lambda end: length(end, links=False))
    return shown.markdown(0, end, links=False) + ELLIPSIS


def pages(text: str, limit: int) -> tuple[str, ...]:
    """The text with its blank lines, split into pieces of at most `limit`, preferably after paragraphs, then
    lines, sentences, words. Returns at least one piece."""
    shown = _Shown(runs(text, slurs=False), 2)
    pieces = []
    start = 0
    while start < len(shown.text):
        longest = min(len(shown.text) - start, limit)
        while (size := utf16_length(shown.markdown(start, start + longest))) > limit and longest > 1:
            longest = max(1, longest * limit // size)
        if start + longest < len(shown.text):
            longest = _page_end(shown.text[start : start + longest + 1], longest)
        kept = len(shown.text[start : start + longest].rstrip())
        pieces.append(shown.markdown(start, start + kept, links=size <= limit))
        start += longest
        while shown.text[start : start + 1].isspace():
            start += 1
    return tuple(pieces) or ("",)


class _Shown:
    """The runs of a text with normalised white space, and the text that they make; further runs are not read
    once it is longer than `limit`."""

    def __init__(self, text_runs: Iterable[TextRun], max_breaks: int = 1, limit: float = inf) -> None:
        self._runs: list[TextRun] = []
        before = "\n\n"
        after_quoted = False
        size = 0
        for run in text_runs:
            if max_breaks and after_quoted and not run.quoted and run.text.strip():
                # Without a blank line, some clients take the next line for a part of the quotation.
                self._runs.append(TextRun("\n" * (2 - before.count("\n"))))
                before = "\n\n"
            after_quoted = run.quoted or (after_quoted and not run.text.strip())
            text = _squeeze(run.text, before, max_breaks)
            if text:
                before = (before + text)[-2:]
                self._runs.append(run if text == run.text else replace(run, text=text))
                if text.strip() and size + len(text.rstrip()) > limit:
                    break
                size += len(text)
        self._ends = list(accumulate(len(run.text) for run in self._runs))
        self.text = "".join(run.text for run in self._runs).rstrip()

    def markdown(self, start: int, end: int, *, links: bool = True) -> str:
        """The markdown of `text[start:end]`."""
        parts = []
        for number in range(bisect_right(self._ends, start), len(self._runs)):
            run = self._runs[number]
            begin = self._ends[number] - len(run.text)
            if begin >= end:
                break
            if begin < start or end < self._ends[number] or not links:
                text = run.text[max(0, start - begin) : end - begin]
                run = replace(run, text=text, url=run.url if links else "")
            parts.append(run)
        return _join(parts)


def _squeeze(text: str, before: str, max_breaks: int) -> str:
    """The cleaned text with at most so many line breaks together, to follow a text that ends in `before`."""
    text = clean(text)
    if max_breaks < 2:
        text = re.sub(r" ?\n\s*", "\n" * max_breaks, re.sub(r"[^\S\n]+" if max_breaks else r"\s+", " ", text))
    else:
        *lines, last = text.split("\n")
        text = re.sub(r"\n{3,}", "\n\n", "\n".join([*map(str.rstrip, lines), last]))
    rest = text.lstrip("\n")
    breaks = min(len(text) - len(rest), max_breaks - (len(before) - len(before.rstrip("\n"))))
    if breaks < 1 and max_breaks < 2 and before[-1].isspace():
        rest = rest.lstrip()
    return "\n" * breaks + rest


def _shorten_quoted(text_runs: Sequence[TextRun]) -> list[TextRun]:
    """The runs with at most MAX_QUOTED characters of each quotation, unless there is nothing else."""
    if not any(run.text.strip() and not run.quoted for run in text_runs):
        return list(text_runs)
    shown = []
    left = MAX_QUOTED
    for run in text_runs:
        if not run.quoted:
            left = MAX_QUOTED if run.text.strip() else left
        elif left <= 0:
            continue
        elif len(run.text) > left:
            cut = "" if run.url else run.text[:left].rsplit(" ", 1)[0]
            run, left = replace(run, text=cut + ELLIPSIS, url=""), 0
        else:
            left -= len(run.text)
        shown.append(run)
    return shown


def _join(parts: Iterable[TextRun]) -> str:
    out = ""
    for quoted, line in groupby(parts, key=lambda run: run.quoted):
        out += "> " if quoted else ""
        for hidden, same in groupby(line, key=lambda run: bool(run.hidden)):
            inner = ""
            for marked, words in groupby(same, key=lambda run: run.marked):
                piece = ""
                for url, linked in groupby(words, key=lambda run: run.url):
                    text = "".join(run.text for run in linked)
                    starts = (out + inner + piece)[-1:] in ("", "\n") or (quoted and not inner + piece)
                    piece += _linked(text, url) if url else _escaped(text, starts=starts)
                bold = piece.strip() if marked else ""
                inner += piece.replace(bold, f"**{bold}**", 1) if bold else piece
            out += f"||{inner}||" if hidden and inner.strip() else inner
    return out


def _escaped(text: str, *, starts: bool) -> str:
    """The text without links, escaped; `starts` is whether it begins a line."""
    return escape_cleaned(text) if starts else escape_cleaned(f"x{text}")[1:]


def _linked(text: str, url: str) -> str:
    """A link without preview, or the plain label if the address cannot be linked or would mislead."""
    if text == url:
        address = quiet_address(url)
        return f"<{address}>" if address else _escaped(text, starts=True)
    linked = link(text.replace("\n", " "), url) if "://" not in text else None
    return linked or _escaped(text, starts=True)


def _page_end(text: str, longest: int) -> int:
    """Where a page of at most `longest` characters ends well."""
    for pattern in _PAGE_ENDS:
        ends = [match.end() for match in pattern.finditer(text, 0, longest)]
        if ends and ends[-1] > longest * 0.5:
            return ends[-1]
    return longest
