"""Reads the articles that a digest may show, in the order of its content source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from bot.clock import from_unix, to_unix
from bot.domain.articles import Scope
from bot.domain.digests import Candidate
from bot.domain.exclusions import Exclusions, LeftOut, Traits, find_filter
from bot.store.corpus import rows
from bot.store.corpus.corpus_store import CorpusStore, corpus_pool
from bot.store.corpus.story_reader import StoryReader
from bot.store.databases import CorpusEngine
from bot.store.engine import Connection

_SELECT = (
    "SELECT id, title, comments, over_18, key, fingerprint, source, posted_at, submitter, subreddit, flair,"
    " score, {} FROM article"
)
_COMMENTS, _POSTED_AT = 2, 7
"""Indexes of these columns in a row of `_SELECT`."""
NOTHING = Exclusions()
_OVERSAMPLING = 4
"""Factor by which more of the most discussed articles than requested are read first, as some may be filtered
out."""
_ARTICLES_PER_READ = 50
"""Articles whose texts are in memory at once while filters look through them."""


@dataclass(frozen=True, slots=True)
class CandidateScope:
    """Which articles to consider: those of the scope; with `last_ids` only those up to that article id of
    each archive; with `over_18` only those with that mark; with `languages` (ISO 639-1) only those in one of
    them or of unknown language. `leave_out` and `server_leaves_out` are the filters that candidates say they
    are left out by; with `kept`, those that are left out are not candidates."""

    scope: Scope
    last_ids: Mapping[int, int] | None = None
    over_18: bool | None = None
    languages: tuple[str, ...] = ()
    leave_out: Exclusions = NOTHING
    server_leaves_out: Exclusions = NOTHING
    kept: bool = False

    def condition(self, archives: Sequence[int], column: str = "+id") -> tuple[str, list[int | str]]:
        """An SQL condition that selects exactly these articles, and its values. The plus in `column` keeps
        SQLite from using the index of ids, with which it would sort all articles of an archive."""
        ranges: list[str] = []
        values: list[int | str] = []
        for archive in archives:
            first, last = rows.id_range(archive)
            if self.last_ids is not None:
                last = self.last_ids.get(archive, first - 1)
            if last >= first:
                ranges.append(f"{column} BETWEEN ? AND ?")
                values += (first, last)
        sql = f"({' OR '.join(ranges) or 'false'}) AND title IS NOT NULL"
        if self.over_18 is not None:
            sql += f" AND over_18 = {int(self.over_18)}"
        if self.languages:
            sql += f" AND (language IS NULL OR language IN ({', '.join('?' * len(self.languages))}))"
            values += self.languages
        return sql, values

    @property
    def select(self) -> str:
        """The beginning of a statement that reads candidates."""
        return _SELECT.format(self._text)

    @property
    def _text(self) -> str:
        """The column of texts, which are read only if a filter looks at them."""
        return "body" if self.leave_out.words or self.server_leaves_out.words else "''"

    def filter_of(self, row: Sequence[Any]) -> LeftOut | None:
        """The filter that leaves out an article, given as selected by `select`."""
        _, title, comments, _, _, _, source, _, *rest = row
        author, subreddit, flair, score, body = rest
        traits = Traits(title, body, source, author, subreddit, flair, score, comments)
        return find_filter(self.leave_out, self.server_leaves_out, traits)

    def read(self, db: Connection, sql: str, values: Sequence[object], limit: int) -> list[Any]:
        """The first `limit` articles that `select` and this rest of a statement select; with `kept` of those
        that are not left out."""
        if not self.kept:
            return db.execute(f"{self.select} {sql} LIMIT ?", (*values, limit)).fetchall()
        # A filter may leave out nearly everything: the texts of a few articles at a time are read, and only
        # ids are sorted.
        numbers = (number for (number,) in db.stream(f"SELECT id FROM article {sql}", values))
        kept: list[Any] = []
        while len(kept) < limit and (batch := [*islice(numbers, _ARTICLES_PER_READ)]):
            articles = db.execute(f"{self.select} WHERE id {db.in_list}", (db.list_value(batch),))
            by_number = {row[0]: row for row in articles if self.filter_of(row) is None}
            kept += [by_number[number] for number in batch if number in by_number]
        return kept[:limit]


class DigestCandidates(CorpusStore):
    """Reads the articles that digests choose from."""

    @classmethod
    def open(cls, engine: CorpusEngine) -> DigestCandidates:
        """Opens a file that `prepare` has checked."""
        return cls(corpus_pool(engine))

    async def newest_ids(self, scope: Scope) -> dict[int, int]:
        """The highest article id assigned so far in each archive."""

        def job(db: Connection, archives: Sequence[int]) -> dict[int, int]:
            sequences = db.execute("SELECT no, next_article - 1 FROM archive")
            return {no: rows.first_id(no) + last for no, last in sequences if no in archives}

        return await self._read(scope, job)

    async def loads_with_articles(self, scope: Scope) -> tuple[tuple[datetime, int, int], ...]:
        """For each load that added articles, oldest first: its end, its archive, and its last article."""

        def job(db: Connection, archives: Sequence[int]) -> list[Any]:
            loads = db.execute(
                "SELECT coalesce(ended_at, started_at), archive, max(last) FROM extent"
                " JOIN load ON load.id = extent.load WHERE kind = 'article' GROUP BY load.id ORDER BY 1"
            )
            return [row for row in loads if row[1] in archives]

        loads = await self._read(scope, job)
        return tuple((from_unix(ended_at), archive, last) for ended_at, archive, last in loads)

    async def newest(
        self, scope: CandidateScope, since: Mapping[int, int], limit: int
    ) -> tuple[Candidate, ...]:
        """The newest articles; in the archives in `since` only those added after that article."""

        def job(db: Connection, archives: Sequence[int]) -> tuple[Candidate, ...]:
            articles: list[Any] = []
            for archive in archives:
                first = since.get(archive, rows.first_id(archive) - 1) + 1
                # Recent additions are a short range of ids; the index of times would be read to its end.
                column, order = ("id", "+posted_at") if archive in since else ("+id", "posted_at")
                condition, values = scope.condition([archive], column)
                sql = f"WHERE {column} >= ? AND {condition} ORDER BY {order} DESC NULLS LAST, id DESC"
                articles += scope.read(db, sql, (first, *values), limit)
            articles.sort(
                key=lambda row: (row[_POSTED_AT] is not None, row[_POSTED_AT], row[0]), reverse=True
            )
            return _candidates(scope, articles[:limit])

        return await self._read(scope.scope, job)

    async def most_discussed(
        self, scope: CandidateScope, spans: Sequence[tuple[datetime | None, datetime]], limit: int
    ) -> tuple[Candidate, ...]:
        """The articles posted in one of the spans ([from, to), None is unbounded), those with the most
        comments first."""

        def job(db: Connection, archives: Sequence[int]) -> tuple[Candidate, ...]:
            articles: list[Any] = []
            for first, end in spans:
                bounds = (-(1 << 62) if first is None else to_unix(first), to_unix(end))
                articles += _most_discussed(db, scope, archives, bounds, limit)
            articles.sort(key=lambda row: (row[_COMMENTS], row[_POSTED_AT]), reverse=True)
            return _candidates(scope, articles[:limit])

        return await self._read(scope.scope, job)

    async def time_range(self, scope: Scope) -> tuple[datetime, datetime] | None:
        """Times of the first and the last article; None if no article has a time."""

        def job(db: Connection, archives: Sequence[int]) -> list[Any]:
            condition, values = CandidateScope(scope).condition(archives)
            # Each of the two queries reads one row of the index; combined they would read all of it.
            sql = f"SELECT posted_at FROM article WHERE posted_at IS NOT NULL AND {condition}"
            return [
                db.execute(f"{sql} ORDER BY posted_at {order} LIMIT 1", values).fetchone()
                for order in ("ASC", "DESC")
            ]

        first, last = await self._read(scope, job)
        return None if first is None else (from_unix(first[0]), from_unix(last[0]))

    async def named(
        self, scope: CandidateScope, column: Literal["source", "subreddit"], name: str, limit: int
    ) -> tuple[Candidate, ...]:
        """The newest articles of a source or a subreddit, whose name is compared case-insensitively."""

        def job(db: Connection, archives: Sequence[int]) -> tuple[Candidate, ...]:
            condition, values = scope.condition(archives)
            sql = (
                f"WHERE {column} = ? {db.ignoring_case} AND {condition}"
                " ORDER BY posted_at DESC NULLS LAST, id DESC"
            )
            return _candidates(scope, scope.read(db, sql, (name, *values), limit))

        return await self._read(scope.scope, job)

    async def with_stories(self, scope: Scope, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """The candidates with the other articles of their stories, in all archives of the scope."""
        numbers = [candidate.article for candidate in candidates]

        def job(db: Connection, archives: Sequence[int]) -> tuple[Candidate, ...]:
            companions = StoryReader(db, archives, adult=scope.adult).companions(numbers)
            others = {number for group in companions.values() for number in group}
            same = {
                number: _duplicate_key(*row)
                for number, *row in db.execute(
                    f"SELECT id, key, fingerprint, source FROM article WHERE id {db.in_list}",
                    (db.list_value(others),),
                )
            }
            return tuple(
                replace(candidate, story=tuple(same[number] for number in companions[candidate.article]))
                if candidate.article in companions
                else candidate
                for candidate in candidates
            )

        return await self._read(scope, job)

    async def by_id(self, scope: CandidateScope, articles: Sequence[int]) -> tuple[Candidate, ...]:
        """Those of these articles that are in the scope, in the given order, without repeats."""

        def job(db: Connection, archives: Sequence[int]) -> tuple[Candidate, ...]:
            condition, values = scope.condition(archives)
            numbers = [*dict.fromkeys(articles)]
            sql = f"WHERE id {db.in_list} AND {condition}"
            rows = scope.read(db, sql, (db.list_value(numbers), *values), len(numbers))
            by_number = {row[0]: row for row in rows}
            return _candidates(scope, [by_number[number] for number in numbers if number in by_number])

        return await self._read(scope.scope, job)


def _most_discussed(
    db: Connection, scope: CandidateScope, archives: Sequence[int], span: tuple[int, int], limit: int
) -> list[Any]:
    """The most discussed articles of a span. Over-18 mark and language are not indexed: they are filtered
    after reading the most discussed of all articles."""
    in_span = "posted_at >= ? AND posted_at < ?"
    order = "ORDER BY comments DESC, posted_at DESC"
    unmarked, unmarked_values = CandidateScope(scope.scope, scope.last_ids).condition(archives)
    best = db.execute(
        f"SELECT id FROM article WHERE {in_span} AND {unmarked} {order} LIMIT ?",
        (*span, *unmarked_values, limit * _OVERSAMPLING),
    ).fetchall()
    condition, values = scope.condition(archives)
    ids = db.list_value([number for (number,) in best])
    articles = scope.read(db, f"WHERE id {db.in_list} AND {condition}", (ids, *values), len(best))
    if len(articles) < limit and len(best) == limit * _OVERSAMPLING:
        # Too many were filtered out: read every article of the span.
        return scope.read(db, f"WHERE {in_span} AND {condition} {order}", (*span, *values), limit)
    return articles


def _candidates(scope: CandidateScope, articles: Iterable[Sequence[Any]]) -> tuple[Candidate, ...]:
    """Made by the thread that reads: filters look through whole texts."""
    candidates = []
    for row in articles:
        number, title, comments, over_18, key, fingerprint, source, *_ = row
        left_out = None if scope.kept else scope.filter_of(row)  # the others were not read
        same = _duplicate_key(key, fingerprint, source)
        candidates.append(Candidate(number, title, comments, bool(over_18), same, left_out))
    return tuple(candidates)


def _duplicate_key(key: int | None, fingerprint: int, source: str | None) -> str:
    """A key that is the same for an article's copies in other archives, and when it is loaded again."""
    if key is not None:
        return rows.key_text(key, "t3") or ""
    return f"{fingerprint & (1 << 64) - 1:x} {(source or '').casefold()}".strip()
