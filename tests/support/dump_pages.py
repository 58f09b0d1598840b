"""Renders pages in the mirror's format, for tests that read them back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.calendar_names import MONTHS
from bot.domain.dump import ParsedComment

NOON = datetime(2024, 3, 12, 12, 0, tzinfo=UTC)


def header(author: str, at: datetime, *, ending: str = "th") -> str:
    month = MONTHS[at.month - 1]
    return f"{author} on {month} {at.day}{ending}, {at.year} at {at.hour:02}:{at.minute:02} UTC »"


def page(
    title: str = "Harbour bell rings by itself",
    *,
    byline: str | None = "Authored by gullpost.example and submitted by brineboy",
    image: str | None = "image for Harbour bell rings by itself",
    body: Sequence[str] = ("The bell rang at four.", "Nobody was near it."),
    comments: Sequence[tuple[str, datetime, str] | ParsedComment] = (),
    ending: str = "th",
) -> str:
    """A page; `byline=None` and `image=None` leave the lines out."""
    blocks = [title]
    head = [line for line in (byline, image) if line is not None]
    if head:
        blocks.append("\n".join(head))
    blocks.extend(body)
    for comment in comments:
        author, at, text = (
            (comment.author, comment.posted_at, comment.text)
            if isinstance(comment, ParsedComment)
            else comment
        )
        blocks.append(header(author, at, ending=ending))
        blocks.append(text)
    return "\n\n".join(blocks)


def thread(count: int, start: datetime = NOON) -> list[tuple[str, datetime, str]]:
    """Comments from new to old, a minute apart."""
    return [(f"voice{i}", start - timedelta(minutes=i), f"Remark number {i}.") for i in range(count)]


def write_after_good(folder: Path, name: str, title: str) -> Path:
    """A dump of a page that can be read, and then one with this name and title."""
    folder.mkdir()
    (folder / "1 good.txt").write_text(page("The quay is being mended", body=("It takes a year.",) * 3))
    (folder / name).write_text(page(title))
    return folder
