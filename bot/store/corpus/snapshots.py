"""How threads stand that the bot has posted: whether they are there, and what of them has lost its words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bot.clock import from_unix
from bot.domain.articles import DELETED, Scope
from bot.domain.posts import ThreadSnapshot
from bot.store.corpus.deduplication import title_fingerprint
from bot.store.corpus.reader import archives_of
from bot.store.corpus.rows import archive_of
from bot.store.sqlite import connection
from bot.store.sqlite.pool import Pool

READ_TIMEOUT_SECONDS = 20.0


class SnapshotReader:
    """Reads the corpus on a connection of its own. Raises what `bot.store.sqlite.connection.user_errors`
    raises."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @classmethod
    def open(cls, data: Path) -> SnapshotReader:
        """On a file that `connect.prepare` has seen."""
        return cls(Pool([connection.open_reader(data, connection.CORPUS)], connection.CORPUS.file))

    async def close(self) -> None:
        """Waits for what runs, then closes the file."""
        await self._pool.close()

    async def data_version(self) -> int:
        """Another number than before when something was written since."""
        found = await self._pool.run(lambda db: db.execute("PRAGMA data_version").fetchone())
        return int(found[0])

    async def removals(self) -> tuple[str, datetime | None]:
        """A text that changes when a load was taken back or an author is being forgotten, in any archive, and
        when the last author was."""

        def job(db: sqlite3.Connection) -> tuple[str, datetime | None]:
            undone, newest = db.execute(
                "SELECT count(*), max(id) FROM load WHERE state = 'undone'"
            ).fetchone()
            forgotten, last = db.execute("SELECT count(*), max(at) FROM forgotten").fetchone()
            return f"{undone}.{newest}.{forgotten}.{last}", from_unix(last)

        return await self._pool.run(job, within=READ_TIMEOUT_SECONDS)

    async def in_scope(self, scope: Scope, articles: Iterable[int]) -> dict[int, ThreadSnapshot]:
        """How these threads stand now."""

        def job(db: sqlite3.Connection) -> dict[int, ThreadSnapshot]:
            archives = archives_of(db, scope)
            return {
                one: _snapshot(db, one) if archive_of(one) in archives else ThreadSnapshot(0, 0, there=False)
                for one in dict.fromkeys(articles)
            }

        return await self._pool.run(job, within=READ_TIMEOUT_SECONDS)

    async def in_all_archives(self, articles: Iterable[int]) -> dict[int, ThreadSnapshot]:
        """`of` in all archives. For the bot itself, not for askers."""
        return await self._pool.run(
            lambda db: {one: _snapshot(db, one) for one in dict.fromkeys(articles)},
            within=READ_TIMEOUT_SECONDS,
        )

    async def articles_without_headline(self) -> frozenset[int]:
        """The articles whose headline went with its author, in any archive. For the bot itself, not for
        askers."""
        sql = "SELECT id FROM article WHERE fingerprint = ? AND title = ?"

        def job(db: sqlite3.Connection) -> frozenset[int]:
            return frozenset(number for (number,) in db.execute(sql, (title_fingerprint(DELETED), DELETED)))

        return await self._pool.run(job, within=READ_TIMEOUT_SECONDS)

    async def articles_of_comments(self, scope: Scope, comments: Iterable[int]) -> tuple[int, ...]:
        """The articles of these comments."""

        def job(db: sqlite3.Connection) -> tuple[int, ...]:
            archives = archives_of(db, scope)
            asked = [one for one in comments if archive_of(one) in archives]
            found = (
                db.execute("SELECT article FROM comment WHERE id = ?", (one,)).fetchone() for one in asked
            )
            return tuple(dict.fromkeys(row[0] for row in found if row is not None))

        return await self._pool.run(job, within=READ_TIMEOUT_SECONDS)


def _snapshot(db: sqlite3.Connection, article: int) -> ThreadSnapshot:
    row = db.execute("SELECT title, submitter, comments FROM article WHERE id = ?", (article,)).fetchone()
    if row is None or row[0] is None:
        return ThreadSnapshot(0, 0, there=False)
    title, submitter, total = row
    (gone,) = db.execute(
        "SELECT count(*) FROM comment WHERE article = ? AND text IN ('[deleted]', '[removed]')", (article,)
    ).fetchone()
    return ThreadSnapshot(total, gone + (submitter == DELETED), there=title != DELETED)
