"""Adds the rows of a transaction to the search indexes, all at once before it is committed."""

from __future__ import annotations

from bot.store.corpus.rows import first_id, last_id
from bot.store.engine import Connection

MAX_ROWS = 400_000
MAX_CHARACTERS = 80_000_000
"""Limits of one transaction. One large transaction is 25% cheaper than ten small ones, because the search
index is written at once; the limit bounds the memory for that."""


class PendingIndex:
    """The rows that the current transaction has added to an archive, which are not in the search indexes
    yet: articles from `first_article` on, and comments from `first_comment` on."""

    def __init__(self, db: Connection, archive: int) -> None:
        self._db = db
        self._archive = archive
        self.begin()

    def begin(self) -> None:
        """Must be called at the start of every transaction."""
        article, comment = self._db.execute(
            "SELECT next_article, next_comment FROM archive WHERE no = ?", (self._archive,)
        ).fetchone()
        self.first_article: int = first_id(self._archive) + article
        self.first_comment: int = first_id(self._archive) + comment
        self._rows = self._characters = 0

    def add(self, rows: int, characters: int) -> None:
        """Counts added rows and the characters of their texts."""
        self._rows += rows
        self._characters += characters

    @property
    def is_full(self) -> bool:
        """Whether the transaction should be committed."""
        return self._rows >= MAX_ROWS or self._characters >= MAX_CHARACTERS

    def write(self) -> None:
        """Indexes the rows."""
        last = last_id(self._archive)
        self._db.text_index.add("article", (self.first_article, last))
        self._db.text_index.add("comment", (self.first_comment, last))
