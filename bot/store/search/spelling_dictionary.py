"""The words of the index by their length, packed so that the nearest spelling is found without reading each
from a row of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from sqlite3 import Connection

from bot.store.sqlite.connection import transaction

MAX_WORDS = 400_000
"""Of more words the commonest are kept: the others are mostly slips themselves."""
MAX_ROWS = 600
"""With more, they are made anew: every load adds some."""


def rebuild(db: Connection) -> None:
    """Makes the shelves anew, the commonest words first."""
    words = db.execute(
        "SELECT word FROM form GROUP BY word ORDER BY max(rows) DESC, word LIMIT ?", (MAX_WORDS,)
    )
    words_by_length = _by_length(word for (word,) in words)
    with transaction(db):
        db.execute("DELETE FROM shelf")
        _insert(db, words_by_length)


def add_words(db: Connection, words: Iterable[str]) -> None:
    """Puts words of the index there that are not there yet."""
    (rows,) = db.execute("SELECT count(*) FROM shelf").fetchone()
    if not 0 < rows < MAX_ROWS:
        rebuild(db)
        return
    with transaction(db):
        _insert(db, _by_length(words))


def words_of_length(db: Connection, length: int, tolerance: int) -> Mapping[int, str]:
    """The words of that length, and of up to so many characters more or less: for each length one text of
    all its words, one after the other."""
    rows = db.execute(
        "SELECT length, words FROM shelf WHERE length BETWEEN ? AND ? ORDER BY id",
        (length - tolerance, length + tolerance),
    )
    texts: dict[int, list[str]] = {}
    for size, words in rows:
        texts.setdefault(size, []).append(words)
    return {size: "".join(words) for size, words in texts.items()}


def _by_length(words: Iterable[str]) -> dict[int, list[str]]:
    words_by_length: dict[int, list[str]] = {}
    for word in words:
        if word and not any(char.isdigit() for char in word):
            words_by_length.setdefault(len(word), []).append(word)
    return words_by_length


def _insert(db: Connection, words_by_length: Mapping[int, list[str]]) -> None:
    db.executemany(
        "INSERT INTO shelf (length, words) VALUES (?, ?)",
        [(size, "".join(words)) for size, words in words_by_length.items()],
    )
