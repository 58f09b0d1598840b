"""Finds the loads that have ended, and the threads of a load that match a follow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from bot.domain.articles import Scope
from bot.domain.exclusions import Exclusions, Traits, find_filter
from bot.domain.follows import EndedLoad, FollowTarget
from bot.domain.search import Query
from bot.store.corpus.corpus_store import CorpusStore, archives_of, corpus_pool
from bot.store.corpus.rows import archive_of, count_waiting, id_range
from bot.store.corpus.story_reader import StoryReader
from bot.store.databases import CorpusEngine
from bot.store.engine import Connection, IdRange, Kind
from bot.store.pool import Pool
from bot.store.search.candidates import filter_conditions, unwanted_statement
from bot.store.search.capitals import Matches, row_condition, rows_with_capitals, text_columns
from bot.store.search.match_query import headline_terms, match_all, match_query
from bot.store.search.ports import ExcludedText, TextAnalyzer
from bot.store.search.query_expansion import QueryExpansion
from bot.store.search.scope_words import ScopeWords
from bot.store.text_match import TextMatch

MAX_MATCHES = 20_000
"""Maximum matches in one range of ids, the newest: a load may add millions."""
_KINDS: tuple[Kind, ...] = ("article", "comment")
_CHECKED_AT_ONCE = 100
"""The rows that are checked together for what the query and the follow leave out: few, so that little is lost
where time runs out."""
_TRAITS = "SELECT title, {}, source, submitter, subreddit, flair, score, comments FROM article WHERE id = ?"
ENDED_STATES = "('done', 'cancelled', 'failed')"


@dataclass(frozen=True, slots=True)
class FollowQuery:
    """A follow with its parsed query, the articles that it has already notified of, whether articles marked
    as over 18 are allowed, and what the follow and its server leave out, except of a followed article."""

    target: FollowTarget
    query: Query
    shown: frozenset[int]
    adult: bool
    leave_out: Exclusions = Exclusions()  # noqa: RUF009 - frozen
    server_leaves_out: Exclusions = Exclusions()  # noqa: RUF009 - frozen


@dataclass(slots=True)
class FollowMatches:
    """The articles that a load added for a follow: those that match themselves first, then the newest.
    `capped` if there may be more, `cut` if that is because time ran out; `comments` counts new comments of a
    followed article."""

    articles: list[int] = field(default_factory=list)
    capped: bool = False
    cut: bool = False
    comments: int = 0


class LoadMatches(CorpusStore):
    """Searches the rows that a load added."""

    def __init__(self, pool: Pool[Connection], analyzer: TextAnalyzer) -> None:
        super().__init__(pool)
        self._analyzer = analyzer
        self._lock = asyncio.Lock()

    @classmethod
    def open(cls, engine: CorpusEngine, analyzer: TextAnalyzer) -> LoadMatches:
        """Opens a file that `prepare` has checked."""
        return cls(corpus_pool(engine), analyzer)

    async def ended_loads(self) -> tuple[EndedLoad, ...]:
        """All loads that have ended and were not undone, oldest first. For the bot itself: not limited to a
        scope."""
        sql = (
            "SELECT load.id, guild, articles_new + articles_updated + comments_new"
            f" FROM load JOIN archive ON no = archive WHERE state IN {ENDED_STATES} ORDER BY load.id"
        )
        loads = await self._run(lambda db: db.execute(sql).fetchall())
        return tuple(EndedLoad(load, guild or None, added) for load, guild, added in loads)

    async def waiting(self, scope: Scope) -> int:
        """The comments that nothing finds yet, as their articles are not in the scope's archives."""
        return await self._read(scope, count_waiting)

    async def find(
        self, scope: Scope, load: int, query: FollowQuery, limit: int, within: float
    ) -> FollowMatches:
        """Returns at most `limit` articles that a load added for a follow; none if the load was undone or its
        archive is outside the scope. After `within` seconds returns what was found so far, capped."""

        def job(db: Connection) -> FollowMatches:
            run = _LoadMatchRun(db, load, query)
            try:
                run.run(archives_of(db, scope), self._analyzer)
            except Exception as error:
                if not db.is_interruption(error):
                    raise
                run.matches.capped = run.matches.cut = True
                return run.result(limit)
            run.leave_one_of_each_story(archives_of(db, scope))
            return run.result(limit)

        # The time limit excludes the wait for the lock: a shared load is searched for every server.
        async with self._lock:
            return await self._pool.run(job, within=within)


class _LoadMatchRun:
    """One search of the rows that a load added, in one state of the corpus."""

    def __init__(self, db: Connection, load: int, query: FollowQuery) -> None:
        self._db = db
        self._load = load
        self._query = query
        self._times: dict[int, tuple[bool, int]] = {}
        self._left_out: dict[int, bool] = {}
        self._headlines: TextMatch | None = None
        self._excluded = query.query
        self._excluded_text: ExcludedText | None = None
        self._by_capitals: Matches | None = None
        self.matches = FollowMatches()

    def result(self, limit: int) -> FollowMatches:
        """The matches, without articles of earlier notices."""
        new = [article for article in self._times if article not in self._query.shown]
        new.sort(key=self._times.__getitem__, reverse=True)
        self.matches.articles = new[:limit]
        self.matches.capped = self.matches.capped or len(new) > limit
        return self.matches

    def leave_one_of_each_story(self, archives: Sequence[int]) -> None:
        """Drops the articles of stories that earlier notices had, and all but the best of each other one."""
        if self._query.target.article is not None or not self._times:
            return
        reader = StoryReader(self._db, archives, adult=self._query.adult)
        events = reader.events([*self._query.shown, *self._times])
        taken = {events[article] for article in self._query.shown}
        for article in sorted(self._times, key=self._times.__getitem__, reverse=True):
            if article not in self._query.shown and events[article] in taken:
                del self._times[article]
            taken.add(events[article])

    def run(self, archives: Sequence[int], analyzer: TextAnalyzer) -> None:
        """Fills `matches`."""
        if not self._query.query.alternatives:
            self._run(archives, analyzer)
        for part in self._query.query.alternatives:
            other = _LoadMatchRun(self._db, self._load, replace(self._query, query=part))
            try:
                other.run(archives, analyzer)
            finally:
                self.matches.capped = self.matches.capped or other.matches.capped
                for article, time in other._times.items():
                    self._times[article] = max(time, self._times.get(article, time))

    def _run(self, archives: Sequence[int], analyzer: TextAnalyzer) -> None:
        row = self._db.execute(
            f"SELECT archive FROM load WHERE id = ? AND state IN {ENDED_STATES}", (self._load,)
        ).fetchone()
        if row is None or row[0] not in archives:
            return
        [archive], target = row, self._query.target
        if target.article is not None:
            self._thread(target.article, archive)
            return
        late_articles = self._late_articles()
        matches = self._match(analyzer, self._rows(archive, late_articles))
        if matches is None:
            return
        match, in_comments = matches
        if target.place != "comments":
            for ids in self._id_ranges("article"):
                self._articles(match, ids)
            if late_articles:
                self._articles(match, (min(late_articles), max(late_articles)), late_articles)
        if target.place != "articles" and (in_comments is not None or self._lists_comments):
            for ids in self._id_ranges("comment"):
                self._comments(in_comments, ids)
            if late_articles:
                self._comments(in_comments, id_range(archive), late_articles)

    @property
    def _lists_comments(self) -> bool:
        """Whether comments match without any words: those of an author."""
        query = self._query.query
        return not query.groups and self._query.target.filters.narrowed(query).names_author

    def _rows(self, archive: int, late_articles: Sequence[int]) -> dict[Kind, list[IdRange]]:
        """Ranges of ids with all rows that may match."""
        ranges: dict[Kind, list[IdRange]] = {}
        for kind in _KINDS:
            edges = [edge for ids in self._id_ranges(kind) for edge in ids]
            edges += late_articles if kind == "article" else id_range(archive) if late_articles else ()
            ranges[kind] = [(min(edges), max(edges))] if edges else []
        return ranges

    def _match(
        self, analyzer: TextAnalyzer, rows: dict[Kind, list[IdRange]]
    ) -> tuple[TextMatch | None, TextMatch | None] | None:
        """What articles and comments have to match; None if there are only filters, and None for both if its
        text has no terms."""
        query = self._query.query
        # An object: language to its number of articles; earlier versions wrote a list.
        present = list(json.loads(self._db.execute("SELECT languages FROM knowledge").fetchone()[0]))
        languages = analyzer.languages(query, present)
        scope = ScopeWords(self._db, analyzer, rows)
        expansion = QueryExpansion(self._db, analyzer, _NoCounts(tuple(present)), languages, scope)
        self._excluded = expansion.with_excluded_spellings(query)
        self._excluded_text = analyzer.capitals(self._excluded, present, expansion.forms).excluded
        if self._excluded_text is not None:
            self._excluded = self._excluded_text.rest
        required = analyzer.capitals(query, present, expansion.forms).required
        self._by_capitals = row_condition(required, self._excluded_text)
        if not query.groups:
            return None if query.text.strip() and not query.conditions else (None, None)
        query = analyzer.without_stop_words(self._excluded, languages)
        forms = expansion.expand(query)
        self.matches.capped = self.matches.capped or bool(expansion.narrowed)
        headlines = headline_terms(query)
        self._headlines = match_all(headlines, forms) if headlines.groups else None
        return match_query(query, forms)

    def _thread(self, article: int, archive: int) -> None:
        if archive_of(article) != archive:
            return
        for first, last in self._id_ranges("comment"):
            (count,) = self._db.execute(
                "SELECT count(*) FROM comment JOIN article a ON a.id = article WHERE article = ?"
                " AND comment.id BETWEEN ? AND ? AND a.title IS NOT NULL AND (? = 1 OR a.over_18 = 0)"
                " AND text NOT IN ('[deleted]', '[removed]')",
                (article, first, last, self._query.adult),
            ).fetchone()
            self.matches.comments += count
        if self.matches.comments:
            # A followed thread is shown with every load that has comments for it.
            self._times[article] = (True, 0)

    def _id_ranges(self, kind: str) -> Iterator[tuple[int, int]]:
        """First and last ids of the ranges of rows that the load added, newest first."""
        yield from self._db.execute(
            "SELECT first, last FROM extent WHERE load = ? AND kind = ? ORDER BY first DESC",
            (self._load, kind),
        ).fetchall()

    def _late_articles(self) -> list[int]:
        """Articles whose comments were loaded before: this load only added their title."""
        rows = self._db.execute(
            "SELECT row FROM version WHERE load = ? AND kind = 'article'"
            " AND json_type(before, '$.title') = 'null' ORDER BY id DESC LIMIT ?",
            (self._load, MAX_MATCHES),
        )
        return [row for (row,) in rows]

    def _articles(self, match: TextMatch | None, ids: IdRange, articles: Sequence[int] = ()) -> None:
        source, row = self._source("article", match)
        where, values = self._conditions("a", match, articles)
        self._add(
            f"SELECT a.id, a.id, a.posted_at{self._columns(comments=False)} FROM {source}"
            f" WHERE {row} BETWEEN ? AND ?"
            f" AND {' AND '.join(where)} ORDER BY {row} DESC",
            [*ids, *values],
            comments=False,
            checks_rows=match is None,
        )

    def _comments(self, match: TextMatch | None, ids: IdRange, articles: Sequence[int] = ()) -> None:
        source, row = self._source("comment", match)
        where, values = self._conditions("c", match, articles)
        if match is None:
            where.append("c.text NOT IN ('[deleted]', '[removed]')")
            if articles:  # an archive has many more comments than these articles
                source = f"comment c {self._db.read_by('comment_article')}"
                where.append(f"c.article {self._db.in_list}")
                values.append(self._db.list_value(articles))
        self._add(
            f"SELECT c.id, a.id, a.posted_at{self._columns(comments=True)} FROM {source}"
            f" {self._db.ordered_join} article a ON a.id = c.article"
            f" WHERE {row} BETWEEN ? AND ? AND {' AND '.join(where)} ORDER BY {row} DESC",
            [*ids, *values],
            comments=True,
            checks_rows=match is None,
        )

    def _columns(self, *, comments: bool) -> str:
        """The columns of what a row must have besides the words."""
        return "" if self._by_capitals is None else f", {text_columns(comments=comments)}"

    def _source(self, kind: Kind, match: TextMatch | None) -> tuple[str, str]:
        """The tables of articles `a` or comments `c`, those that match if there is a match, and the column
        with their ids."""
        index, name = self._db.text_index, kind[0]
        if match is None:
            return f"{kind} {name} {self._db.read_by(None)}", f"{name}.id"
        join = f"{self._db.ordered_join} {kind} {name} ON {name}.id = {index.row}"
        return f"{index.table(kind)} {join}", index.row

    def _add(self, sql: str, values: Sequence[object], *, comments: bool, checks_rows: bool) -> None:
        """Adds the articles of the rows that a statement selects, each with its article and that one's time,
        and its `_columns`, without what is left out: the newest MAX_MATCHES. Without `checks_rows` the
        statement has left out those with excluded words."""
        selected, count = self._db.stream(sql, values), 0
        by_capitals = self._by_capitals
        matching = (row[:3] for row in selected if by_capitals is None or by_capitals(*row[3:]))
        while rows := [*islice(matching, _CHECKED_AT_ONCE)]:
            self._check_articles({article for _, article, _ in rows})
            ids = [row for row, *_ in rows]
            excluded = self._unwanted(self._excluded, ids, comments=comments) if checks_rows else set()
            for row, article, posted_at in rows:
                if row in excluded or self._left_out[article]:
                    continue
                if count == MAX_MATCHES:
                    self.matches.capped = True
                    return
                count += 1
                if comments:
                    self._times.setdefault(article, (False, posted_at or 0))
                else:
                    self._times[article] = (True, posted_at or 0)

    def _check_articles(self, articles: Iterable[int]) -> None:
        """Finds out which of these articles the query, the follow or the server leaves out."""
        new = [article for article in articles if article not in self._left_out]
        excluded = self._unwanted(replace(self._excluded, exclusions=()), new, comments=False)
        if self._excluded_text is not None:
            excluded |= rows_with_capitals(self._db, new, self._excluded_text.in_article, comments=False)[0]
        own, servers = self._query.leave_out, self._query.server_leaves_out
        traits = _TRAITS.format("body" if own.words or servers.words else "''")
        for article in new:
            self._left_out[article] = article in excluded
            if not self._left_out[article] and (own.any or servers.any):
                row = self._db.execute(traits, (article,)).fetchone()
                self._left_out[article] = find_filter(own, servers, Traits(*row)) is not None

    def _unwanted(self, query: Query, rows: Sequence[int], *, comments: bool) -> set[int]:
        """Those of these rows that a query excludes by words."""
        statement = unwanted_statement(self._db.text_index, query, rows, comments=comments)
        return set() if statement is None else {row for (row,) in self._db.execute(*statement)}

    def _conditions(
        self, name: str, match: TextMatch | None, articles: Sequence[int]
    ) -> tuple[list[str], list[object]]:
        """The match and the filters as SQL conditions, for the row `a` or `c`; with `articles` limited to
        these."""
        filters = self._query.target.filters.narrowed(self._query.query)
        where, values = filter_conditions(self._db, filters, name)
        if match is not None:
            condition = self._db.text_index.condition("comment" if name == "c" else "article", match)
            where.append(condition.sql)
            values += condition.values
        where.append("a.title IS NOT NULL")
        if name == "c" and self._headlines is not None:
            titled = self._db.text_index.matching("article", self._headlines)
            where.append(f"a.id IN ({titled.sql})")
            values += titled.values
        if not self._query.adult:
            where.append("a.over_18 = 0")
        if articles:
            where.append(f"a.id {self._db.in_list}")
            values.append(self._db.list_value(articles))
        return where, values


@dataclass(frozen=True, slots=True)
class _NoCounts:
    """Word counts of 0, for a query expansion without ranking."""

    languages: Sequence[str]

    def rows(self, words: Sequence[str], languages: Sequence[str]) -> tuple[int, int]:
        return 0, 0
