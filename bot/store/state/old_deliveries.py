"""Removes the articles that were not picked from all but the last deliveries of a schedule.

Each new delivery makes another too old to be kept in full: it is shortened then, or when it is closed."""

from __future__ import annotations

from bot.store.engine import StateConnection
from bot.store.state.schedule_rows import only_picked

MAX_FULL_DELIVERIES = 30
"""Number of last deliveries of a schedule that keep the articles that were not picked: at a hundred articles
each, these are most of the database."""
MAX_CHECKED = 3
"""Older deliveries that are checked for each new one. The newest of them would do, unless another process
closes it at the same moment."""
_OLDER = (
    "SELECT id, decisions FROM delivery WHERE schedule = ? AND part = 0"
    " ORDER BY due_at DESC, id DESC LIMIT ? OFFSET ?"
)
_CLOSED = (
    "SELECT own.decisions, (SELECT count(*) FROM (SELECT 1 FROM delivery AS newer"
    " WHERE newer.schedule = own.schedule AND newer.part = 0 AND (newer.due_at > own.due_at"
    " OR newer.due_at = own.due_at AND newer.id > own.id) LIMIT ?) AS counted)"
    " FROM delivery AS own WHERE own.id = ? AND own.part = 0"
)
"""The decisions of a delivery, and how many of its schedule are newer, up to a limit."""


def shorten_older(db: StateConnection, schedule: int) -> None:
    """Shortens the delivery for which a new one is kept in full. One that is open stays as it is: another
    process may be about to change it."""
    for number, decisions in db.execute(_OLDER, (schedule, MAX_CHECKED, MAX_FULL_DELIVERIES)).fetchall():
        _shorten(db, number, decisions)


def shorten_closed(db: StateConnection, number: int) -> None:
    """Shortens a delivery that was open when it became too old to be kept in full."""
    for decisions, newer in db.execute(_CLOSED, (MAX_FULL_DELIVERIES, number)).fetchall():
        if newer >= MAX_FULL_DELIVERIES:
            _shorten(db, number, decisions)


def _shorten(db: StateConnection, number: int, decisions: str) -> None:
    """Writes the row of a closed delivery anew: SQLite never reuses the space of a row that only shrinks,
    which would be most of the file."""
    if (picked := only_picked(decisions)) == decisions:
        return
    db.check_references("deferred")
    deleted = db.execute(
        "DELETE FROM delivery WHERE id = ? AND state NOT IN ('claimed', 'sending') RETURNING *", (number,)
    )
    columns = [column[0] for column in deleted.description]
    for row in deleted.fetchall():
        new = dict(zip(columns, row, strict=True)) | {"decisions": picked}
        db.execute(f"INSERT INTO delivery VALUES ({', '.join('?' * len(new))})", tuple(new.values()))
