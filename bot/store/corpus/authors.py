"""Finds what an author wrote or posted, and names like theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import takewhile
from time import monotonic
from typing import Literal

from bot.domain.articles import DELETED
from bot.domain.loads import AuthorPreview
from bot.store.corpus.corpus_store import CorpusStore, corpus_pool
from bot.store.corpus.rows import archive_of, first_id
from bot.store.databases import CorpusEngine
from bot.store.engine import Connection

Kind = Literal["article", "comment"]
Rows = tuple[str, int, int]
"""A table and the ids of its rows to read in one step: the first and the last."""
ROWS_PER_STEP = {"version": 5_000, "article": 5_000, "comment": 20_000}
MAX_PREVIEW_SECONDS = 15.0
MAX_NEAREST = 3
MAX_LENGTH_DIFFERENCE = 2
_AUTHORS = {
    "version": "coalesce(before ->> 'author', before ->> 'submitter')",
    "article": "submitter",
    "comment": "author",
}


def steps(db: Connection, archives: Iterable[int]) -> Iterator[Rows]:
    """Every row that can have an author, in steps of bounded size. Versions come first: they have the author
    of rows whose author has since deleted the account."""
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM version").fetchone()
    yield from _split("version", 0, last + 1)
    for no in archives:
        sql = "SELECT next_article, next_comment FROM archive WHERE no = ?"
        articles, comments = db.execute(sql, (no,)).fetchone()
        yield from _split("article", first_id(no), articles)
        yield from _split("comment", first_id(no), comments)


def rows_of_author(
    db: Connection, step: Rows, archives: Sequence[int], spellings: Sequence[str]
) -> set[tuple[Kind, int]]:
    """The articles and comments of these archives that this step finds, by an author with these spellings."""
    table, first, last = step
    columns = "kind, row" if table == "version" else f"'{table}', id"
    authors_rows = db.execute(
        f"SELECT {columns} FROM {table} WHERE id BETWEEN ? AND ?"
        f" AND {_AUTHORS[table]} {db.ignoring_case} IN ({', '.join('?' * len(spellings))})",
        (first, last, *spellings),
    )
    return {(kind, row) for kind, row in authors_rows if archive_of(row) in archives}


class AuthorReader(CorpusStore):
    """Reads all rows of an archive, as there is no index of authors: on a connection of its own."""

    read_timeout = MAX_PREVIEW_SECONDS * 4

    @classmethod
    def open(cls, engine: CorpusEngine) -> AuthorReader:
        """Raises what `CorpusEngine.prepare` raises."""
        engine.prepare("corpus")
        return cls(corpus_pool(engine))

    async def preview(
        self, guild: int | None, name: str, spellings: Sequence[str], *, nearest: bool
    ) -> AuthorPreview:
        """What the archive of this guild (None: every archive) has by this author; if that is nothing and
        `nearest` names are wanted, those. Ends after MAX_PREVIEW_SECONDS with what was found until then."""

        def job(db: Connection) -> AuthorPreview:
            end = monotonic() + MAX_PREVIEW_SECONDS
            numbers = db.execute("SELECT no FROM archive WHERE ? IS NULL OR guild = ?", (guild, guild))
            archives = [no for (no,) in numbers]
            theirs: set[tuple[Kind, int]] = set()
            for step in _until(end, steps(db, archives)):
                theirs |= rows_of_author(db, step, archives, spellings)
            complete = monotonic() < end
            articles = {row for kind, row in theirs if kind == "article"}
            comments = {row for kind, row in theirs if kind == "comment"}
            threads = articles | _threads_of(db, comments)
            near = _nearest(db, _until(end, steps(db, archives)), name) if nearest and not theirs else ()
            return AuthorPreview(len(articles), len(comments), len(threads), near, complete=complete)

        return await self._run(job)

    async def titles(self, articles: Iterable[int]) -> dict[int, str]:
        """The titles of these articles, in any archive. For the bot itself: not limited to a scope."""

        def job(db: Connection) -> dict[int, str]:
            sql = f"SELECT id, title FROM article WHERE id {db.in_list} AND title IS NOT NULL"
            return dict(db.execute(sql, (db.list_value(articles),)).fetchall())

        return await self._run(job)

    async def unfinished_erasures(self) -> tuple[tuple[int | None, str], ...]:
        """The guild (None: all archives) and the name of each erasure whose process ended early. For the bot
        itself: not limited to a scope."""
        sql = "SELECT guild, name FROM erasure LEFT JOIN archive ON no = archive"
        return await self._run(lambda db: tuple(db.execute(sql).fetchall()))


def _split(table: str, first: int, count: int) -> Iterator[Rows]:
    size = ROWS_PER_STEP[table]
    return ((table, start, start + size - 1) for start in range(first, first + count, size))


def _until(end: float, steps: Iterator[Rows]) -> Iterator[Rows]:
    return takewhile(lambda _: monotonic() < end, steps)


def _threads_of(db: Connection, comments: Iterable[int]) -> set[int]:
    rows = (db.execute("SELECT article FROM comment WHERE id = ?", (row,)).fetchone() for row in comments)
    return {row[0] for row in rows if row is not None}


def _nearest(db: Connection, steps: Iterator[Rows], name: str) -> tuple[str, ...]:
    """The names most like this one, of those that begin or end as it does."""
    names: dict[str, str] = {}
    lengths = len(name) - MAX_LENGTH_DIFFERENCE, len(name) + MAX_LENGTH_DIFFERENCE
    for table, first, last in steps:
        if table != "version":
            author = _AUTHORS[table]
            rows = db.execute(
                f"SELECT DISTINCT {author} FROM {table} WHERE id BETWEEN ? AND ?"
                f" AND length({author}) BETWEEN ? AND ? AND"
                f" (substr({author}, 1, 2) = ? {db.ignoring_case}"
                f" OR substr({author}, length({author}) - 1) = ? {db.ignoring_case})",
                (first, last, *lengths, name[:2], name[-2:]),
            )
            names |= {other.casefold(): other for (other,) in rows if other != DELETED}
    return tuple(names[near] for near in get_close_matches(name.casefold(), names, MAX_NEAREST, 0.7))
