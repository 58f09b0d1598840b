"""The one error of the dump readers: a piece of a dump that cannot be loaded, and why."""

from __future__ import annotations

from bot.models import Rejection

ACCEPTED = "Send .txt pages, or a .zip, .tar, .tar.gz, .gz or .zst of them."
"""What a person can do about most rejections; ends their sentences."""


class Rejected(ValueError):  # noqa: N818 - a verdict on the content, not a fault of the program
    """Raised for content that is not loaded. `reason` is one of a fixed set of names (CONTRIBUTING lists
    them), `detail` is one or two sentences for people, `line` counts from 1 where a line can be named."""

    def __init__(self, reason: str, detail: str, line: int | None = None) -> None:
        super().__init__(reason, detail, line)
        self.reason = reason
        self.detail = detail
        self.line = line

    def __str__(self) -> str:
        return self.detail

    def at(self, where: str) -> Rejection:
        """The same as a row of a receipt; `where` is the path in the dump, to which the line is added."""
        place = where if self.line is None else f"{where}:{self.line}"
        return Rejection(where=place, reason=self.reason, detail=self.detail)
