"""Takes back what a load brought.

Its comments go, then its articles: where comments of other loads hang on one, its title and text go and the
rest stays hidden until the article comes again. An article that came after its comments goes with the load
that brought it. Versions that later loads made of what goes, go with it. What the load changed in rows of
others gets its former values back, column by column: where a later load changed the same column again, that
load's note of the former value changes instead. Times inferred from comments are inferred again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from bot.domain.loads import Undone
from bot.store.corpus.rows import ARTICLE, COMMENT, ArticleRow, CommentRow
from bot.store.ingest.upsert_threads import rewrite_articles, rewrite_comments
from bot.store.search import zone_map
from bot.store.sqlite.connection import transaction

COMMENTS_PER_TRANSACTION = 5000
ARTICLES_PER_TRANSACTION = 500
VERSIONS_PER_TRANSACTION = 500
"""Rows of one transaction: a fraction of a second each."""


class LoadUndo:
    """The undoing of one load, one bounded transaction a step."""

    def __init__(self, db: sqlite3.Connection, load: int) -> None:
        self._db = db
        self._load = load
        state, noted = db.execute("SELECT state, checkpoint FROM load WHERE id = ?", (load,)).fetchone()
        # What an undoing that was stopped has done; nobody reads the load's dump on from its place any more.
        before = json.loads(noted) if state == "undoing" and noted else {}
        self._articles, self._comments, self._restored_before = before.get("undone", (0, 0, 0))
        self._restored: set[tuple[str, int]] = set()

    @property
    def undone(self) -> Undone:
        """What the steps so far did, also those of an undoing that was stopped."""
        restored = self._restored_before + len(self._restored)
        return Undone(self._load, self._articles, self._comments, restored)

    def step(self) -> bool:
        """Takes back some more; False when nothing is left and the load is `undone`."""
        with transaction(self._db):
            state = self._db.execute("SELECT state FROM load WHERE id = ?", (self._load,)).fetchone()[0]
            if state != "undoing":
                self._db.execute("UPDATE load SET state = 'undoing' WHERE id = ?", (self._load,))
            if self._remove_comments() or self._remove_articles() or self._restore_versions():
                done = self.undone
                counts = (done.articles_removed, done.comments_removed, done.restored)
                noted = json.dumps({"undone": counts})
                self._db.execute("UPDATE load SET checkpoint = ? WHERE id = ?", (noted, self._load))
                return True
            self._db.execute("UPDATE load SET state = 'undone' WHERE id = ?", (self._load,))
            return False

    def _take_ids(self, kind: str, limit: int) -> tuple[int, int] | None:
        """The last `most` ids of the load's last extent, which shrinks by them."""
        extent = self._db.execute(
            "SELECT first, last FROM extent WHERE load = ? AND kind = ? ORDER BY first DESC LIMIT 1",
            (self._load, kind),
        ).fetchone()
        if extent is None:
            return None
        first, last = extent
        start = max(first, last - limit + 1)
        where = (self._load, kind, first)
        if start == first:
            self._db.execute("DELETE FROM extent WHERE load = ? AND kind = ? AND first = ?", where)
        else:
            self._db.execute(
                "UPDATE extent SET last = ? WHERE load = ? AND kind = ? AND first = ?", (start - 1, *where)
            )
        return start, last

    # Comments.

    def _remove_comments(self) -> bool:
        piece = self._take_ids("comment", COMMENTS_PER_TRANSACTION)
        if piece is None:
            return False
        db = self._db
        db.execute(
            "INSERT INTO comment_fts (comment_fts, rowid, text, grams)"
            " SELECT 'delete', id, text, grams FROM comment_text WHERE id BETWEEN ? AND ? ORDER BY id",
            piece,
        )
        lost = db.execute(
            "SELECT count(*), article FROM comment WHERE id BETWEEN ? AND ? GROUP BY article", piece
        ).fetchall()
        db.execute("DELETE FROM version WHERE kind = 'comment' AND row BETWEEN ? AND ?", piece)
        db.execute("DELETE FROM comment WHERE id BETWEEN ? AND ?", piece)
        db.executemany("UPDATE article SET comments = comments - ? WHERE id = ?", lost)
        self._settle([article for _, article in lost])
        self._comments += sum(count for count, _ in lost)
        return True

    # Articles.

    def _remove_articles(self) -> bool:
        piece = self._take_ids("article", ARTICLES_PER_TRANSACTION)
        if piece is None:
            return False
        filled = {
            row
            for (row,) in self._db.execute(
                "SELECT row FROM version WHERE kind = 'article' AND row BETWEEN ? AND ? AND load <> ?"
                " AND json_type(before, '$.title') = 'null'",
                (*piece, self._load),
            )
        }
        brought = [
            article
            for article in self._read(f"SELECT {ARTICLE} FROM article WHERE id BETWEEN ? AND ?", piece)
            if article.id not in filled
        ]
        self._hide([(article, _stub(article)) for article in brought])
        return True

    def _hide(self, changes: list[tuple[ArticleRow, ArticleRow]]) -> None:
        """Leaves of articles what their comments hang on; where there are none, nothing."""
        rewrite_articles(self._db, changes)
        ids = [old.id for old, _ in changes]
        self._db.executemany(
            "DELETE FROM version WHERE kind = 'article' AND row = ?", [(one,) for one in ids]
        )
        self._articles += sum(old.title is not None for old, _ in changes)
        self._settle(ids)

    def _settle(self, articles: Iterable[int]) -> None:
        """What must hold again when comments went: nothing hangs on nothing, inferred times are inferred."""
        ids = json.dumps(list(articles))
        self._db.execute(
            "DELETE FROM article WHERE id IN (SELECT value FROM json_each(?))"
            " AND title IS NULL AND comments = 0",
            (ids,),
        )
        timed = self._db.execute(
            "UPDATE article SET (posted_at, inferred) ="
            " (SELECT min(posted_at), min(posted_at) IS NOT NULL FROM comment WHERE article = article.id)"
            " WHERE id IN (SELECT value FROM json_each(?)) AND title IS NOT NULL"
            " AND (inferred OR posted_at IS NULL) RETURNING id, posted_at",
            (ids,),
        ).fetchall()
        zone_map.widen(self._db, timed)

    # Versions.

    def _restore_versions(self) -> bool:
        found = self._db.execute(
            "SELECT id, kind, row, before FROM version WHERE load = ? ORDER BY id DESC LIMIT ?",
            (self._load, VERSIONS_PER_TRANSACTION),
        ).fetchall()
        for number, kind, row, before in found:
            self._db.execute("DELETE FROM version WHERE id = ?", (number,))
            self._restore(number, kind, row, json.loads(before))
        return bool(found)

    def _restore(self, number: int, kind: str, row: int, before: dict[str, Any]) -> None:
        if kind == "comment":
            left = self._hand_to_later_versions(number, kind, row, before)
            sql = f"SELECT {COMMENT} FROM comment WHERE id = ?"
            old = CommentRow(*self._db.execute(sql, (row,)).fetchone())
            rewrite_comments(self._db, [(old, old._replace(**left))])
            self._restored.add((kind, row))
            return
        [article] = self._read(f"SELECT {ARTICLE} FROM article WHERE id = ?", (row,))
        if "title" in before and before["title"] is None:
            self._hide([(article, article._replace(**before))])
            return
        left = self._hand_to_later_versions(number, kind, row, before)
        rewrite_articles(self._db, [(article, article._replace(**left))])
        self._settle([row])
        self._restored.add((kind, row))

    def _hand_to_later_versions(
        self, number: int, kind: str, row: int, before: dict[str, Any]
    ) -> dict[str, Any]:
        """Gives each former value to the next later version that changed the same column; returns the columns
        that none did, which are the row's own."""
        left = dict(before)
        for later, text in self._db.execute(
            "SELECT id, before FROM version WHERE kind = ? AND row = ? AND id > ? ORDER BY id",
            (kind, row, number),
        ).fetchall():
            theirs = json.loads(text)
            ours = {name: left.pop(name) for name in theirs if name in left}
            if ours:
                text = json.dumps({**theirs, **ours}, ensure_ascii=False)
                self._db.execute("UPDATE version SET before = ? WHERE id = ?", (text, later))
        return left

    def _read(self, sql: str, values: Iterable[int]) -> list[ArticleRow]:
        return [ArticleRow(*row) for row in self._db.execute(sql, tuple(values))]


def _stub(article: ArticleRow) -> ArticleRow:
    """What stays where comments hang on an article that goes: by what it will be recognised."""
    return ArticleRow(
        id=article.id,
        key=article.key,
        fingerprint=article.fingerprint,
        title=None,
        source=article.source,
        submitter=article.submitter,
        posted_at=None,
        inferred=0,
        link=None,
        address=None,
        subreddit=None,
        score=None,
        flair=None,
        over_18=0,
        language=None,
        comments=article.comments,
        body="",
        furniture=None,
        grams=None,
    )
