"""Stores a batch of threads: reads the stored rows, merges in memory, writes in bulk."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from sqlite3 import Connection
from typing import TypeVar

from bot.domain.articles import GONE
from bot.domain.loads import Counts
from bot.store.corpus import deduplication
from bot.store.corpus.receipts import LoadCounts
from bot.store.corpus.rows import ARTICLE, COMMENT, ArticleRow, CommentRow, first_id, last_id
from bot.store.ingest import merge
from bot.store.ingest.bulk_insert import insert_rows
from bot.store.ingest.merge import Annotate, Annotation, IncomingThread
from bot.store.search import zone_map

_INDEX_ARTICLES = """
INSERT INTO article_fts (rowid, title, body, grams)
    SELECT id, title, body, grams FROM article WHERE id BETWEEN ? AND ? AND title IS NOT NULL
"""
_INDEX_TITLES = """
INSERT INTO title_fts (rowid, title)
    SELECT id, title FROM article WHERE id BETWEEN ? AND ? AND title IS NOT NULL
"""
INDEX_COMMENTS = """
INSERT INTO comment_fts (rowid, text, grams)
    SELECT id, text, grams FROM comment_text WHERE id BETWEEN ? AND ? ORDER BY id
"""
"""Adds the rows with these ids to the search indexes."""
_MAX_GROUND = 3
_LOOKUPS = (
    ("key", "", None),
    ("address", " AND key IS NULL", None),
    ("fingerprint", " AND key IS NULL", False),
    # A site has thousands of articles "Live updates", which differ by their links.
    ("fingerprint", " AND key IS NULL AND address IS NULL", True),
)
"""Columns of an identity, more conditions, and whether that is for threads with a link, if only for some."""
_Row = TypeVar("_Row", bound=ArticleRow | CommentRow)
Changes = Sequence[tuple[_Row, _Row]]
"""Rows before and after a change, by ascending id."""


@dataclass(slots=True)
class _Plan:
    """The rows to write; new rows are in the order of their ids, which are contiguous."""

    articles: list[ArticleRow] = field(default_factory=list)
    comments: list[CommentRow] = field(default_factory=list)
    changed_articles: list[tuple[ArticleRow, ArticleRow]] = field(default_factory=list)
    changed_comments: list[tuple[CommentRow, CommentRow]] = field(default_factory=list)
    added_comments: list[tuple[int, int]] = field(default_factory=list)
    """(number of added comments, article)."""
    named_again: list[int] = field(default_factory=list)
    """Stored articles that the dump names."""
    counts: LoadCounts = field(default_factory=LoadCounts)


def runs_without_repeats(threads: Iterable[IncomingThread]) -> Iterator[list[IncomingThread]]:
    """Splits the sequence into runs in which no article can occur twice: each thread of a run depends only on
    stored rows."""
    run: list[IncomingThread] = []
    identities: set[tuple[str, int]] = set()
    for thread in threads:
        if not identities.isdisjoint(thread.identities):
            yield run
            run, identities = [], set()
        run.append(thread)
        identities.update(thread.identities)
    if run:
        yield run


class ThreadUpserter:
    """Writes threads into one archive for one load, inside the caller's transaction."""

    def __init__(self, db: Connection, load: int, archive: int, annotate: Annotate | None) -> None:
        self._db = db
        self._load = load
        self._archive = archive
        self._id_range = (first_id(archive), last_id(archive))
        self._annotate = annotate
        row = db.execute("SELECT next_article, next_comment FROM archive WHERE no = ?", (archive,)).fetchone()
        self._next_article: int = self._id_range[0] + row[0]
        self._next_comment: int = self._id_range[0] + row[1]

    def store(self, run: Sequence[IncomingThread]) -> LoadCounts:
        """Stores one run completely; if it raises, the caller must roll back."""
        candidates = self._candidates(run)
        numbers = self._next_article, self._next_comment
        plan = _Plan()
        try:
            for thread in run:
                alike = {row.id: row for name in thread.identities for row in candidates.get(name, ())}
                self._plan(plan, thread, list(alike.values()))
            self._write(plan)
        except BaseException:
            self._next_article, self._next_comment = numbers
            raise
        return plan.counts

    # Lookups.

    def _candidates(self, run: Sequence[IncomingThread]) -> dict[tuple[str, int], list[ArticleRow]]:
        """The stored articles with the identities in the run, oldest first."""
        candidates: dict[tuple[str, int], list[ArticleRow]] = {}
        for column, condition, has_page in _LOOKUPS:
            values = [
                value
                for thread in run
                for name, value in thread.identities
                if name == column and has_page in (None, len(thread.identities) > 1)
            ]
            if values:
                for row in self._db.execute(
                    f"SELECT {ARTICLE} FROM article WHERE {column} IN (SELECT value FROM json_each(?))"
                    f" AND id BETWEEN ? AND ?{condition} ORDER BY id",
                    (json.dumps(values), *self._id_range),
                ):
                    article = ArticleRow(*row)
                    candidates.setdefault((column, getattr(article, column)), []).append(article)
        return candidates

    def _comments_of(self, article: ArticleRow) -> list[CommentRow]:
        sql = f"SELECT {COMMENT} FROM comment WHERE article = ? ORDER BY id"
        return [CommentRow(*row) for row in self._db.execute(sql, (article.id,))]

    def _identify(
        self, thread: IncomingThread, candidates: Sequence[ArticleRow]
    ) -> tuple[ArticleRow, list[CommentRow]] | None:
        """The stored article that the thread matches by the rules of `bot.store.corpus.deduplication`, with
        its comments, or None."""
        if thread.article.key is not None:
            return (candidates[0], self._comments_of(candidates[0])) if candidates else None
        ranked: list[tuple[int, ArticleRow]] = []
        for article in candidates:
            same = deduplication.same_publication(article, thread.article)
            ground = deduplication.count_agreeing_names(article, thread.article)
            if same or (same is None and ground is not None):
                ranked.append((_MAX_GROUND if same else ground or 0, article))
        for ground, article in sorted(ranked, key=lambda pair: -pair[0]):
            comments = self._comments_of(article)
            if ground or self._agree(article, comments, thread):
                return article, comments
        return None

    @staticmethod
    def _agree(article: ArticleRow, comments: Sequence[CommentRow], thread: IncomingThread) -> bool:
        if article.title is not None and deduplication.same_beginning(article, thread.article):
            return True
        return any(merge.pair_comments(comments, thread.comments))

    # Planning.

    def _plan(self, plan: _Plan, thread: IncomingThread, candidates: Sequence[ArticleRow]) -> None:
        known = self._identify(thread, candidates)
        if known is None:
            self._plan_new(plan, thread)
        else:
            self._plan_known(plan, thread, *known)

    def _plan_new(self, plan: _Plan, thread: IncomingThread) -> None:
        if thread.article.title is None and not thread.comments:
            return
        article = thread.article._replace(id=self._next_article)
        self._next_article += 1
        note = self._annotation(thread, article)
        added = self._add_comments(plan, article.id, thread.comments, note)
        plan.articles.append(article._replace(comments=added, language=note.language, grams=note.bigrams))
        ids = [] if article.title is None else [article.id]
        comments = Counts(new=added, unchanged=thread.repeated)
        plan.counts.add(LoadCounts(Counts(new=len(ids)), comments, ids))

    def _plan_known(
        self, plan: _Plan, thread: IncomingThread, old: ArticleRow, stored: Sequence[CommentRow]
    ) -> None:
        if thread.thread.is_excerpt and old.body:
            thread = replace(thread, article=thread.article._replace(body="", furniture=None))
        pairs = merge.pair_comments(stored, thread.comments)
        added: list[CommentRow | None] = []
        updated: list[tuple[int, CommentRow, CommentRow]] = []
        older = 0
        for number, (known, comment) in enumerate(zip(pairs, thread.comments, strict=True)):
            added.append(comment if known is None else None)
            if known is not None and merge.comment_changed(known, now := merge.merge_comment(known, comment)):
                updated.append((number, known, now))
            elif known is not None:
                older += merge.is_older(comment, known)
        earliest = min((comment.posted_at for comment in (*stored, *filter(None, added))), default=None)
        new = merge.merge_article(old, thread.article, earliest)
        changed = merge.article_changed(old, new)
        note = self._annotation(thread, new) if changed or updated or any(added) else Annotation()
        if changed:
            if (new.title, new.body) != (old.title, old.body):
                new = new._replace(language=note.language, grams=note.bigrams)
            plan.changed_articles.append((old, new))
        for number, known, now in updated:
            if known.text != now.text:
                now = now._replace(grams=_comment_bigrams(note, number))
            plan.changed_comments.append((known, now))
        if count := self._add_comments(plan, old.id, added, note):
            plan.added_comments.append((count, old.id))
        unchanged = len(thread.comments) + thread.repeated - count - len(updated) - older
        comments = Counts(count, len(updated), unchanged, older)
        ids = [old.id] if new.title else []
        articles = _article_counts(old, thread.article, changed=changed)
        plan.counts.add(LoadCounts(articles, comments, ids))
        plan.named_again.append(old.id)

    def _annotation(self, thread: IncomingThread, row: ArticleRow) -> Annotation:
        return self._annotate(merge.as_stored(thread.thread, row)) if self._annotate else Annotation()

    def _add_comments(
        self, plan: _Plan, article: int, comments: Sequence[CommentRow | None], note: Annotation
    ) -> int:
        first = self._next_comment
        for number, comment in enumerate(comments):
            if comment is not None:
                bigrams = _comment_bigrams(note, number)
                plan.comments.append(comment._replace(id=self._next_comment, article=article, grams=bigrams))
                self._next_comment += 1
        return self._next_comment - first

    # Writes.

    def _write(self, plan: _Plan) -> None:
        db = self._db
        articles, comments = sorted(plan.changed_articles), sorted(plan.changed_comments)
        rewrite_articles(db, articles)
        rewrite_comments(db, comments)
        write_versions(db, self._load, "article", articles)
        write_versions(db, self._load, "comment", comments)
        if ids := _insert_rows(db, "article", plan.articles):
            db.execute(_INDEX_ARTICLES, ids)
            db.execute(_INDEX_TITLES, ids)
            extend_extent(db, self._load, "article", *ids)
        if ids := _insert_rows(db, "comment", plan.comments):
            db.execute(INDEX_COMMENTS, ids)
            extend_extent(db, self._load, "comment", *ids)
        db.executemany("UPDATE article SET comments = comments + ? WHERE id = ?", plan.added_comments)
        named = [(self._load, article) for article in plan.named_again]
        db.executemany("UPDATE missing SET load = ? WHERE article = ?", named)
        db.execute(
            "UPDATE archive SET next_article = ?, next_comment = ? WHERE no = ?",
            (self._next_article - self._id_range[0], self._next_comment - self._id_range[0], self._archive),
        )


def _insert_rows(
    db: Connection, table: str, rows: Sequence[ArticleRow | CommentRow]
) -> tuple[int, int] | None:
    """Stores rows with contiguous ids; returns the first and the last, or None if there are no rows."""
    if not rows:
        return None
    insert_rows(db, table, list(chain.from_iterable(rows)), len(rows[0]))
    return rows[0].id, rows[-1].id


def extend_extent(db: Connection, load: int, kind: str, first: int, last: int) -> None:
    """Records that the load added the rows from `first` to `last`."""
    grown = db.execute(
        "UPDATE extent SET last = ? WHERE load = ? AND kind = ? AND last = ?", (last, load, kind, first - 1)
    )
    if not grown.rowcount:
        db.execute("INSERT INTO extent VALUES (?, ?, ?, ?)", (load, kind, first, last))


def write_versions(db: Connection, load: int, kind: str, changes: Changes[_Row]) -> None:
    """Records the former values of the rows that the load changed, for undo."""
    db.executemany(
        "INSERT INTO version (kind, row, load, before) VALUES (?, ?, ?, ?)",
        [
            (kind, old.id, load, json.dumps(merge.previous_values(old, new), ensure_ascii=False))
            for old, new in changes
        ],
    )


def rewrite_articles(db: Connection, changes: Changes[ArticleRow]) -> None:
    """Replaces rows and their entries in the search indexes; `changes` ascend by id."""
    _update_rows(db, "article", changes)
    zone_map.widen(db, [(new.id, new.posted_at) for old, new in changes if new.posted_at != old.posted_at])
    _reindex(db, "article_fts", ("title", "body", "grams"), changes, lambda row: row.title is not None)
    _reindex(db, "title_fts", ("title",), changes, lambda row: row.title is not None)


def rewrite_comments(db: Connection, changes: Changes[CommentRow]) -> None:
    """Replaces rows and their entries in the search index; `changes` ascend by id."""
    _update_rows(db, "comment", changes)
    # The condition is that of the view `comment_text`.
    _reindex(db, "comment_fts", ("text", "grams"), changes, lambda row: row.text not in GONE)


def _update_rows(db: Connection, table: str, changes: Changes[_Row]) -> None:
    columns = ArticleRow._fields if table == "article" else CommentRow._fields
    values = ", ".join(f"{name} = ?" for name in columns[1:])
    rows = [(*new[1:], new.id) for _, new in changes]
    # OR FAIL: see `insert_rows`.
    db.executemany(f"UPDATE OR FAIL {table} SET {values} WHERE id = ?", rows)


def _reindex(
    db: Connection,
    index: str,
    columns: tuple[str, ...],
    changes: Changes[_Row],
    is_indexed: Callable[[_Row], bool],
) -> None:
    """Replaces the index entries of rows in which any of these columns changed."""

    def values(row: _Row) -> list[object]:
        return [getattr(row, name) for name in columns]

    # One statement both deletes ('delete', with the indexed values) and adds (NULL), so that the row ids of a
    # batch ascend through both: FTS5 flushes its buffer whenever they descend.
    entries = [
        (command, row.id, *values(row))
        for old, new in changes
        if values(old) != values(new)
        for command, row in (("delete", old), (None, new))
        if is_indexed(row)
    ]
    marks = ", ".join("?" * (len(columns) + 2))
    db.executemany(f"INSERT INTO {index} ({index}, rowid, {', '.join(columns)}) VALUES ({marks})", entries)


def _article_counts(old: ArticleRow, incoming: ArticleRow, *, changed: bool) -> Counts:
    if incoming.title is None:
        return Counts()
    if old.title is None:
        return Counts(new=1)
    if changed:
        return Counts(updated=1)
    return Counts(older=1) if merge.is_older(incoming, old) else Counts(unchanged=1)


def _comment_bigrams(note: Annotation, number: int) -> str | None:
    return note.comment_bigrams[number] if note.comment_bigrams else None
