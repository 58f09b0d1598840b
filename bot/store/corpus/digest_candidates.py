"""Articles that a digest may show, in the order in which its choice wants them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from bot.clock import from_unix, to_unix
from bot.domain.articles import Scope
from bot.domain.digests import Candidate
from bot.store.corpus import rows
from bot.store.corpus.reader import archives_of
from bot.store.sqlite import connection
from bot.store.sqlite.pool import Pool

READ_TIMEOUT_SECONDS = 20.0
"""Seconds after which a read is given up: a digest may wait longer than a person."""
_CANDIDATE = "id, title, comments, over_18, key, fingerprint, source"
_OVERSAMPLING = 4
"""So many times as many are looked at first, as some of them may be left out."""
_POSTED_AT = 7
"""Where `posted_at` stands that is read after a candidate's columns."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class CandidateScope:
    """Which articles are looked at: those of the scope, where `upto` is given only up to that article of each
    archive, where `over_18` is given only those that are so marked, or are not, and where there are
    `languages` (ISO 639-1) only those in one of them, or in none that is known."""

    scope: Scope
    last_ids: Mapping[int, int] | None = None
    over_18: bool | None = None
    languages: tuple[str, ...] = ()

    def condition(self, archives: Sequence[int], column: str = "+id") -> tuple[str, list[int | str]]:
        """An SQL condition that holds for these articles alone, and its values. With the plus SQLite goes by
        another index than that of ids, which would have it sort all articles of an archive."""
        values: list[int | str] = []
        held = [one for one in archives if self.last_id(one) >= rows.first_id(one)]
        for one in held:
            values += (rows.first_id(one), self.last_id(one))
        inside = " OR ".join([f"{column} BETWEEN ? AND ?"] * len(held)) or "0"
        marked = "" if self.over_18 is None else f" AND over_18 = {int(self.over_18)}"
        spoken = ""
        if self.languages:
            spoken = f" AND (language IS NULL OR language IN ({', '.join('?' * len(self.languages))}))"
            values += self.languages
        return f"({inside}) AND title IS NOT NULL{marked}{spoken}", values

    def last_id(self, archive: int) -> int:
        """The last article of an archive that is looked at."""
        if self.last_ids is None:
            return rows.last_id(archive)
        return self.last_ids.get(archive, rows.first_id(archive) - 1)


class DigestCandidates:
    """Reads candidates from the corpus, on a connection of its own so that nobody waits for it. No method
    sees a row outside its scope. Raises what `bot.store.sqlite.connection.user_errors` raises."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @classmethod
    def open(cls, data: Path) -> DigestCandidates:
        """On a file that `connect.prepare` has seen."""
        return cls(Pool([connection.open_reader(data, connection.CORPUS)], connection.CORPUS.file))

    async def close(self) -> None:
        """Waits for what runs, then closes the file."""
        await self._pool.close()

    async def newest_ids(self, scope: Scope) -> dict[int, int]:
        """The highest article id that each archive has given out so far."""

        def job(db: sqlite3.Connection, archives: Sequence[int]) -> dict[int, int]:
            found = db.execute("SELECT no, next_article - 1 FROM archive")
            return {no: rows.first_id(no) + top for no, top in found if no in archives}

        return await self._run(scope, job)

    async def loads_with_articles(self, scope: Scope) -> tuple[tuple[datetime, int, int], ...]:
        """When loads brought articles, to which archive, and the last article of each; oldest first."""

        def job(db: sqlite3.Connection, archives: Sequence[int]) -> list[Any]:
            found = db.execute(
                "SELECT coalesce(ended_at, started_at), archive, max(last) FROM extent"
                " JOIN load ON load.id = extent.load WHERE kind = 'article' GROUP BY load.id ORDER BY 1"
            )
            return [row for row in found if row[1] in archives]

        return tuple((_time(at), archive, last) for at, archive, last in await self._run(scope, job))

    async def newest(
        self, scope: CandidateScope, since: Mapping[int, int], limit: int
    ) -> tuple[Candidate, ...]:
        """The newest articles; of an archive in `since` only those that came in after that article."""

        def job(db: sqlite3.Connection, archives: Sequence[int]) -> list[Any]:
            found: list[Any] = []
            for archive in archives:
                first = since.get(archive, rows.first_id(archive) - 1) + 1
                # What came in lately is a short run of ids; the index of times would be read to its end.
                order = "+posted_at" if archive in since else "posted_at"
                column = "id" if archive in since else "+id"
                where, bounds = scope.condition([archive], column)
                found += db.execute(
                    f"SELECT {_CANDIDATE}, posted_at FROM article WHERE {column} >= ? AND {where}"
                    f" ORDER BY {order} DESC, id DESC LIMIT ?",
                    (first, *bounds, limit),
                )
            found.sort(key=lambda row: (row[_POSTED_AT] is not None, row[_POSTED_AT], row[0]), reverse=True)
            return found[:limit]

        return _candidates(await self._run(scope.scope, job))

    async def most_discussed(
        self, scope: CandidateScope, spans: Sequence[tuple[datetime | None, datetime]], limit: int
    ) -> tuple[Candidate, ...]:
        """The articles posted in one of the spans ([from, to), None is from the beginning), those with the
        most comments first."""

        def job(db: sqlite3.Connection, archives: Sequence[int]) -> list[Any]:
            where, values = scope.condition(archives)
            found: list[Any] = []
            for first, end in spans:
                bounds = (-(1 << 62) if first is None else to_unix(first), to_unix(end))
                best = _most_discussed(db, scope, archives, bounds, limit * _OVERSAMPLING)
                chosen = db.execute(
                    f"SELECT {_CANDIDATE}, posted_at FROM article WHERE id IN"
                    f" (SELECT value FROM json_each(?)) AND {where}",
                    (json.dumps(best), *values),
                ).fetchall()
                if len(chosen) < limit and len(best) == limit * _OVERSAMPLING:
                    # Too much of the best was hidden: every article of the span has to be looked at.
                    chosen = db.execute(
                        f"SELECT {_CANDIDATE}, posted_at FROM article WHERE posted_at >= ? AND posted_at < ?"
                        f" AND {where} ORDER BY comments DESC, posted_at DESC LIMIT ?",
                        (*bounds, *values, limit),
                    ).fetchall()
                found += chosen
            found.sort(key=lambda row: (row[2], row[_POSTED_AT]), reverse=True)
            return found[:limit]

        return _candidates(await self._run(scope.scope, job))

    async def time_range(self, scope: Scope) -> tuple[datetime, datetime] | None:
        """The times of the first and the last article; None where none has one."""

        def job(db: sqlite3.Connection, archives: Sequence[int]) -> list[Any]:
            where, values = CandidateScope(scope).condition(archives)
            # Each reads one row of the index; both in one would read it all.
            select = (
                f"SELECT posted_at FROM article WHERE posted_at IS NOT NULL AND {where} ORDER BY posted_at"
            )
            return [db.execute(f"{select}{way} LIMIT 1", values).fetchone() for way in ("", " DESC")]

        first, last = await self._run(scope, job)
        return None if first is None else (_time(first[0]), _time(last[0]))

    async def named(
        self, scope: CandidateScope, column: Literal["source", "subreddit"], name: str, limit: int
    ) -> tuple[Candidate, ...]:
        """The newest articles of a source or a subreddit, whose name compares without case."""

        def job(db: sqlite3.Connection, archives: Sequence[int]) -> list[Any]:
            where, bounds = scope.condition(archives)
            return db.execute(
                f"SELECT {_CANDIDATE} FROM article WHERE {column} = ? COLLATE NOCASE AND {where}"
                " ORDER BY posted_at DESC, id DESC LIMIT ?",
                (name, *bounds, limit),
            ).fetchall()

        return _candidates(await self._run(scope.scope, job))

    async def by_id(self, scope: CandidateScope, articles: Sequence[int]) -> tuple[Candidate, ...]:
        """These articles as far as they are there, in this order, each once."""

        def job(db: sqlite3.Connection, archives: Sequence[int]) -> list[Any]:
            where, bounds = scope.condition(archives)
            select = f"SELECT {_CANDIDATE} FROM article WHERE id = ? AND {where}"
            found = (db.execute(select, (number, *bounds)).fetchone() for number in dict.fromkeys(articles))
            return [row for row in found if row is not None]

        return _candidates(await self._run(scope.scope, job))

    async def _run(self, scope: Scope, job: Callable[[sqlite3.Connection, Sequence[int]], Result]) -> Result:
        return await self._pool.run(lambda db: job(db, archives_of(db, scope)), within=READ_TIMEOUT_SECONDS)


def _most_discussed(
    db: sqlite3.Connection,
    scope: CandidateScope,
    archives: Sequence[int],
    bounds: tuple[int, int],
    limit: int,
) -> list[int]:
    """The ids of a span's most discussed articles, marked and in whatever language; the index has it all."""
    where, values = CandidateScope(scope.scope, scope.last_ids).condition(archives)
    found = db.execute(
        f"SELECT id FROM article WHERE posted_at >= ? AND posted_at < ? AND {where}"
        " ORDER BY comments DESC, posted_at DESC LIMIT ?",
        (*bounds, *values, limit),
    )
    return [number for (number,) in found]


def _candidates(found: Sequence[Sequence[Any]]) -> tuple[Candidate, ...]:
    return tuple(Candidate(row[0], row[1], row[2], bool(row[3]), _duplicate_key(*row[4:7])) for row in found)


def _duplicate_key(key: int | None, fingerprint: int, source: str | None) -> str:
    """What an article has in common with its copies in other archives, and with itself loaded again."""
    if key is not None:
        return rows.key_text(key, "t3") or ""
    return f"{fingerprint & (1 << 64) - 1:x} {(source or '').casefold()}".strip()


def _time(number: int) -> datetime:
    return from_unix(number)
