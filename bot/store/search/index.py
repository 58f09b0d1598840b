"""Search over the archives that an asker may see: threads, each with the excerpt that shows why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Connection

from bot.domain.search import Filters, Order, Query, SearchField, SearchPage
from bot.store.search import search_run
from bot.store.search.candidates import SearchLimits
from bot.store.search.ports import TextAnalyzer, TextScorer
from bot.store.sqlite import connection
from bot.store.sqlite.pool import Pool

CONNECTIONS = 2
"""One slow search does not hold up the next."""
CACHE_MIB = 64
"""MiB: ranking looks up the length of every row that matches, which takes half as long from memory."""
SEARCH_TIMEOUT_SECONDS = 1.0
"""Seconds after which a search shows what it has found."""
LIMITS = SearchLimits()
MAX_THREADS = 1000
"""Threads that can be paged through; `SearchPage.capped` says that more match."""


class SearchIndex:
    """Searches one corpus file. A search is one job of some statements and some scoring, done in a worker
    thread on a connection of its own, so that it neither blocks the event loop nor waits for other reads."""

    def __init__(
        self,
        pool: Pool,
        analyzer: TextAnalyzer,
        *,
        timeout: float = SEARCH_TIMEOUT_SECONDS,
        limits: SearchLimits = LIMITS,
    ) -> None:
        self._pool = pool
        self._analyzer = analyzer
        self._limits = limits
        self._timeout = timeout
        self._scorer: tuple[int, TextScorer] | None = None

    @classmethod
    def open(
        cls,
        data: Path,
        analyzer: TextAnalyzer,
        *,
        timeout: float = SEARCH_TIMEOUT_SECONDS,
        limits: SearchLimits = LIMITS,
    ) -> SearchIndex:
        """On a file that `connect.prepare` has seen."""
        connections = [
            connection.open_reader(data, connection.CORPUS, cache_mib=CACHE_MIB) for _ in range(CONNECTIONS)
        ]
        return cls(Pool(connections, connection.CORPUS.file), analyzer, timeout=timeout, limits=limits)

    async def close(self) -> None:
        """Waits for what runs, then closes the file."""
        await self._pool.close()

    async def search(
        self,
        archives: Sequence[int],
        query: Query,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        place: SearchField = "both",
        order: Order = "relevance",
        limit: int = 10,
        offset: int = 0,
    ) -> SearchPage:
        """The threads of these archives that match. First come those with an article or a comment in which
        everything asked stands (`full` of them), then, where these are few, those with only some of it; each
        part is in `order`. A whole sentence has no such parts: there the better match comes first. `newest`
        and `score` go by the thread's newest or highest matching article or comment, the one shown. `total`
        counts both parts and can be paged to its end; it is capped at MOST_THREADS.

        A word stands in a text in any form of its stem, quoted words only as they are; words that say nothing
        ("what is the ...") need not stand, unless there are no others. Filters look at the row that matches:
        its own author and time, and its thread's source. A row with an excluded word, just as it was typed,
        never matches, and a thread whose article has one is left out. Where nothing has everything asked and
        a word stands nowhere in these archives, the nearest spelling that is found there is searched and
        told as `instead`. An empty text lists articles, newest first. When time is up the page shows what
        was found by then, capped.

        Raises what `user_errors` raises, Busy("took-too-long") only if not even a connection was
        free."""
        if not archives:
            return SearchPage(query.text, None, (), offset, 0)
        request = search_run.SearchRequest(tuple(archives), filters, place, order, self._limits)

        def job(db: Connection) -> SearchPage:
            search = search_run.SearchRun(db, self._analyzer, self._current_scorer(db), request)
            search.run(query)
            shown = search.threads[:MAX_THREADS]
            first = max(0, offset)
            return SearchPage(
                query=query.text,
                instead=search.respelled,
                hits=search.hits(shown[first : first + max(0, limit)]),
                offset=offset,
                total=len(shown),
                capped=search.capped or len(search.threads) > MAX_THREADS,
                full=None if search.is_sentence else sum(thread.full for thread in shown),
            )

        return await self._pool.run(job, within=self._timeout)

    async def ranking(
        self,
        archives: Sequence[int],
        query: Query,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        place: SearchField = "both",
        order: Order = "relevance",
    ) -> tuple[int, ...]:
        """The articles of all the hits that `search` pages through, in its order, without reading their
        texts."""
        request = search_run.SearchRequest(tuple(archives), filters, place, order, self._limits)

        def job(db: Connection) -> tuple[int, ...]:
            search = search_run.SearchRun(db, self._analyzer, self._current_scorer(db), request)
            search.run(query)
            return tuple(thread.article for thread in search.threads[:MAX_THREADS])

        return await self._pool.run(job, within=self._timeout)

    def _current_scorer(self, db: Connection) -> TextScorer:
        (version,) = db.execute("SELECT version FROM knowledge").fetchone()
        if self._scorer is None or self._scorer[0] != version:
            (packed,) = db.execute("SELECT packed FROM knowledge").fetchone()
            self._scorer = version, self._analyzer.scorer(packed)
        return self._scorer[1]
