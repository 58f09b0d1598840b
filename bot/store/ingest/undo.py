"""Undoes a load.

Its comments are deleted, then its articles. If comments of other loads belong to such an article, its title
and text are deleted and the row stays as a hidden placeholder until the article is loaded again. An article
that was added after its comments is undone with the load that added it. Versions that later loads made of
deleted rows are deleted too. Values that the load changed in rows of other loads are restored, column by
column: if a later load changed the same column again, that load's record of the former value is updated
instead. Inferred times are inferred again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from bot.domain.loads import Undone
from bot.store.corpus.rows import ARTICLE, ArticleRow, read_articles, read_comments
from bot.store.engine import Connection
from bot.store.ingest.upsert_threads import rewrite_articles, rewrite_comments
from bot.store.search import zone_map

COMMENTS_PER_TRANSACTION = 5000
ARTICLES_PER_TRANSACTION = 500
VERSIONS_PER_TRANSACTION = 500
"""Rows per transaction: a fraction of a second each."""


class LoadUndo:
    """Undoes one load, one bounded transaction per step."""

    def __init__(self, db: Connection, load: int) -> None:
        self._db = db
        self._load = load
        state, checkpoint = db.execute("SELECT state, checkpoint FROM load WHERE id = ?", (load,)).fetchone()
        # The progress of an interrupted undo replaces the dump's checkpoint, which is not needed.
        before = json.loads(checkpoint) if state == "undoing" and checkpoint else {}
        self._articles, self._comments, self._restored_before = before.get("undone", (0, 0, 0))
        self._restored: set[tuple[str, int]] = set()

    @property
    def undone(self) -> Undone:
        """The total of all steps so far, including those of an earlier undo that was interrupted."""
        restored = self._restored_before + len(self._restored)
        return Undone(self._load, self._articles, self._comments, restored)

    def step(self) -> bool:
        """Undoes the next rows; False if nothing is left and the load is `undone`."""
        with self._db.transaction():
            state = self._db.execute("SELECT state FROM load WHERE id = ?", (self._load,)).fetchone()[0]
            if state != "undoing":
                self._db.execute("UPDATE load SET state = 'undoing' WHERE id = ?", (self._load,))
            if self._remove_comments() or self._remove_articles() or self._restore_versions():
                done = self.undone
                counts = (done.articles_removed, done.comments_removed, done.restored)
                checkpoint = json.dumps({"undone": counts})
                self._db.execute("UPDATE load SET checkpoint = ? WHERE id = ?", (checkpoint, self._load))
                return True
            self._db.execute("DELETE FROM omitted WHERE load = ?", (self._load,))
            self._db.execute("UPDATE load SET state = 'undone' WHERE id = ?", (self._load,))
            return False

    def _take_ids(self, kind: str, limit: int) -> tuple[int, int] | None:
        """Removes the last `limit` ids from the load's last extent and returns their range; None if it has no
        extent."""
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

    def _remove_comments(self) -> bool:
        ids = self._take_ids("comment", COMMENTS_PER_TRANSACTION)
        if ids is None:
            return False
        db = self._db
        db.text_index.remove_comments_between(ids)
        removed = db.execute(
            "SELECT count(*), article FROM comment WHERE id BETWEEN ? AND ? GROUP BY article", ids
        ).fetchall()
        db.execute("DELETE FROM version WHERE kind = 'comment' AND row BETWEEN ? AND ?", ids)
        db.execute("DELETE FROM comment WHERE id BETWEEN ? AND ?", ids)
        db.executemany("UPDATE article SET comments = comments - ? WHERE id = ?", removed)
        settle(self._db, [article for _, article in removed])
        self._comments += sum(count for count, _ in removed)
        return True

    def _remove_articles(self) -> bool:
        ids = self._take_ids("article", ARTICLES_PER_TRANSACTION)
        if ids is None:
            return False
        titled_later = self._db.execute(
            "SELECT row FROM version WHERE kind = 'article' AND row BETWEEN ? AND ? AND load <> ?"
            " AND json_type(before, '$.title') = 'null'",
            (*ids, self._load),
        )
        kept = {row for (row,) in titled_later}
        sql = f"SELECT {ARTICLE} FROM article WHERE id BETWEEN ? AND ?"
        articles = [ArticleRow(*row) for row in self._db.execute(sql, ids) if row[0] not in kept]
        self._hide([(article, stub(article)) for article in articles])
        return True

    def _hide(self, changes: list[tuple[ArticleRow, ArticleRow]]) -> None:
        """Reduces articles to the rows that their comments refer to; deletes those without comments."""
        rewrite_articles(self._db, changes)
        ids = [old.id for old, _ in changes]
        delete = "DELETE FROM version WHERE kind = 'article' AND row = ?"
        self._db.executemany(delete, [(number,) for number in ids])
        self._articles += sum(old.title is not None for old, _ in changes)
        settle(self._db, ids)

    def _restore_versions(self) -> bool:
        versions = self._db.execute(
            "SELECT id, kind, row, before FROM version WHERE load = ? ORDER BY id DESC LIMIT ?",
            (self._load, VERSIONS_PER_TRANSACTION),
        ).fetchall()
        for number, kind, row, before in versions:
            self._db.execute("DELETE FROM version WHERE id = ?", (number,))
            self._restore(number, kind, row, json.loads(before))
        return bool(versions)

    def _restore(self, number: int, kind: str, row: int, before: dict[str, Any]) -> None:
        if kind == "comment":
            left = self._hand_to_later_versions(number, kind, row, before)
            [comment] = read_comments(self._db, [row])
            rewrite_comments(self._db, [(comment, comment._replace(**left))])
            self._restored.add((kind, row))
            return
        articles = read_articles(self._db, [row])
        if not articles:
            return  # an article without a title, deleted with the last of its comments
        [article] = articles
        if "title" in before and before["title"] is None:
            self._hide([(article, article._replace(**before))])
            return
        left = self._hand_to_later_versions(number, kind, row, before)
        rewrite_articles(self._db, [(article, article._replace(**left))])
        settle(self._db, [row])
        self._restored.add((kind, row))

    def _hand_to_later_versions(
        self, number: int, kind: str, row: int, before: dict[str, Any]
    ) -> dict[str, Any]:
        """Moves each former value to the next later version that changed the same column; returns the columns
        that no later version changed, whose values belong in the row itself."""
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


def settle(db: Connection, articles: Iterable[int]) -> None:
    """Restores the invariants after articles lost or gained comments: hidden articles have comments, and
    inferred times are those of the earliest comment."""
    ids = db.list_value(articles)
    db.execute(
        f"DELETE FROM article WHERE id {db.in_list} AND title IS NULL AND comments = 0",
        (ids,),
    )
    timed = db.execute(
        "UPDATE article SET (posted_at, inferred) ="
        " (SELECT min(posted_at), CASE WHEN min(posted_at) IS NULL THEN 0 ELSE 1 END FROM comment"
        " WHERE article = article.id)"
        f" WHERE id {db.in_list} AND title IS NOT NULL"
        " AND (inferred = 1 OR posted_at IS NULL) RETURNING id, posted_at",
        (ids,),
    ).fetchall()
    zone_map.widen(db, timed)


def stub(article: ArticleRow) -> ArticleRow:
    """The placeholder of a deleted article that still has comments: the columns by which it is recognised."""
    return ArticleRow(
        article.id,
        article.key,
        article.fingerprint,
        source=article.source,
        submitter=article.submitter,
        comments=article.comments,
    )
