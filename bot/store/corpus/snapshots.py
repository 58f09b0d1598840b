"""Snapshots of threads that the bot has posted: whether they exist, and how much of their text is gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.clock import from_unix
from bot.domain.articles import DELETED, Scope
from bot.domain.posts import ThreadSnapshot
from bot.store.corpus.corpus_store import CorpusStore, corpus_pool
from bot.store.corpus.deduplication import title_fingerprint
from bot.store.corpus.rows import archive_of
from bot.store.databases import CorpusEngine
from bot.store.engine import Connection

# Words and names only: scores change with every capture. The former value is empty where a load only added.
_WORDS = ("title", "body", "submitter", "text", "author")
_HAD_WORDS = " OR ".join(f"before ->> '{column}' <> ''" for column in _WORDS)
_REWRITTEN = f"""
SELECT (SELECT count(*) FROM version WHERE kind = 'article' AND row = ?1 AND ({_HAD_WORDS}))
    + (SELECT count(*) FROM comment JOIN version ON kind = 'comment' AND row = comment.id
       WHERE comment.article = ?1 AND ({_HAD_WORDS}))
"""


class SnapshotReader(CorpusStore):
    """Reads snapshots of threads, for comparison with those taken when they were posted."""

    @classmethod
    def open(cls, engine: CorpusEngine) -> SnapshotReader:
        """Opens a file that `prepare` has checked."""
        return cls(corpus_pool(engine))

    async def changes(self) -> tuple[str, datetime | None]:
        """Returns a text that changes when a load is undone, ends after it has changed anything, or when the
        erasure of an author begins, in any archive, and the start of the last erasure."""

        def job(db: Connection) -> tuple[str, datetime | None]:
            undone, newest = db.execute(
                "SELECT count(*), max(id) FROM load WHERE state = 'undone'"
            ).fetchone()
            updating, ended = db.execute(
                "SELECT count(*), max(ended_at) FROM load WHERE articles_updated + comments_updated > 0"
            ).fetchone()
            erased, last = db.execute("SELECT count(*), max(at) FROM forgotten").fetchone()
            return f"{undone}.{newest}.{updating}.{ended}.{erased}.{last}", from_unix(last)

        return await self._run(job)

    async def in_scope(self, scope: Scope, articles: Iterable[int]) -> dict[int, ThreadSnapshot]:
        """The current snapshots of these threads in a scope."""

        def job(db: Connection, archives: Sequence[int]) -> dict[int, ThreadSnapshot]:
            return {
                article: _snapshot(db, article)
                if archive_of(article) in archives
                else ThreadSnapshot(0, 0, there=False)
                for article in dict.fromkeys(articles)
            }

        return await self._read(scope, job)

    async def in_all_archives(self, articles: Iterable[int]) -> dict[int, ThreadSnapshot]:
        """`in_scope` for all archives. For the bot itself: not limited to a scope."""
        return await self._run(
            lambda db: {article: _snapshot(db, article) for article in dict.fromkeys(articles)}
        )

    async def articles_without_headline(self) -> frozenset[int]:
        """The articles whose headline was erased with its author, in any archive. For the bot itself: not
        limited to a scope."""
        sql = "SELECT id FROM article WHERE fingerprint = ? AND title = ?"
        values = title_fingerprint(DELETED), DELETED
        return await self._run(lambda db: frozenset(number for (number,) in db.execute(sql, values)))

    async def articles_of_comments(self, scope: Scope, comments: Iterable[int]) -> tuple[int, ...]:
        """The articles of these comments, without repeats."""

        def job(db: Connection, archives: Sequence[int]) -> tuple[int, ...]:
            visible = [comment for comment in comments if archive_of(comment) in archives]
            sql = "SELECT article FROM comment WHERE id = ?"
            articles = (db.execute(sql, (comment,)).fetchone() for comment in visible)
            return tuple(dict.fromkeys(row[0] for row in articles if row is not None))

        return await self._read(scope, job)


def _snapshot(db: Connection, article: int) -> ThreadSnapshot:
    row = db.execute("SELECT title, submitter, comments FROM article WHERE id = ?", (article,)).fetchone()
    if row is None or row[0] is None:
        return ThreadSnapshot(0, 0, there=False)
    title, submitter, total = row
    (gone,) = db.execute(
        "SELECT count(*) FROM comment WHERE article = ? AND text IN ('[deleted]', '[removed]')", (article,)
    ).fetchone()
    (rewritten,) = db.execute(_REWRITTEN, (article,)).fetchone()
    return ThreadSnapshot(total, gone + (submitter == DELETED), title != DELETED, rewritten)
