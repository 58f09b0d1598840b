"""Terminal output for people: styled text from untrusted input, and short dates."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

from bot.domain.articles import Stats
from bot.i18n import formats, msg
from bot.text.language.markup import Span, masked_runs

if TYPE_CHECKING:
    from rich.console import Console

Part = str | tuple[str, str]
"""A text, or a text with a rich style."""

_ALLOWED_CONTROLS = "\n\t"
_HARMFUL_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}
_BIDI = set(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


def clean(text: str) -> str:
    """Removes everything that could control a terminal: control characters (and so all escape sequences),
    lone surrogates, and marks that change the direction of text."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char
        for char in text.replace("\r\n", "\n")
        if char in _ALLOWED_CONTROLS
        or (unicodedata.category(char) not in _HARMFUL_CATEGORIES and char not in _BIDI)
    )


def line(text: str) -> str:
    """`clean` on one line."""
    return " ".join(clean(text).split())


def dotted(*parts: str | None) -> str:
    """The non-empty parts on one line, separated by dots."""
    return line(" · ".join(part for part in parts if part))


def complain(sentence: str) -> None:
    """Writes an error message for people to standard error, apart from the output for programs."""
    print(f"newsdesk: {line(sentence)}", file=sys.stderr)


def write_bytes(data: bytes) -> None:
    """Writes all of `data` to standard output as it is. With PYTHONUNBUFFERED a write may be partial if the
    reader is gone."""
    sys.stdout.flush()
    rest = memoryview(data)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]
    sys.stdout.buffer.flush()


def console(*, error: bool = False) -> Console:
    """A console that interprets no markup, and leaves broken pipes to `main`."""
    from rich.console import Console

    class PlainConsole(Console):
        def on_broken_pipe(self) -> None:
            raise

    file: IO[str] = sys.stderr if error else sys.stdout
    return PlainConsole(file=file, markup=False, highlight=False, emoji=False, soft_wrap=False)


def show(*parts: Part, indent: int = 0, then: int | None = None) -> None:
    """Prints text, cleaned and wrapped at the terminal's width; `then` is the indentation of the second and
    later lines, if it differs."""
    from rich.text import Text

    text = Text.assemble(
        *(clean(part) if isinstance(part, str) else (clean(part[0]), part[1]) for part in parts)
    )
    out = console()
    rest = indent if then is None else then
    for paragraph in text.split("\n", allow_blank=True):
        for number, row in enumerate(paragraph.wrap(out, max(20, out.width - max(indent, rest))) or [Text()]):
            row.rstrip()
            out.print(Text(" " * (rest if number else indent)) + row if row else "")


def show_dim(text: str, indent: int = 0, then: int | None = None) -> None:
    """Prints dimmed text."""
    show((text, "dim"), indent=indent, then=then)


def show_bold(text: str, *more: Part, indent: int = 0, then: int | None = None) -> None:
    """Prints a heading in bold, followed by other parts."""
    show((text, "bold"), *more, indent=indent, then=then)


def source_text(
    text: str, marks: Iterable[Span] = (), style: str = "bold", *, whole: bool = False, literal: bool = False
) -> list[tuple[str, str]]:
    """A stored text: its marks in a style, what it quotes dimmed, spoilers masked. If `whole`,
    with blank lines, the addresses of links, and slurs."""
    parts: list[tuple[str, str]] = []
    is_quoting = False
    for run in masked_runs(text, marks, slurs=not whole, literal=literal):
        shown = f"{run.text} ({run.url})" if whole and run.url not in ("", run.text) else run.text
        shown = shown if whole else re.sub(r"\n\s*\n", "\n", shown)
        shown = f"> {shown}" if run.quoted and not is_quoting else shown
        is_quoting = run.quoted
        parts.append((shown, style if run.marked else "dim" if run.quoted else ""))
    return parts


def source_line(
    text: str, marks: Iterable[Span] = (), style: str = "bold", *, literal: bool = False
) -> list[Part]:
    """`source_text` on one line, for quotes and excerpts; a `literal` text has no markup."""
    parts = source_text(text, marks, style, literal=literal)
    return [(re.sub(r"\s+", " ", shown), style) for shown, style in parts]


def replying_to(author: str | None) -> str:
    """replying to netmender; empty for no reply"""
    if author is None:
        return ""
    return msg("comment-replying", author=author) if author else msg("comment-replying-missing")


def quoted(*parts: Part) -> list[Part]:
    """Parts in the language's quotation marks."""
    opening, _, closing = msg("quoted", text="\0").partition("\0")
    return [opening, *parts, closing]


def empty_archive(stats: Stats) -> str:
    """The text for an archive without articles: nothing is loaded yet, or only comments."""
    return msg("load-waiting", count=stats.waiting) if stats.waiting else msg("error-archive-empty")


def day(when: datetime | None) -> str:
    """12 Mar 2024, in UTC"""
    return msg("cli-undated") if when is None else formats.day(when.astimezone(UTC))


def minute(when: datetime | None) -> str:
    """12 Mar 2024, 09:14 UTC"""
    return msg("cli-undated") if when is None else formats.minute(when.astimezone(UTC))
