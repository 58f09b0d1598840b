"""Reads whole threads for exports, as the readers of dumps yield them, a bounded number of rows at a time."""

from __future__ import annotations

from collections.abc import Sequence

from bot.clock import from_unix
from bot.domain.articles import Scope
from bot.domain.dump import ParsedComment, ParsedThread
from bot.store.corpus.corpus_store import CorpusStore, archives_of, corpus_pool
from bot.store.corpus.rows import (
    ARTICLE,
    COMMENT,
    WITHDRAWN,
    ArticleRow,
    CommentRow,
    archive_of,
    in_archives,
    key_text,
    unpack_paragraphs,
)
from bot.store.databases import CorpusEngine
from bot.store.engine import Connection


class ExportReader(CorpusStore):
    """Reads the threads of a scope in the order of their ids."""

    @classmethod
    def open(cls, engine: CorpusEngine) -> ExportReader:
        """Opens a file that `prepare` has checked."""
        return cls(corpus_pool(engine))

    async def count(self, scope: Scope) -> int:
        """The number of threads in the scope."""

        def job(db: Connection) -> int:
            where, values = _shown(db, scope)
            return int(db.execute(f"SELECT count(*) FROM article WHERE {where}", values).fetchone()[0])

        return await self._run(job)

    async def article_ids(self, scope: Scope, after: int, limit: int) -> tuple[int, ...]:
        """At most `limit` ids of threads in the scope above `after`, ascending."""

        def job(db: Connection) -> tuple[int, ...]:
            where, values = _shown(db, scope)
            sql = f"SELECT id FROM article WHERE {where} AND id > ? ORDER BY id LIMIT ?"
            return tuple(number for (number,) in db.execute(sql, (*values, after, limit)))

        return await self._run(job)

    async def thread(self, scope: Scope, article: int) -> ParsedThread | None:
        """A thread without its comments; None if it is not in the scope."""

        def job(db: Connection) -> ParsedThread | None:
            where, values = _shown(db, scope)
            sql = f"SELECT {ARTICLE} FROM article WHERE {where} AND id = ?"
            row = db.execute(sql, (*values, article)).fetchone()
            return None if row is None else _thread(ArticleRow(*row))

        return await self._run(job)

    async def comments(
        self, scope: Scope, article: int, after: int, limit: int
    ) -> tuple[tuple[int, ParsedComment], ...]:
        """At most `limit` comments of a thread in the scope with ids above `after`, ascending, with their
        ids."""

        def job(db: Connection) -> tuple[tuple[int, ParsedComment], ...]:
            if archive_of(article) not in archives_of(db, scope):
                return ()
            sql = f"SELECT {COMMENT} FROM comment WHERE article = ? AND id > ? ORDER BY id LIMIT ?"
            rows = [CommentRow(*row) for row in db.execute(sql, (article, after, limit))]
            return tuple((row.id, _comment(row)) for row in rows)

        return await self._run(job)


def _shown(db: Connection, scope: Scope) -> tuple[str, Sequence[int]]:
    """The condition for the articles that the scope's readers see."""
    where, values = in_archives(archives_of(db, scope))
    return f"{where} AND title IS NOT NULL{'' if scope.adult else ' AND over_18 = 0'}", values


def _thread(row: ArticleRow) -> ParsedThread:
    return ParsedThread(
        title=row.title or "",
        source=row.source,
        submitter=row.submitter,
        posted_at=from_unix(row.posted_at),
        inferred=bool(row.inferred),
        paragraphs=unpack_paragraphs(row.body, None if row.furniture == WITHDRAWN else row.furniture),
        comments=(),
        key=key_text(row.key, "t3"),
        link=row.link,
        subreddit=row.subreddit,
        score=row.score,
        flair=row.flair,
        over_18=bool(row.over_18),
        withdrawn=row.furniture == WITHDRAWN,
        discussion=row.discussion,
        captured=row.captured,
        stated=row.stated,
        known=row.known,
    )


def _comment(row: CommentRow) -> ParsedComment:
    key, parent = key_text(row.key, "t1"), key_text(row.parent, "t1")
    posted_at = from_unix(row.posted_at)
    return ParsedComment(row.author, posted_at, row.text, key, parent, row.score, row.captured, row.link)
