"""Search over the archives that an asker may see: threads, each with the excerpt that shows why."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import log1p
from pathlib import Path
from typing import Protocol

from bot.models import Filters, Hit, Order, Place, Query, SearchPage, Term
from bot.store.candidates import Row, articles_with, listed, matching
from bot.store.connect import CORPUS, open_reader, translated
from bot.store.matching import all_of, any_of, excluded
from bot.store.spelling import respelled

BUDGET = 1.0
"""Seconds after which a search shows what it has found."""
MOST_THREADS = 1000
"""Threads that can be paged through; `SearchPage.capped` says that more match."""


class Excerpt(Protocol):
    """A piece of a text, `[start:end]`, and spans of matches counted from `start`."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def matches(self) -> tuple[tuple[int, int], ...]: ...


class Analysis(Protocol):
    """What search needs to know about words; `bot.text.analysis.Analysis` knows it."""

    def excerpt(self, text: str, terms: Sequence[Term]) -> Excerpt:
        """The piece of `text` that shows best what it says of `terms`."""

    def nearest(self, word: str, among: Sequence[str]) -> Sequence[str]:
        """Those of `among` that are `word` with a small slip, nearest first."""

    def replaced(self, query: Query, word: str, by: str) -> Query:
        """The query with one word spelt otherwise."""


@dataclass(slots=True)
class _Thread:
    article: int
    full: bool
    rows: list[Row] = field(default_factory=list)


class _Watch:
    """Interrupts a connection when time is up, but never after `done`."""

    def __init__(self) -> None:
        self.expired = False
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def begin(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def stop(self) -> None:
        with self._lock:
            self.expired = True
            if self._connection is not None:
                self._connection.interrupt()

    def done(self) -> None:
        with self._lock:
            self._connection = None


class SearchIndex:
    """Searches one corpus file. A search is one job of a few statements and some scoring, done in a worker
    thread on a connection of its own, so that it neither blocks the event loop nor waits for other reads."""

    def __init__(self, data: Path, analysis: Analysis, *, budget: float = BUDGET) -> None:
        self._data = data
        self._analysis = analysis
        self._budget = budget
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close what is open; a search that still runs closes its own."""
        with self._lock:
            self._closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    async def search(
        self,
        archives: Sequence[int],
        query: Query,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        place: Place = "both",
        order: Order = "relevance",
        limit: int = 10,
        offset: int = 0,
    ) -> SearchPage:
        """The threads of these archives that match. First come those with an article or a comment in which
        everything asked stands (`full` of them), then those with only some of it; each part is in `order`.
        `newest` and `score` go by the thread's newest or highest matching article or comment, the one shown.
        `total` counts both parts and can be paged to its end; it is capped at MOST_THREADS.

        Filters look at the row that matches: its own author and time, and its thread's source. A row with an
        excluded word never matches, and a thread whose article has one is left out. Where nothing has
        everything asked and a word stands nowhere in these archives, the nearest spelling that is found there
        is searched and told as `instead`. An empty text lists articles, newest first. When time is up the
        page shows what was found by then, capped. Raises what `connect.translated` raises."""
        if not archives:
            return SearchPage(query.text, None, (), offset, 0)
        watch = _Watch()
        timer = asyncio.get_running_loop().call_later(self._budget, watch.stop)
        try:
            return await asyncio.to_thread(
                self._search, watch, tuple(archives), query, filters, place, order, limit, offset
            )
        finally:
            timer.cancel()

    def _search(
        self,
        watch: _Watch,
        archives: tuple[int, ...],
        query: Query,
        filters: Filters,
        place: Place,
        order: Order,
        limit: int,
        offset: int,
    ) -> SearchPage:
        with self._connection() as connection:
            watch.begin(connection)
            job = _Job(connection, watch, self._analysis, archives, filters, place, order)
            job.run(query)
            watch.done()
            shown = job.threads[:MOST_THREADS]
            page = shown[max(0, offset) : max(0, offset) + max(0, limit)]
            return SearchPage(
                query=query.text,
                instead=job.instead,
                hits=tuple(job.hit(thread) for thread in page),
                offset=offset,
                total=len(shown),
                capped=job.capped or len(job.threads) > MOST_THREADS,
                full=sum(thread.full for thread in shown),
            )

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = open_reader(self._data, CORPUS)
        try:
            with translated(CORPUS.file):
                connection.execute("BEGIN")
                yield connection
                connection.execute("ROLLBACK")
        except BaseException:
            connection.close()
            raise
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()


class _Job:
    """One search: gathers rows, joins them into threads, orders these, and makes hits of some."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        watch: _Watch,
        analysis: Analysis,
        archives: tuple[int, ...],
        filters: Filters,
        place: Place,
        order: Order,
    ) -> None:
        self._connection = connection
        self._watch = watch
        self._analysis = analysis
        self._archives = archives
        self._filters = filters
        self._place = place
        self._order: Order = order
        self._terms: tuple[Term, ...] = ()
        self.threads: list[_Thread] = []
        self.instead: str | None = None
        self.capped = False

    def run(self, query: Query) -> None:
        try:
            self._gather(query)
        except sqlite3.OperationalError as error:
            if not self._watch.expired or "interrupted" not in str(error):
                raise
            self.capped = True

    def _gather(self, query: Query) -> None:
        if not query.groups:
            if not query.text.strip():
                self._order = "newest" if self._order == "relevance" else self._order
                rows = listed(self._connection, self._archives, self._filters, self._order)
                self._join(rows, full=True)
            return
        self._terms = tuple(term for group in query.groups for term in group)
        self._find(all_of(query), query, full=True)
        if not self.threads:
            other = respelled(self._connection, self._archives, query, self._analysis)
            if other is not None:
                self._terms = tuple(term for group in other.groups for term in group)
                self._find(all_of(other), other, full=True)
                if self.threads:
                    self.instead = other.text
                    query = other
        self._find(any_of(query), query, full=False)

    def _find(self, match: str, query: Query, *, full: bool) -> None:
        rows: list[Row] = []
        for comments in (False, True):
            if self._place == ("articles" if comments else "comments"):
                continue
            rows += matching(
                self._connection, match, self._archives, self._filters, self._order, comments=comments
            )
        if query.exclude:
            without = articles_with(self._connection, excluded(query), {row.article for row in rows})
            rows = [row for row in rows if row.article not in without]
        self._join(rows, full=full)

    def _join(self, rows: Sequence[Row], *, full: bool) -> None:
        """Rows of one thread become one; a thread found before stays where it is."""
        known = {thread.article for thread in self.threads}
        found: dict[int, _Thread] = {}
        for row in rows:
            if row.article not in known:
                found.setdefault(row.article, _Thread(row.article, full)).rows.append(row)
        for thread in found.values():
            thread.rows.sort(key=self._row_key, reverse=True)
        self.threads += sorted(found.values(), key=self._thread_key)

    def _row_key(self, row: Row) -> tuple[float, float, bool, int]:
        """By the order asked; a row that lacks what is asked for comes last."""
        asked = {"relevance": row.rank, "newest": row.posted_at, "score": row.score}[self._order]
        return (float("-inf") if asked is None else asked, row.rank, not row.is_comment, row.id)

    def _thread_key(self, thread: _Thread) -> tuple[float, float, int]:
        first, second, *_ = self._row_key(thread.rows[0])
        if self._order == "relevance":
            first += 0.1 * log1p(len(thread.rows) - 1)
        return -first, -second, thread.article

    def hit(self, thread: _Thread) -> Hit:
        row = thread.rows[0]
        more = sum(other.is_comment for other in thread.rows[1:])
        article = self._connection.execute(
            "SELECT key, title, source, submitter, posted_at, body FROM article WHERE id = ?",
            (thread.article,),
        ).fetchone()
        key, title, source, author, posted_at, text = article
        prefix = "t3_"
        if row.is_comment:
            prefix = "t1_"
            key, author, posted_at, text = self._connection.execute(
                "SELECT key, author, posted_at, text FROM comment WHERE id = ?", (row.id,)
            ).fetchone()
        found = self._analysis.excerpt(text, self._terms)
        if not row.is_comment and not found.matches:
            in_title = self._analysis.excerpt(title, self._terms)
            if in_title.matches or not text.strip():
                found, text = in_title, title
        return Hit(
            article=thread.article,
            comment=row.id if row.is_comment else None,
            key=None if key is None else prefix + _base36(key),
            title=title,
            source=source,
            author=author,
            posted_at=None if posted_at is None else datetime.fromtimestamp(posted_at, UTC),
            excerpt=text[found.start : found.end],
            matches=found.matches,
            more=more,
        )


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
