"""The words of the index by their length, packed so that the nearest spelling is found without reading each
from a row of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from bot.store.sqlite.connection import transaction

MOST_WORDS = 400_000
"""Of more words the commonest are kept: the others are mostly slips themselves."""
MOST_SHELVES = 600
"""With more, they are made anew: every load adds some."""


def fill(db: sqlite3.Connection) -> None:
    """Makes the shelves anew, the commonest words first."""
    words = db.execute(
        "SELECT word FROM form GROUP BY word ORDER BY max(rows) DESC, word LIMIT ?", (MOST_WORDS,)
    )
    shelves = _by_length(word for (word,) in words)
    with transaction(db):
        db.execute("DELETE FROM shelf")
        _put(db, shelves)


def add(db: sqlite3.Connection, words: Iterable[str]) -> None:
    """Puts words of the index there that are not there yet."""
    (shelves,) = db.execute("SELECT count(*) FROM shelf").fetchone()
    if not 0 < shelves < MOST_SHELVES:
        fill(db)
        return
    with transaction(db):
        _put(db, _by_length(words))


def about(db: sqlite3.Connection, length: int, more: int) -> Mapping[int, str]:
    """The words of that length, and of up to so many characters more or less: for each length one text of
    all its words, one after the other."""
    rows = db.execute(
        "SELECT length, words FROM shelf WHERE length BETWEEN ? AND ? ORDER BY id",
        (length - more, length + more),
    )
    found: dict[int, list[str]] = {}
    for size, words in rows:
        found.setdefault(size, []).append(words)
    return {size: "".join(words) for size, words in found.items()}


def _by_length(words: Iterable[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for word in words:
        if word and not any(char.isdigit() for char in word):
            found.setdefault(len(word), []).append(word)
    return found


def _put(db: sqlite3.Connection, shelves: Mapping[int, list[str]]) -> None:
    db.executemany(
        "INSERT INTO shelf (length, words) VALUES (?, ?)",
        [(size, "".join(words)) for size, words in shelves.items()],
    )
