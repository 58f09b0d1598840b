"""Articles that a digest may show, in the order in which its choice wants them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from bot.digests import Candidate
from bot.models import Scope
from bot.store import connect, rows
from bot.store.corpus import archives_of
from bot.store.pool import Pool

DEADLINE = 20.0
"""Seconds after which a read is given up: a digest may wait longer than a person."""
_CANDIDATE = "id, title, comments, over_18"

Result = TypeVar("Result")


class Picks:
    """Reads candidates from the corpus, on a connection of its own so that nobody waits for it. Every method
    takes a scope and sees no row outside it. Raises what `bot.store.connect.translated` raises."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @classmethod
    def open(cls, data: Path) -> Picks:
        """On a file that `connect.prepare` has seen."""
        return cls(Pool([connect.open_reader(data, connect.CORPUS)], connect.CORPUS.file))

    async def close(self) -> None:
        """Waits for what runs, then closes the file."""
        await self._pool.close()

    async def tops(self, scope: Scope) -> dict[int, int]:
        """The highest article id that each archive has given out so far."""

        def job(db: sqlite3.Connection, archives: Sequence[int]) -> dict[int, int]:
            found = db.execute("SELECT no, next_article - 1 FROM archive")
            return {no: rows.first_id(no) + top for no, top in found if no in archives}

        return await self._run(scope, job)

    async def newest(self, scope: Scope, since: Mapping[int, int], limit: int) -> tuple[Candidate, ...]:
        """The newest articles; of an archive in `since` only those that came in after that article."""

        def job(db: sqlite3.Connection, archives: Sequence[int]) -> list[Any]:
            found: list[Any] = []
            for archive in archives:
                first = since.get(archive, rows.first_id(archive) - 1) + 1
                # What came in lately is a short run of ids; the index of times would be read to its end.
                order = "+posted_at" if archive in since else "posted_at"
                found += db.execute(
                    f"SELECT {_CANDIDATE}, posted_at FROM article WHERE id BETWEEN ? AND ?"
                    f" AND title IS NOT NULL ORDER BY {order} DESC, id DESC LIMIT ?",
                    (first, rows.last_id(archive), limit),
                )
            found.sort(key=lambda row: (row[4] is not None, row[4], row[0]), reverse=True)
            return found[:limit]

        return _candidates(await self._run(scope, job))

    async def discussed(
        self, scope: Scope, spans: Sequence[tuple[datetime | None, datetime]], limit: int
    ) -> tuple[Candidate, ...]:
        """The articles posted in one of the spans ([from, to), None is from the beginning), those with the
        most comments first."""

        def job(db: sqlite3.Connection, archives: Sequence[int]) -> list[Any]:
            inside, bounds = rows.within(archives)
            found: list[Any] = []
            for first, end in spans:
                found += db.execute(
                    f"SELECT {_CANDIDATE}, posted_at FROM article WHERE posted_at >= ? AND posted_at < ?"
                    f" AND {inside} AND title IS NOT NULL ORDER BY comments DESC, posted_at DESC LIMIT ?",
                    (-(1 << 62) if first is None else rows.seconds(first), rows.seconds(end), *bounds, limit),
                )
            found.sort(key=lambda row: (row[2], row[4]), reverse=True)
            return found[:limit]

        return _candidates(await self._run(scope, job))

    async def years(self, scope: Scope) -> tuple[datetime, datetime] | None:
        """The times of the first and the last article; None where none has one."""

        def job(db: sqlite3.Connection, archives: Sequence[int]) -> Any:
            inside, bounds = rows.within(archives)
            return db.execute(
                f"SELECT min(posted_at), max(posted_at) FROM article WHERE {inside} AND title IS NOT NULL",
                bounds,
            ).fetchone()

        first, last = map(rows.moment, await self._run(scope, job))
        return None if first is None or last is None else (first, last)

    async def of(
        self, scope: Scope, column: Literal["source", "subreddit"], name: str, limit: int
    ) -> tuple[Candidate, ...]:
        """The newest articles of a source or a subreddit, whose name compares without case."""

        def job(db: sqlite3.Connection, archives: Sequence[int]) -> list[Any]:
            inside, bounds = rows.within(archives)
            return db.execute(
                f"SELECT {_CANDIDATE} FROM article WHERE {column} = ? COLLATE NOCASE AND {inside}"
                " AND title IS NOT NULL ORDER BY posted_at DESC, id DESC LIMIT ?",
                (name, *bounds, limit),
            ).fetchall()

        return _candidates(await self._run(scope, job))

    async def these(self, scope: Scope, articles: Sequence[int]) -> tuple[Candidate, ...]:
        """These articles as far as they are there, in this order, each once."""

        def job(db: sqlite3.Connection, archives: Sequence[int]) -> list[Any]:
            inside, bounds = rows.within(archives)
            select = f"SELECT {_CANDIDATE} FROM article WHERE id = ? AND {inside} AND title IS NOT NULL"
            found = (db.execute(select, (number, *bounds)).fetchone() for number in dict.fromkeys(articles))
            return [row for row in found if row is not None]

        return _candidates(await self._run(scope, job))

    async def _run(self, scope: Scope, job: Callable[[sqlite3.Connection, Sequence[int]], Result]) -> Result:
        return await self._pool.run(lambda db: job(db, archives_of(db, scope)), within=DEADLINE)


def _candidates(found: Sequence[Sequence[Any]]) -> tuple[Candidate, ...]:
    return tuple(Candidate(row[0], row[1], row[2], bool(row[3])) for row in found)
