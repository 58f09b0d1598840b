"""Finds the threads of comments that name only what they answer, as those of Hacker News do.

Comments whose thread is not known wait under the topmost item above them. When a comment with that key comes,
they move to its thread. That a comment belongs to a thread stays true, so undo leaves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.dump import ParsedThread
from bot.store.corpus.rows import first_id, key_number, key_text, last_id
from bot.store.engine import Connection
from bot.store.ingest.undo import settle


class ReplyPlaces:
    """The known places of such comments in one archive; used inside the caller's transactions."""

    def __init__(self, db: Connection, archive: int) -> None:
        self._db = db
        self._archive = archive
        self._id_range = (first_id(archive), last_id(archive))

    def placed(self, threads: Sequence[ParsedThread]) -> Sequence[ParsedThread]:
        """The threads, each under the key of its post as far as that is known, which is recorded."""
        if not any(thread.follows_parents for thread in threads):
            return threads
        known = dict(
            self._db.execute(
                f"SELECT comment, thread FROM reply_place WHERE archive = ? AND comment {self._db.in_list}",
                (
                    self._archive,
                    self._db.list_value(_key(thread) for thread in threads if _is_waiting(thread)),
                ),
            )
        )
        threads = [
            _under(thread, known[_key(thread)]) if _is_waiting(thread) and _key(thread) in known else thread
            for thread in threads
        ]
        self._record([(comment, _key(thread)) for thread in threads for comment in _comment_keys(thread)])
        return threads

    def reunite(self, threads: Sequence[ParsedThread]) -> None:
        """Moves the comments that waited under comments of these threads, which are stored, to them."""
        comments = [comment for thread in threads for comment in _comment_keys(thread)]
        keys = self._db.list_value(comments)
        moved = bool(comments)
        join = self._db.ordered_join
        while moved:
            waiting = self._db.execute(
                f"SELECT article.id, thread FROM {self._db.list_table} AS list {join} article"
                " ON article.key = value AND title IS NULL AND article.id BETWEEN ? AND ?"
                f" {join} reply_place ON archive = ? AND comment = article.key AND thread <> comment",
                (keys, *self._id_range, self._archive),
            ).fetchall()
            # Where several moved, one may have been the place of another, whose place is now known too.
            moved = sum(self._move(*row) for row in waiting) > 0

    def _move(self, waiting: int, thread: int) -> bool:
        db = self._db
        target = db.execute(
            "SELECT id FROM article WHERE key = ? AND id BETWEEN ? AND ? AND id <> ?",
            (thread, *self._id_range, waiting),
        ).fetchone()
        if target is None:
            return False
        comments = db.execute("SELECT key FROM comment WHERE article = ?", (waiting,)).fetchall()
        self._record([(comment, thread) for (comment,) in comments])
        db.execute(
            "UPDATE comment SET article = ?1,"
            " parent = coalesce(parent, (SELECT key FROM article WHERE id = ?2)) WHERE article = ?2",
            (*target, waiting),
        )
        changes = [(len(comments), *target), (-len(comments), waiting)]
        db.executemany("UPDATE article SET comments = comments + ? WHERE id = ?", changes)
        settle(db, [*target, waiting])
        return True

    def _record(self, places: list[tuple[int | None, int | None]]) -> None:
        self._db.executemany(
            "INSERT INTO reply_place VALUES (?, ?, ?)"
            " ON CONFLICT (archive, comment) DO UPDATE SET thread = excluded.thread",
            [(self._archive, *place) for place in places],
        )


def _under(thread: ParsedThread, place: int) -> ParsedThread:
    """The thread of this key, whose part was taken for the thread of a comment."""
    if place == _key(thread):
        return thread
    above = key_text(_key(thread), "t1")
    comments = (comment._replace(parent_key=comment.parent_key or above) for comment in thread.comments)
    return replace(thread, key=key_text(place, "t3"), comments=tuple(comments))


def _is_waiting(thread: ParsedThread) -> bool:
    return thread.follows_parents and not thread.title


def _key(thread: ParsedThread) -> int:
    return key_number(thread.key, "t3") or 0


def _comment_keys(thread: ParsedThread) -> list[int | None]:
    return [key_number(comment.key, "t1") for comment in thread.comments] if thread.follows_parents else []
