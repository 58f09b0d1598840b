"""Deletes what is old from the state: posts, deliveries of digests, and notices of follows."""

from __future__ import annotations

from datetime import datetime

from bot.clock import to_unix
from bot.domain.posts import GONE_RETENTION, LEFT, RETENTION, UNSENT_RETENTION
from bot.store.engine import StateConnection
from bot.store.state.schedule_rows import POSTED_IN_FULL

_LAST_POSTED = (
    f"(SELECT id FROM delivery AS last WHERE last.schedule = delivery.schedule AND {POSTED_IN_FULL}"
    " ORDER BY due_at DESC, id DESC LIMIT 1)"
)
_UNSENT = "due_at < :old OR (due_at < :unsent AND state <> 'posted')"
_OLD = {
    # A server that the bot has left may invite it again, which reopens its posts.
    "post": f"due_at < :old OR (state = 'missed' AND due_at < :gone AND coalesce(reason, '') <> '{LEFT}')",
    # The last post of a schedule says from which article on the next one is new.
    "delivery": f"({_UNSENT}) AND (id <> coalesce({_LAST_POSTED}, 0)"
    " OR schedule IN (SELECT id FROM schedule WHERE state = 'deleted'))",
    "notice": _UNSENT,
}
_PARTS = {
    "post": ("post_article", "post"),
    "delivery": ("delivery_article", "delivery"),
    "notice": ("followed_article", "notice"),
}


def prune(db: StateConnection, now: datetime, limit: int) -> int:
    """Deletes at most `limit` closed rows of each kind, the oldest first, with the threads in them, and
    deleted schedules of which nothing is left. Returns the greatest number of one kind."""
    times = {
        "old": to_unix(now - RETENTION),
        "gone": to_unix(now - GONE_RETENTION),
        "unsent": to_unix(now - UNSENT_RETENTION),
    }
    most = 0
    for table, old in _OLD.items():
        rows = db.execute(
            f"SELECT id FROM {table} WHERE state NOT IN ('claimed', 'sending') AND due_at < :newest"
            f" AND ({old}) ORDER BY due_at LIMIT :limit",
            {**times, "newest": max(times.values()), "limit": limit},
        ).fetchall()
        parts, column = _PARTS[table]
        db.executemany(f"DELETE FROM {parts} WHERE {column} = ?", rows)
        db.executemany(f"DELETE FROM {table} WHERE id = ?", rows)
        most = max(most, len(rows))
    db.execute(
        "DELETE FROM schedule WHERE state = 'deleted'"
        " AND NOT EXISTS (SELECT 1 FROM delivery WHERE schedule = schedule.id) AND made_at < ?",
        (times["old"],),
    )
    return most
