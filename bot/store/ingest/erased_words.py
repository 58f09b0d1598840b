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
    for kind in ("article", "comment"):
        # Unlike the corpus' own tables of words, this one need not count how often a word occurs.
        db.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{kind}_uses USING fts5vocab(main, {kind}_fts, instance)"
        )
    used = " OR ".join(
        f"EXISTS (SELECT 1 FROM temp.{kind}_uses WHERE term = word)" for kind in ("article", "comment")
    )
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
