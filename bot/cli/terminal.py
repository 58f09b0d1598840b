"""What people read in a terminal: rich text from untrusted words, and dates, sizes and counts in short."""

from __future__ import annotations

import sys
import unicodedata
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from bot.domain.loads import Counts

_KEPT = "\n\t"
_HARMFUL = {"Cc", "Cs", "Zl", "Zp"}
_BIDI = set(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


def clean(text: str) -> str:
    """Text without anything that steers a terminal: control characters (and so every escape sequence), lone
    surrogates, and the marks that turn the direction of what follows."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char
        for char in text.replace("\r\n", "\n")
        if char in _KEPT or (unicodedata.category(char) not in _HARMFUL and char not in _BIDI)
    )


def line(text: str) -> str:
    """The same on one line."""
    return " ".join(clean(text).split())


def complain(sentence: str) -> None:
    """Tells people what is wrong, beside the output that a program may read."""
    print(f"newsdesk: {line(sentence)}", file=sys.stderr)


def write_bytes(data: bytes) -> None:
    """Writes all of it to standard output, past the terminal's encoding. With PYTHONUNBUFFERED a write may
    take a part only, where a reader has gone."""
    sys.stdout.flush()
    rest = memoryview(data)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]
    sys.stdout.buffer.flush()


def console(*, error: bool = False) -> Console:
    """A console that reads no markup in what it prints, and leaves broken pipes to `main`."""
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            raise

    file: IO[str] = sys.stderr if error else sys.stdout
    return Plain(file=file, markup=False, highlight=False, emoji=False, soft_wrap=False)


def styled(*parts: str | tuple[str, str]) -> Text:
    """One rich text from words and (words, style) pairs, cleaned."""
    from rich.text import Text

    return Text.assemble(
        *(clean(part) if isinstance(part, str) else (clean(part[0]), part[1]) for part in parts)
    )


def show(text: str | Text, indent: int = 0, then: int | None = None) -> None:
    """Prints it, wrapped at the terminal's width; `then` indents the second and further lines otherwise."""
    from rich.text import Text

    out = console()
    rest = indent if then is None else then
    for paragraph in (Text(clean(text)) if isinstance(text, str) else text).split("\n", allow_blank=True):
        for number, row in enumerate(paragraph.wrap(out, max(20, out.width - max(indent, rest))) or [Text()]):
            row.rstrip()
            out.print(Text(" " * (rest if number else indent)) + row if row else "")


def day(when: datetime | None) -> str:
    """`12 Mar 2024`, by UTC."""
    return "undated" if when is None else f"{when.astimezone(UTC):%-d %b %Y}"


def minute(when: datetime | None) -> str:
    """`12 Mar 2024 09:14 UTC`."""
    return "undated" if when is None else f"{when.astimezone(UTC):%-d %b %Y %H:%M} UTC"


def amount(number: int, one: str, many: str | None = None) -> str:
    """`1 comment`, `61,204 comments`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(number: int) -> str:
    """`812 bytes`, `3.4 MB`."""
    if number < 1000:
        return amount(number, "byte")
    scaled = float(number)
    for unit in ("kB", "MB", "GB", "TB"):
        scaled /= 1000
        if scaled < 1000 or unit == "TB":
            break
    return f"{scaled:.1f} {unit}"


def counts(kind: str, found: Counts) -> str:
    """`Articles 61,204 new · 310 updated · 12 unchanged`, without what is zero."""
    parts = [
        f"{number:,} {word}"
        for number, word in ((found.new, "new"), (found.updated, "updated"), (found.unchanged, "unchanged"))
        if number
    ]
    return f"{kind} {' · '.join(parts) or 'none'}"
