"""Erases the texts and the name of an author from archives: rows, earlier versions and search index.

Rows stay, without text and name, so that replies keep their place. Undoing a load restores nothing, because
the versions that it would restore are erased too. The name in texts of other authors stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from bot.domain.articles import DELETED
from bot.domain.loads import Erased
from bot.domain.mentions import mentions, without_name
from bot.errors import Busy
from bot.store.corpus import authors
from bot.store.corpus.deduplication import title_fingerprint
from bot.store.corpus.rows import WITHDRAWN, ArticleRow, read_articles, read_comments
from bot.store.engine import Connection
from bot.store.ingest.erased_authors import ALL_ARCHIVES, hash_name, is_text_post, name_spellings
from bot.store.ingest.erased_receipts import erase_from_receipts
from bot.store.ingest.erased_words import erase_unused_words
from bot.store.ingest.upsert_threads import rewrite_articles, rewrite_comments
from bot.store.load_files import LoadFiles


def erase_author(
    db: Connection, files: LoadFiles, archive: int | None, name: str, now: int, on_batch: Callable[[], None]
) -> Erased:
    """Erases the author from one archive, or from all (None). From the first transaction on, no load adds the
    author again. `on_batch` is called after each transaction of bounded size; if it raises, or the process is
    killed, it stays in the table `erasure`, and erasing again erases the rest."""
    db.disk.remove_copies()
    erasure = _Erasure(db, archive, name.strip())
    key = (ALL_ARCHIVES if archive is None else archive, erasure.name)
    with db.disk.overwriting():
        with db.transaction():
            salt = db.execute("SELECT value FROM salt").fetchone()[0]
            db.execute(
                "INSERT INTO forgotten VALUES (?, ?, ?) ON CONFLICT (archive, author)"
                " DO UPDATE SET at = excluded.at",
                (key[0], hash_name(salt, erasure.name), now),
            )
            db.execute("INSERT INTO erasure VALUES (?, ?) ON CONFLICT DO NOTHING", key)
        for step in erasure.steps():
            with db.transaction():
                step()
            on_batch()
        # Older segments of the search index still contain the words, marked as deleted.
        db.text_index.merge(on_batch)
        erase_unused_words(db, on_batch)
        erase_from_receipts(db, files, erasure.name, erasure.loads())
        db.disk.release_space(on_batch)
    # The write-ahead log still has pages of before; a reader can delay this, so the erasure is not over yet.
    if not db.disk.truncate_log():
        raise Busy("database-busy", file=db.database_name)
    with db.transaction():  # it may have begun with other capitals
        db.execute("DELETE FROM erasure WHERE archive = ? AND lower(name) = lower(?)", key)
    db.disk.truncate_log()
    return Erased(erasure.articles, erasure.comments)


class _Erasure:
    def __init__(self, db: Connection, archive: int | None, name: str) -> None:
        self._db = db
        self.name = name
        self._spellings = name_spellings(name)
        self.articles = 0
        self.comments = 0
        archives = db.execute("SELECT no FROM archive WHERE ? IS NULL OR no = ?", (archive, archive))
        self._archives = [no for (no,) in archives]

    def steps(self) -> Iterator[Callable[[], None]]:
        for rows in authors.steps(self._db, self._archives):
            yield partial(self._erase, rows)

    def loads(self) -> list[int]:
        """The loads of these archives."""
        sql = f"SELECT id FROM load WHERE archive {self._db.in_list}"
        return [load for (load,) in self._db.execute(sql, (self._db.list_value(self._archives),))]

    def _erase(self, rows: authors.Rows) -> None:
        theirs = authors.rows_of_author(self._db, rows, self._archives, self._spellings)
        self._empty_articles(row for kind, row in theirs if kind == "article")
        self._empty_comments(row for kind, row in theirs if kind == "comment")

    def _empty_comments(self, ids: Iterable[int]) -> None:
        empty: dict[str, Any] = {"author": DELETED, "text": DELETED, "grams": None, "link": None}
        comments = read_comments(self._db, sorted(ids))
        rewrite_comments(self._db, [(comment, comment._replace(**empty)) for comment in comments])
        for comment in comments:
            self._empty_versions("comment", comment.id, empty)
        self.comments += len(comments)

    def _empty_articles(self, ids: Iterable[int]) -> None:
        articles = read_articles(self._db, sorted(ids))
        changes = [(article, self._emptied(article)) for article in articles]
        rewrite_articles(self._db, changes)
        for old, new in changes:
            columns = _submitter_columns(old)
            self._empty_versions("article", old.id, {name: getattr(new, name) for name in columns})
        self.articles += len(articles)

    def _empty_versions(self, kind: str, row: int, values: dict[str, object]) -> None:
        for number, text in self._db.execute(
            "SELECT id, before FROM version WHERE kind = ? AND row = ?", (kind, row)
        ).fetchall():
            before = json.loads(text)
            # Columns that were NULL before (of an article added after its comments) stay NULL.
            new = {name: None if old is None else values.get(name, old) for name, old in before.items()}
            new |= self._without_name(new)
            if new != before:
                self._db.execute(
                    "UPDATE version SET before = ? WHERE id = ?",
                    (json.dumps(new, ensure_ascii=False), number),
                )

    def _emptied(self, article: ArticleRow) -> ArticleRow:
        empty: dict[str, Any] = {"submitter": DELETED, "body": "", "furniture": WITHDRAWN, "grams": None}
        empty["discussion"] = None
        if article.title is not None:
            deleted = title_fingerprint(DELETED)
            empty |= {"title": DELETED, "fingerprint": deleted, "link": None, "address": None}
        columns = _submitter_columns(article)
        emptied = article._replace(**{name: empty[name] for name in columns if name in empty})
        return emptied._replace(**self._without_name(emptied._asdict()))

    def _without_name(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """Changes of an article's columns that name its author beside the text."""
        changes: dict[str, Any] = {
            column: without_name(self.name, columns[column])
            for column in ("title", "source", "subreddit", "flair")
            if mentions(self.name, columns.get(column))
        }
        if "title" in changes:
            changes["fingerprint"] = title_fingerprint(changes["title"])
        if mentions(self.name, columns.get("link")):
            changes |= {"link": None, "address": None}
        return changes


def _submitter_columns(article: ArticleRow) -> tuple[str, ...]:
    """The columns with the submitter's name and text; for a page, whose text is a site's, only the name."""
    if article.key is None:
        return ("submitter",)
    text = ("submitter", "body", "furniture", "grams", "discussion")
    own = is_text_post(article.source, article.link, article.discussion)
    return (*text, "title", "fingerprint", "link", "address") if own else text
