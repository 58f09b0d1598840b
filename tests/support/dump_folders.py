"""Pages of the mirror for tests, written from what they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

CommentLine = tuple[str, str, str]
"""Author, ISO time in UTC, text."""

MARKET = (
    "Harbour council votes to move the fish market",
    "courier.example",
    "tidewatcher",
    (
        "The council voted 7 to 4 on Tuesday to move the market to the old rail yard by spring.",
        "Stallholders will pay no rent in the first year.",
        "CLICK HERE TO READ MORE FROM THE COURIER",
        "A petition against the move has 3,100 names.",
    ),
    (
        ("oysterjo", "2024-03-12T11:02", "My stall paid 40 years of rent. One free year is manners."),
        ("netmender", "2024-03-12T09:14", "Free rent for a year is a bribe, and a cheap one."),
    ),
)
FERRY = (
    "Night ferry returns after nine years",
    "islander.example",
    "pierpoet",
    ("The night ferry sails again from June.", "It carries 90 cars."),
    (("gullfan", "2023-06-02T22:10", "Nobody asked the gulls about the rail yard either."),),
)


def page(
    title: str, source: str, submitter: str, body: Sequence[str], comments: Sequence[CommentLine] = ()
) -> str:
    """A page with these paragraphs and comments, as the mirror writes it."""
    lines = [title, "", f"Authored by {source} and submitted by {submitter}", f"image for {title}", ""]
    for paragraph in body:
        lines += [paragraph, ""]
    for author, time, text in comments:
        when = datetime.fromisoformat(time).replace(tzinfo=UTC)
        lines += [f"{author} on {when:%B} {when.day}th, {when:%Y at %H:%M} UTC »", "", text, ""]
    return "\n".join(lines)


LARGE = 5000


def write_large(folder: Path) -> Path:
    """A dump of LARGE threads with 20 comments each, which takes some seconds to load."""
    folder.mkdir(parents=True)
    body = [f"Paragraph {number} tells of the harbour and the price of herring." for number in range(40)]
    comments = [("gull", "2024-03-12T11:02", f"Comment {number} on herring.") for number in range(20)]
    rest = page("?", "a.example", "tide", body, comments).replace("image for ?\n", "").removeprefix("?")
    for number in range(LARGE):
        (folder / f"{number}.txt").write_text(f"Herring report {number}{rest}")
    return folder


def write_dump(folder: Path) -> Path:
    """A dump of two threads and two files that are none."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "market.txt").write_text(page(*MARKET))
    (folder / "ferry.txt").write_text(page(*FERRY))
    (folder / "empty.txt").write_text("")
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    return folder
