"""Removes words that no text contains any more from what search has learnt: a name or a telephone number may
have been written by one author alone."""

from __future__ import annotations

from collections.abc import Callable

from bot.store.engine import Connection
from bot.store.search import spelling_dictionary

FORMS_PER_TRANSACTION = 20_000


def erase_unused_words(db: Connection, on_batch: Callable[[], None]) -> None:
    """Compares all known words with the search indexes, which have been merged. `on_batch` is called after
    each transaction; if it raises, doing it again does the rest."""
    used = db.text_index.is_used("word")
    last = ("", "", "")
    while True:
        forms = db.execute(
            f"SELECT language, stem, word, {used} FROM form WHERE (language, stem, word) > (?, ?, ?)"
            " ORDER BY language, stem, word LIMIT ?",
            (*last, FORMS_PER_TRANSACTION),
        ).fetchall()
        if not forms:
            break
        unused = [form[:3] for form in forms if not form[3]]
        with db.transaction():
            db.executemany("DELETE FROM form WHERE language = ? AND stem = ? AND word = ?", unused)
        last = forms[-1][:3]
        on_batch()
    spelling_dictionary.rebuild(db)
