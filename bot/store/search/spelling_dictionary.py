"""The words of the index by their length, many in a row, so that the nearest spelling is found quickly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from sqlite3 import Connection

from bot.store.sqlite.connection import transaction

MAX_WORDS = 400_000
"""Of more words the commonest are kept: the others are mostly misspelt themselves."""
MAX_ROWS = 600
"""With more, the dictionary is rebuilt: every load adds some."""


def rebuild(db: Connection) -> None:
    """Builds the dictionary from all forms, the commonest words first."""
    words = db.execute(
        "SELECT word FROM form GROUP BY word ORDER BY max(rows) DESC, word LIMIT ?", (MAX_WORDS,)
    )
    with transaction(db):
        db.execute("DELETE FROM shelf")
        _insert(db, (word for (word,) in words.fetchall()))


def add_words(db: Connection, words: Iterable[str]) -> None:
    """Adds words that are not there yet."""
    (rows,) = db.execute("SELECT count(*) FROM shelf").fetchone()
    if not 0 < rows < MAX_ROWS:
        rebuild(db)
        return
    with transaction(db):
        _insert(db, words)


def words_of_length(db: Connection, length: int, tolerance: int) -> Mapping[int, str]:
    """The words of this length, `tolerance` characters more or less: for each length the concatenation of its
    words."""
    sql = "SELECT length, words FROM shelf WHERE length BETWEEN ? AND ? ORDER BY id"
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for size, words in db.execute(sql, (length - tolerance, length + tolerance)):
        texts[size].append(words)
    return {size: "".join(words) for size, words in texts.items()}


def _insert(db: Connection, words: Iterable[str]) -> None:
    words_by_length: defaultdict[int, list[str]] = defaultdict(list)
    for word in words:
        if word and not any(char.isdigit() for char in word):
            words_by_length[len(word)].append(word)
    db.executemany(
        "INSERT INTO shelf (length, words) VALUES (?, ?)",
        [(size, "".join(words)) for size, words in words_by_length.items()],
    )
