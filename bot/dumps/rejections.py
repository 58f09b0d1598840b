"""The one error of the dump readers: a piece of a dump that cannot be loaded, and why."""

from __future__ import annotations

from typing import Literal

from bot.domain.dump import Rejection

ACCEPTED_FILES = "Send .txt pages or Reddit dumps, as they are or packed: .zip, .tar, .gz, .xz, .zst."
"""What a person can do about most rejections; ends their sentences."""

# fmt: off
Reason = Literal[
    # A file that is something else, or less, than a page.
    "empty", "binary", "not-a-page", "index-page", "no-title", "several-pages",
    # A line or a listing of a Reddit dump.
    "not-json", "not-a-record", "not-a-listing", "bad-id", "bad-time",
    # Something that is not read, whatever it holds.
    "missing", "unreadable", "link", "not-a-file", "encrypted", "unsupported", "broken-archive", "no-pages",
    # More than the limits of a load.
    "too-large", "too-many", "too-deep", "bomb",
]
# fmt: on
"""Every name a rejection can have; receipts and the command line's JSON show them, so they stay."""


class Rejected(ValueError):  # noqa: N818 - a verdict on the content, not a fault of the program
    """Raised for content that is not loaded. `detail` is one or two sentences for people, `line` counts from
    1 where a line can be named."""

    def __init__(self, reason: Reason, detail: str, line: int | None = None) -> None:
        super().__init__(reason, detail, line)
        self.reason: Reason = reason
        self.detail = detail
        self.line = line

    def __str__(self) -> str:
        return self.detail

    def at(self, where: str) -> Rejection:
        """The same as a row of a receipt; `where` is the path in the dump, to which the line is added."""
        place = where if self.line is None else f"{where}:{self.line}"
        return Rejection(where=place, reason=self.reason, detail=self.detail)


class BrokenDumpError(Exception):
    """Raised where a long stream of records breaks off: its archive is cut short or damaged, or its disk
    fails. What came before it was yielded; with the file mended, reading can be resumed at the dump's
    position."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.detail)
        self.rejection = rejection
