"""The table of word vectors, loaded on first use."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.text.language.word_vectors import Vectors


class LazyVectors:
    """A callable that returns the vectors named by `setting` (see
    `bot.text.language.word_vectors.load_vectors`). Until its first call neither the table nor numpy is
    loaded."""

    def __init__(self, setting: str) -> None:
        self._setting = setting
        self._lock = threading.Lock()
        self._loaded = False
        self._vectors: Vectors | None = None

    def __call__(self) -> Vectors | None:
        """Returns the vectors. Call it in a worker thread: the first call reads the table. Raises
        BadInput("vectors-unusable" | "vectors-damaged" | "model2vec-missing")."""
        from bot.text.language.word_vectors import load_vectors

        with self._lock:
            if not self._loaded:
                self._vectors = load_vectors(self._setting)
                self._loaded = True
            return self._vectors
