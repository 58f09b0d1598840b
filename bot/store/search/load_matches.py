"""What loads brought: which are over, and which threads of one match what somebody follows."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection

from bot.domain.articles import Scope
from bot.domain.follows import EndedLoad, FollowTarget
from bot.domain.search import Query
from bot.store.corpus.corpus_store import archives_of
from bot.store.corpus.rows import archive_of, first_id, last_id
from bot.store.search.candidates import filter_conditions, matching_articles
from bot.store.search.fts_query import match_all, match_excluded
from bot.store.search.ports import TextAnalyzer
from bot.store.search.query_expansion import QueryExpansion
from bot.store.sqlite import connection
from bot.store.sqlite.pool import Pool

MAX_MATCHES = 20_000
"""Rows of one run of ids that are looked at, the newest that match: a load may bring millions."""
ENDED_STATES = "('done', 'cancelled', 'failed')"


@dataclass(frozen=True, slots=True)
class WatchQuery:
    """A watch with its query understood, the articles that it was told of before, and whether it may show
    what is marked 18+."""

    watch: FollowTarget
    query: Query
    shown: frozenset[int]
    adult: bool


@dataclass(slots=True)
class WatchMatches:
    """The articles that a load brought for a watch, those that match themselves first, then the newest;
    `capped` where there may be more, `comments` are new ones under a followed article."""

    articles: list[int] = field(default_factory=list)
    capped: bool = False
    comments: int = 0


class LoadMatches:
    """Reads the corpus on a connection of its own, so that nobody waits for it. Raises what
    `bot.store.sqlite.connection.user_errors` raises."""

    def __init__(self, pool: Pool, analyzer: TextAnalyzer) -> None:
        self._pool = pool
        self._analyzer = analyzer
        self._lock = asyncio.Lock()

    @classmethod
    def open(cls, data: Path, analyzer: TextAnalyzer) -> LoadMatches:
        """On a file that `connect.prepare` has seen."""
        return cls(Pool([connection.open_reader(data, connection.CORPUS)], connection.CORPUS.file), analyzer)

    async def close(self) -> None:
        """Waits for what runs, then closes the file."""
        await self._pool.close()

    async def data_version(self) -> int:
        """Another number than before when something was written since."""
        found = await self._pool.run(lambda db: db.execute("PRAGMA data_version").fetchone())
        return int(found[0])

    async def ended_loads(self) -> tuple[EndedLoad, ...]:
        """All loads that are over and were not taken back, oldest first. For the bot itself, not for
        askers."""
        found = await self._pool.run(
            lambda db: db.execute(
                "SELECT load.id, guild, articles_new + articles_updated + comments_new"
                f" FROM load JOIN archive ON no = archive WHERE state IN {ENDED_STATES} ORDER BY load.id"
            ).fetchall()
        )
        return tuple(EndedLoad(load, guild or None, brought) for load, guild, brought in found)

    async def find(
        self, scope: Scope, load: int, query: WatchQuery, limit: int, within: float
    ) -> WatchMatches:
        """What a load brought for a watch, at most so many articles; none where its archive is outside the
        scope or it was taken back. After `within` seconds what was found by then."""

        def job(db: Connection) -> WatchMatches:
            look = _LoadMatchRun(db, load, query)
            try:
                look.run(archives_of(db, scope), self._analyzer)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                    raise
                look.matches.capped = True
            return look.result(limit)

        # Waiting for others does not count: a load of the shared archive is looked through for every server.
        async with self._lock:
            return await self._pool.run(job, within=within)


class _LoadMatchRun:
    """One look through what a load brought, on one state of the corpus."""

    def __init__(self, db: Connection, load: int, query: WatchQuery) -> None:
        self._db = db
        self._load = load
        self._query = query
        self._times: dict[int, tuple[bool, int]] = {}
        self.matches = WatchMatches()

    def result(self, limit: int) -> WatchMatches:
        """What was found, without those that are known."""
        fresh = [article for article in self._times if article not in self._query.shown]
        fresh.sort(key=self._times.__getitem__, reverse=True)
        self.matches.articles = fresh[:limit]
        self.matches.capped = self.matches.capped or len(fresh) > limit
        return self.matches

    def run(self, archives: Sequence[int], analysis: TextAnalyzer) -> None:
        """Fills in what there is."""
        archive = self._db.execute(
            f"SELECT archive FROM load WHERE id = ? AND state IN {ENDED_STATES}", (self._load,)
        ).fetchone()
        if archive is None or archive[0] not in archives:
            return
        if self._query.watch.article is not None:
            self._thread(self._query.watch.article, archive[0])
            return
        match = self._match(analysis)
        if match is None:
            return
        watch = self._query.watch
        came_late = self._late_articles()
        if watch.place != "comments":
            for run in self._id_ranges("article"):
                self._articles(match, run)
            self._articles(match, None, came_late)
        if watch.place != "articles" and match:
            for run in self._id_ranges("comment"):
                self._comments(match, run)
            if came_late:
                self._comments(match, (first_id(archive[0]), last_id(archive[0])), came_late)
        self._exclude()

    def _match(self, analysis: TextAnalyzer) -> str | None:
        """The query in FTS5's language; empty where only filters are given, None where it asks nothing."""
        query = self._query.query
        if not query.groups:
            return None if query.text.strip() else ""
        present = json.loads(self._db.execute("SELECT languages FROM knowledge").fetchone()[0])
        languages = analysis.languages(query, present)
        words = QueryExpansion(self._db, analysis, _NoCounts(tuple(present)), languages)
        query = analysis.without_stop_words(query, languages)
        return match_all(query, words.expand(query))

    def _thread(self, article: int, archive: int) -> None:
        if archive_of(article) != archive:
            return
        for first, last in self._id_ranges("comment"):
            (count,) = self._db.execute(
                "SELECT count(*) FROM comment JOIN article a ON a.id = article WHERE article = ?"
                " AND comment.id BETWEEN ? AND ? AND a.title IS NOT NULL AND (? OR NOT a.over_18)"
                " AND text NOT IN ('[deleted]', '[removed]')",
                (article, first, last, self._query.adult),
            ).fetchone()
            self.matches.comments += count
        if self.matches.comments:
            # A followed thread is told of with every load that has comments for it.
            self._times[article] = (True, 0)

    def _id_ranges(self, kind: str) -> Iterator[tuple[int, int]]:
        """Runs of ids that the load brought, newest first."""
        yield from self._db.execute(
            "SELECT first, last FROM extent WHERE load = ? AND kind = ? ORDER BY first DESC",
            (self._load, kind),
        ).fetchall()

    def _late_articles(self) -> list[int]:
        """Articles whose comments were there before: the load only gave them their title."""
        found = self._db.execute(
            "SELECT row FROM version WHERE load = ? AND kind = 'article'"
            " AND json_type(before, '$.title') = 'null' ORDER BY id DESC LIMIT ?",
            (self._load, MAX_MATCHES),
        )
        return [row for (row,) in found]

    def _articles(self, match: str, run: tuple[int, int] | None, among: Sequence[int] = ()) -> None:
        if run is None and not among:
            return
        first, last = run or (min(among), max(among))
        where, values = filter_conditions(self._query.watch.filters, "a")
        if match:
            ids = (
                "(SELECT rowid AS id FROM article_fts WHERE article_fts MATCH ? AND rowid BETWEEN ? AND ?"
                " ORDER BY rowid DESC LIMIT ?) f CROSS JOIN article a ON a.id = f.id"
            )
            bounds: tuple[object, ...] = (match, first, last, MAX_MATCHES)
        else:
            ids = "(SELECT * FROM article WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?) a"
            bounds = (first, last, MAX_MATCHES)
        sql = f"SELECT a.id, a.posted_at FROM {ids} WHERE {' AND '.join([self._shown(among), *where])}"
        for article, at in self._db.execute(sql, (*bounds, *values)):
            self._times[article] = (True, at or 0)

    def _comments(self, match: str, run: tuple[int, int], among: Sequence[int] = ()) -> None:
        where, values = filter_conditions(self._query.watch.filters, "c")
        sql = (
            "SELECT a.id, max(a.posted_at) FROM (SELECT rowid AS id FROM comment_fts"
            " WHERE comment_fts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?) f"
            " CROSS JOIN comment c ON c.id = f.id CROSS JOIN article a ON a.id = c.article"
            f" WHERE {' AND '.join([self._shown(among), *where])} GROUP BY a.id"
        )
        for article, at in self._db.execute(sql, (match, *run, MAX_MATCHES, *values)):
            self._times.setdefault(article, (False, at or 0))

    def _shown(self, among: Sequence[int]) -> str:
        shown = "a.title IS NOT NULL" + ("" if self._query.adult else " AND NOT a.over_18")
        # Numbers of the corpus' own.
        return f"{shown} AND a.id IN ({','.join(map(str, among))})" if among else shown

    def _exclude(self) -> None:
        if self._query.query.exclude:
            for article in matching_articles(self._db, match_excluded(self._query.query), self._times):
                del self._times[article]


@dataclass(frozen=True, slots=True)
class _NoCounts:
    """What a vocabulary needs to know where nothing is ranked."""

    languages: Sequence[str]

    def rows(self, words: Sequence[str], languages: Sequence[str]) -> tuple[int, int]:
        return 0, 0
