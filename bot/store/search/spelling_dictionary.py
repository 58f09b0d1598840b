"""The words of the index, concatenated by length, for a fast search for the nearest spelling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from bot.store.engine import Connection

MAX_WORDS = 400_000
"""Only this many of the commonest words are included: rarer ones are mostly misspelt themselves."""
MAX_PREFIXED_LENGTH = 10
"""The commonest words with a short prefix are hardly longer."""
MAX_ROWS = 600
"""The dictionary is rebuilt when it has this many rows, as every load adds some."""


def rebuild(db: Connection) -> None:
    """Rebuilds the dictionary from all forms, the commonest words first."""
    # Unlike GROUP BY, a limited order keeps no more rows in memory than it returns.
    words = db.execute("SELECT word FROM form ORDER BY rows DESC, word LIMIT ?", (MAX_WORDS,)).fetchall()
    with db.transaction():
        db.execute("DELETE FROM shelf")
        _insert(db, dict.fromkeys(word for (word,) in words))


def add_words(db: Connection, words: Iterable[str]) -> None:
    """Adds words that it does not contain yet."""
    (rows,) = db.execute("SELECT count(*) FROM shelf").fetchone()
    if not 0 < rows < MAX_ROWS:
        rebuild(db)
        return
    with db.transaction():
        _insert(db, words)


def words_of_length(db: Connection, length: int, tolerance: int) -> Mapping[int, str]:
    """The words whose length differs from `length` by at most `tolerance` characters: for each length, all
    words concatenated."""
    sql = "SELECT length, words FROM shelf WHERE length BETWEEN ? AND ? ORDER BY id"
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for size, words in db.execute(sql, (length - tolerance, length + tolerance)):
        texts[size].append(words)
    return {size: "".join(words) for size, words in texts.items()}


def commonest_with_prefix(db: Connection, prefix: str, most: int) -> list[str]:
    """Of each length up to MAX_PREFIXED_LENGTH, at most so many words that start with the prefix: the
    commonest when the dictionary was built."""
    sql = "SELECT length, words FROM shelf WHERE length BETWEEN ? AND ? ORDER BY id"
    by_length: defaultdict[int, list[str]] = defaultdict(list)
    for size, words in db.execute(sql, (len(prefix), MAX_PREFIXED_LENGTH)):
        first_letters = words[::size]
        number = first_letters.find(prefix[0])
        while number >= 0 and len(by_length[size]) < most:
            if words.startswith(prefix, number * size):
                by_length[size].append(words[number * size : (number + 1) * size])
            number = first_letters.find(prefix[0], number + 1)
    return [word for words in by_length.values() for word in words]


def _insert(db: Connection, words: Iterable[str]) -> None:
    words_by_length: defaultdict[int, list[str]] = defaultdict(list)
    for word in words:
        if word.isalpha() or (word and not any(char.isdigit() for char in word)):
            words_by_length[len(word)].append(word)
    db.executemany(
        "INSERT INTO shelf (length, words) VALUES (?, ?)",
        [(size, "".join(words)) for size, words in words_by_length.items()],
    )
