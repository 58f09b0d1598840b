"""Comment digests, and the table of word vectors that they need once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.models import Article, Comment, CommentDigest

if TYPE_CHECKING:
    from bot.text.vectors import Vectors


class Digester:
    """Reads what `setting` names (see `bot.text.vectors.load_vectors`) at the first digest, and keeps it: a
    bot that nobody asks for one needs neither the table nor numpy."""

    def __init__(self, setting: str) -> None:
        self._setting = setting
        self._lock = threading.Lock()
        self._loaded = False
        self._vectors: Vectors | None = None

    def digest(self, article: Article, comments: Sequence[Comment]) -> CommentDigest:
        """Takes its time: for a worker thread. Raises BadInput("vectors-unusable")."""
        from bot.text.digest import digest

        return digest(article, comments, self._table())

    def _table(self) -> Vectors | None:
        from bot.text.vectors import load_vectors

        with self._lock:
            if not self._loaded:
                self._vectors = load_vectors(self._setting)
                self._loaded = True
            return self._vectors
