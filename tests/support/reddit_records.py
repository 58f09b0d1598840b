"""Records of Reddit dumps, for tests that read and load them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from bot.domain.base36 import base36

COMMENT = {
    "id": "c1",
    "link_id": "t3_a1",
    "parent_id": "t3_a1",
    "author": "gull",
    "body": "Chips.",
    "created_utc": 1700000000,
    "score": 3,
    "subreddit": "harbour",
}
SUBMISSION = {
    "id": "a1",
    "title": "Gulls vote",
    "created_utc": 1700000000,
    "author": "tern",
    "domain": "courier.example",
    "url": "https://courier.example/gulls",
    "subreddit": "harbour",
    "score": 12,
}


def line(record: object) -> bytes:
    """One line of a dump."""
    return json.dumps(record).encode() + b"\n"


def comment(**changes: object) -> bytes:
    """The line of a comment."""
    return line(COMMENT | changes)


def submission(**changes: object) -> bytes:
    """The line of a submission."""
    return line(SUBMISSION | changes)


def comments(numbers: Iterable[int], *, threads: int = 7, words: int = 12) -> bytes:
    """Comments with these numbers, in turn under `threads` submissions (`a0`, `a1`, ...), each with words of
    its own; some answer the one before."""
    return b"".join(
        comment(
            id=base36(1000 + number),
            link_id=f"t3_a{number % threads}",
            parent_id=f"t1_{base36(1000 + number - threads)}"
            if number % 3 == 0
            else f"t3_a{number % threads}",
            author=f"author{number % 11}",
            body=f"Comment w{number} " + " ".join(f"w{number * 7 % (31 + word)}" for word in range(words)),
            created_utc=1700000000 + number,
            score=number % 50,
        )
        for number in numbers
    )


def submissions(numbers: Iterable[int]) -> bytes:
    """Submissions `a0`, `a1`, ... of these numbers."""
    return b"".join(
        submission(id=f"a{number}", title=f"Headline {number} of the harbour", score=number)
        for number in numbers
    )
