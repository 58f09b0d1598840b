"""The only error of the dump readers: a piece of a dump that cannot be loaded, with the reason."""

from __future__ import annotations

from typing import Literal

from bot.domain.dump import Rejection
from bot.domain.stored_message import StoredMessage
from bot.i18n import english

# fmt: off
Reason = Literal[
    # A file that is not a page, or an incomplete one.
    "empty", "binary", "not-a-page", "index-page", "no-title", "several-pages",
    # A line or a listing of a Reddit dump.
    "not-json", "not-a-record", "not-a-listing", "bad-id", "bad-time",
    # A file that is never read, whatever its content.
    "missing", "unreadable", "link", "not-a-file", "encrypted", "unsupported", "broken-archive", "no-pages",
    # Beyond the limits of a load.
    "too-large", "too-many", "too-deep", "bomb",
]
# fmt: on
"""All reasons of a rejection. Receipts and the command line's JSON contain them, so they never change."""


class Rejected(ValueError):  # noqa: N818 - a verdict on the content, not a fault of the program
    """Raised for content that is not loaded. `message` is the id of its sentence in the catalogue, `fields`
    are those of the message; `line` counts from 1, if the line is known."""

    def __init__(
        self, reason: Reason, message: str, line: int | None = None, /, **fields: str | int | float | None
    ) -> None:
        super().__init__(reason, message, line)
        self.reason: Reason = reason
        self.message = StoredMessage(message, fields)
        self.line = line

    def __str__(self) -> str:
        return english(self.message)

    def at(self, where: str, line: int | None = None) -> Rejection:
        """Converts the error to a row of a receipt; `where` is the path in the dump, to which the line is
        added."""
        line = line or self.line
        place = where if line is None else f"{where}:{line}"
        return Rejection(place, self.reason, str(self), self.message)


class BrokenDumpError(Exception):
    """Raised if a long stream of records breaks: its archive is truncated or damaged, or its disk fails.
    Everything before the break was yielded; once the file is repaired, reading can resume at the dump's
    position."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.detail)
        self.rejection = rejection
