"""Compacts the corpus after large changes, in transactions of bounded size."""

from __future__ import annotations

from collections.abc import Callable

from bot.store.engine import Connection

MIN_CHANGED_SHARE = 0.1
"""Minimum share of changed rows for merging, which costs as much as the whole index is large."""
MIN_CHANGED_COMMENTS = 10_000
MAX_SEGMENTS = 2
"""A search index with at most this many segments is nearly as small and fast as with one."""


def optimize(db: Connection, changed: int, on_step: Callable[[], None], *, removed: bool = False) -> None:
    """After `changed` comments were added, or `removed`: merges the search indexes, releases free pages to
    the disk and truncates the write-ahead log. `on_step` is called after each transaction; if it raises, the
    next call does the rest."""
    (known,) = db.execute("SELECT coalesce(sum(next_comment), 0) FROM archive").fetchone()
    if changed >= max(MIN_CHANGED_COMMENTS, int(known * MIN_CHANGED_SHARE)) and (
        removed or db.text_index.segments() > MAX_SEGMENTS
    ):
        db.text_index.merge(on_step)
    db.disk.release_space(on_step)
