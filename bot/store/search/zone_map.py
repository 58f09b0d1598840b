"""Times of rows by ranges of ids, so that a search between dates can skip most other rows."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.search import Filters
from bot.store.corpus.rows import first_id, last_id
from bot.store.engine import Connection

SHIFT = 12
"""A zone is 4,096 ids: dumps are sorted by time, so that most zones span hours or days."""
IDS_PER_TRANSACTION = 64 << SHIFT
"""Ids per transaction."""

_ADD = (
    "INSERT INTO zone (comments, no, oldest, newest)"
    " SELECT {kind}, id >> {shift}, min(posted_at), max(posted_at) FROM {table} WHERE id BETWEEN ? AND ?"
    " AND posted_at IS NOT NULL GROUP BY id >> {shift}"
    " ON CONFLICT (comments, no) DO UPDATE"
    " SET oldest = CASE WHEN excluded.oldest < zone.oldest THEN excluded.oldest ELSE zone.oldest END,"
    " newest = CASE WHEN excluded.newest > zone.newest THEN excluded.newest ELSE zone.newest END"
)
_ADD_COMMENTS = _ADD.format(kind=1, shift=SHIFT, table="comment")
_ADD_ARTICLES = _ADD.format(kind=0, shift=SHIFT, table="article")


def add_comments(db: Connection, first: int, last: int) -> None:
    """Records the times of the comments with these ids, in batches, as grouping takes memory."""
    for start in range(first, last + 1, IDS_PER_TRANSACTION):
        with db.transaction():
            db.execute(_ADD_COMMENTS, (start, min(last, start + IDS_PER_TRANSACTION - 1)))


def add_articles(db: Connection, ids: Iterable[int]) -> None:
    """Records the times of these articles, and of those in the same zones."""
    for zone in sorted({row >> SHIFT for row in ids}):
        db.execute(_ADD_ARTICLES, (zone << SHIFT, ((zone + 1) << SHIFT) - 1))


def widen(db: Connection, times: Iterable[tuple[int, int | None]]) -> None:
    """Widens the zones of articles (id, time) whose time has changed, inside the caller's transaction.
    Articles without a zone are left to `add_articles`."""
    db.executemany(
        "UPDATE zone SET oldest = CASE WHEN ?1 < oldest THEN ?1 ELSE oldest END,"
        " newest = CASE WHEN ?1 > newest THEN ?1 ELSE newest END WHERE comments = 0 AND no = ?2",
        [(at, row >> SHIFT) for row, at in times if at is not None],
    )


def id_ranges(db: Connection, archive: int, filters: Filters, *, comments: bool) -> list[tuple[int, int]]:
    """Ranges of ids that contain all rows of the archive posted in the filters' time span, last range first.
    They may contain other rows as well, and always those without a zone."""
    first, last = first_id(archive), last_id(archive)
    if filters.after is None and filters.before is None:
        return [(first, last)]
    after = -(1 << 62) if filters.after is None else filters.after.timestamp()
    before = 1 << 62 if filters.before is None else filters.before.timestamp()
    known = db.execute(
        "SELECT no, oldest < ? AND newest >= ? FROM zone"
        " WHERE comments = ? AND no BETWEEN ? AND ? ORDER BY no",
        (before, after, comments, first >> SHIFT, last >> SHIFT),
    ).fetchall()
    others = [no for no, overlaps in known[:-1] if not overlaps]  # the last zone is still growing
    zones: list[tuple[int, int]] = []
    start = first >> SHIFT
    for other in [*others, (last >> SHIFT) + 1]:
        if other > start:
            zones.append((start, other - 1))
        start = other + 1
    return [(start << SHIFT, ((end + 1) << SHIFT) - 1) for start, end in reversed(zones)]
