"""Takes the words and the name of an author out of archives: rows, earlier versions and search index.

Rows stay, without words and name, so that what others answered keeps its place. Undoing a load does not bring
anything back, because the versions that it would restore are emptied too. A name that others wrote in their
own texts is theirs and stays.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from bot.domain.articles import DELETED
from bot.domain.loads import Erased
from bot.store.corpus.deduplication import title_fingerprint
from bot.store.corpus.rows import (
    ARTICLE,
    COMMENT,
    WITHDRAWN,
    ArticleRow,
    CommentRow,
    archive_of,
    first_id,
)
from bot.store.ingest.erased_authors import ALL_ARCHIVES, hash_name, is_text_post, name_spellings
from bot.store.ingest.optimize import merge_indexes, release_free_pages
from bot.store.ingest.upsert_threads import rewrite_articles, rewrite_comments
from bot.store.sqlite.connection import transaction

COMMENTS_PER_TRANSACTION = 20_000
ARTICLES_PER_TRANSACTION = 5_000
VERSIONS_PER_TRANSACTION = 5_000
"""Rows looked through in one transaction."""


def erase_author(
    db: sqlite3.Connection, archive: int | None, name: str, now: int, on_batch: Callable[[], None]
) -> Erased:
    """Forgets the author in one archive, or in all (None). From the first transaction on, no load brings the
    author back; what `on_batch` raises after one of bounded size leaves rows that doing it again finds."""
    erasure = _Erasure(db, archive, name.strip())
    db.execute("PRAGMA secure_delete = ON")
    try:
        with transaction(db):
            salt = db.execute("SELECT value FROM salt").fetchone()[0]
            db.execute(
                "INSERT INTO forgotten VALUES (?, ?, ?) ON CONFLICT (archive, author)"
                " DO UPDATE SET at = excluded.at",
                (ALL_ARCHIVES if archive is None else archive, hash_name(salt, erasure.name), now),
            )
        for step in erasure.steps():
            with transaction(db):
                step()
            on_batch()
        # The words still stand in older pieces of the search index, marked as deleted.
        merge_indexes(db, on_batch)
        release_free_pages(db, on_batch)
    finally:
        db.execute("PRAGMA secure_delete = OFF")
    return Erased(erasure.articles, erasure.comments)


class _Erasure:
    def __init__(self, db: sqlite3.Connection, archive: int | None, name: str) -> None:
        self._db = db
        self.name = name
        self._spellings = name_spellings(name)
        self.articles = 0
        self.comments = 0
        chosen = db.execute("SELECT no, next_article, next_comment FROM archive").fetchall()
        self._archives = [row for row in chosen if archive is None or row[0] == archive]
        self._among = {row[0] for row in self._archives}

    def steps(self) -> Iterator[Callable[[], None]]:
        # Versions first: they know whose a row was whose author has deleted the account since.
        (last,) = self._db.execute("SELECT coalesce(max(id), 0) FROM version").fetchone()
        for start in range(0, last + 1, VERSIONS_PER_TRANSACTION):
            yield partial(self._erase_versions, start, start + VERSIONS_PER_TRANSACTION - 1)
        for no, articles, comments in self._archives:
            base = first_id(no)
            for start in range(0, articles, ARTICLES_PER_TRANSACTION):
                yield partial(self._erase_articles, base + start, base + start + ARTICLES_PER_TRANSACTION - 1)
            for start in range(0, comments, COMMENTS_PER_TRANSACTION):
                yield partial(self._erase_comments, base + start, base + start + COMMENTS_PER_TRANSACTION - 1)

    def _erase_versions(self, first: int, last: int) -> None:
        found = self._db.execute(
            "SELECT kind, row FROM version WHERE id BETWEEN ? AND ?"
            " AND coalesce(before ->> '$.author', before ->> '$.submitter') COLLATE NOCASE IN (?, ?, ?)",
            (first, last, *self._spellings),
        ).fetchall()
        mine = [(kind, row) for kind, row in found if archive_of(row) in self._among]
        self._empty_articles(sorted({row for kind, row in mine if kind == "article"}))
        self._empty_comments(sorted({row for kind, row in mine if kind == "comment"}))

    def _erase_articles(self, first: int, last: int) -> None:
        found = self._db.execute(
            "SELECT id FROM article WHERE id BETWEEN ? AND ? AND submitter COLLATE NOCASE IN (?, ?, ?)"
            " ORDER BY id",
            (first, last, *self._spellings),
        )
        self._empty_articles([row for (row,) in found])

    def _erase_comments(self, first: int, last: int) -> None:
        found = self._db.execute(
            "SELECT id FROM comment WHERE id BETWEEN ? AND ? AND author COLLATE NOCASE IN (?, ?, ?)"
            " ORDER BY id",
            (first, last, *self._spellings),
        )
        self._empty_comments([row for (row,) in found])

    def _empty_comments(self, ids: Sequence[int]) -> None:
        found = (self._row("comment", COMMENT, row) for row in ids)
        old = [CommentRow(*row) for row in found if row is not None]
        rewrite_comments(
            self._db, [(row, row._replace(author=DELETED, text=DELETED, grams=None)) for row in old]
        )
        for row in old:
            self._empty_versions("comment", row.id, {"author": DELETED, "text": DELETED, "grams": None})
        self.comments += len(old)

    def _empty_articles(self, ids: Sequence[int]) -> None:
        found = (self._row("article", ARTICLE, row) for row in ids)
        old = [ArticleRow(*row) for row in found if row is not None]
        changes = [(row, _emptied(row)) for row in old]
        rewrite_articles(self._db, changes)
        for row, new in changes:
            self._empty_versions("article", row.id, {name: getattr(new, name) for name in _of_submitter(row)})
        self.articles += len(old)

    def _row(self, table: str, columns: str, row: int) -> Sequence[Any] | None:
        found: Sequence[Any] | None = self._db.execute(
            f"SELECT {columns} FROM {table} WHERE id = ?", (row,)
        ).fetchone()
        return found

    def _empty_versions(self, kind: str, row: int, values: dict[str, object]) -> None:
        for number, text in self._db.execute(
            "SELECT id, before FROM version WHERE kind = ? AND row = ?", (kind, row)
        ).fetchall():
            before = json.loads(text)
            # What was not there before (an article that came after its comments) is not there then either.
            new = {name: values.get(name, was) if was is not None else None for name, was in before.items()}
            if new != before:
                self._db.execute(
                    "UPDATE version SET before = ? WHERE id = ?",
                    (json.dumps(new, ensure_ascii=False), number),
                )


def _of_submitter(article: ArticleRow) -> tuple[str, ...]:
    """The columns that hold the submitter's name and words: of a page, which is a site's, only the name."""
    if article.key is None:
        return ("submitter",)
    text = ("submitter", "body", "furniture", "grams")
    return (*text, "title", "fingerprint", "link", "address") if is_text_post(article.source) else text


def _emptied(old: ArticleRow) -> ArticleRow:
    empty: dict[str, Any] = {"submitter": DELETED, "body": "", "furniture": WITHDRAWN, "grams": None}
    if old.title is not None:
        empty |= {"title": DELETED, "fingerprint": title_fingerprint(DELETED), "link": None, "address": None}
    return old._replace(**{name: empty[name] for name in _of_submitter(old) if name in empty})
