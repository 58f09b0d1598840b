"""Stores a batch of threads: reads the stored rows, merges in memory, writes in bulk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeVar

from bot.domain.articles import GONE
from bot.domain.loads import Counts
from bot.store.corpus import deduplication
from bot.store.corpus.receipts import LoadCounts
from bot.store.corpus.rows import ARTICLE, COMMENT, ArticleRow, CommentRow, first_id, last_id
from bot.store.engine import Connection
from bot.store.ingest import merge
from bot.store.ingest.bulk_insert import insert_rows
from bot.store.ingest.merge import Annotator, IncomingThread
from bot.store.ingest.pending_index import PendingIndex
from bot.store.search import zone_map

_MAX_GROUND = 3
_LOOKUPS = (
    ("key", "", None),
    ("address", " AND key IS NULL", None),
    ("fingerprint", " AND key IS NULL", False),
    # A site has thousands of articles "Live updates", which differ by their links.
    ("fingerprint", " AND key IS NULL AND address IS NULL", True),
)
"""Columns of an identity, more conditions, and whether that is for threads with a link, if only for some."""
_NO_ID = 1 << 63  # higher than any
_Row = TypeVar("_Row", bound=ArticleRow | CommentRow)
Changes = Sequence[tuple[_Row, _Row]]
"""Rows before and after a change, by ascending id."""


@dataclass(slots=True)
class _Plan:
    """The rows to write; new rows are in the order of their ids, which are contiguous."""

    articles: list[tuple[int, ArticleRow, int]] = field(default_factory=list)
    """(id, article without one, number of comments)."""
    comments: list[tuple[object, ...]] = field(default_factory=list)
    changed_articles: list[tuple[ArticleRow, ArticleRow]] = field(default_factory=list)
    changed_comments: list[tuple[CommentRow, CommentRow]] = field(default_factory=list)
    added_comments: list[tuple[int, int]] = field(default_factory=list)
    """(number of added comments, article)."""
    named_again: list[int] = field(default_factory=list)
    """Stored articles that the dump names."""
    counts: LoadCounts = field(default_factory=LoadCounts)
    # Counted apart, as almost all threads of a dump are new:
    new_articles: int = 0
    new_comments: int = 0
    repeated_comments: int = 0


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

    def __init__(
        self, db: Connection, load: int, archive: int, annotator: Annotator, pending: PendingIndex
    ) -> None:
        self._db = db
        self._load = load
        self._archive = archive
        self._id_range = (first_id(archive), last_id(archive))
        self._annotator = annotator
        self._pending = pending
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
                alike = [row for name in thread.identities for row in candidates.get(name, ())]
                self._plan(plan, thread, list({row.id: row for row in alike}.values()) if alike else ())
            self._write(plan)
        except BaseException:
            self._next_article, self._next_comment = numbers
            raise
        new_comments = Counts(plan.new_comments, unchanged=plan.repeated_comments)
        plan.counts.add(LoadCounts(Counts(plan.new_articles), new_comments))
        return plan.counts

    # Lookups.

    def _candidates(self, run: Sequence[IncomingThread]) -> dict[tuple[str, int], list[ArticleRow]]:
        """The stored articles with the identities in the run, oldest first."""
        candidates: dict[tuple[str, int], list[ArticleRow]] = {}
        # Dumps are nearly sorted by id: submissions above the highest key are new without a lookup.
        highest = highest_key(self._db)
        others = [thread for thread in run if thread.article.key is None or thread.article.key <= highest]
        for column, condition, has_page in _LOOKUPS:
            values = [
                value
                for thread in others
                for name, value in thread.identities
                if name == column and has_page in (None, len(thread.identities) > 1)
            ]
            if values:
                for row in self._db.execute(
                    f"SELECT {ARTICLE} FROM article WHERE {column} {self._db.in_list}"
                    f" AND id BETWEEN ? AND ?{condition} ORDER BY id",
                    (self._db.list_value(values), *self._id_range),
                ):
                    article = ArticleRow(*row)
                    candidates.setdefault((column, getattr(article, column)), []).append(article)
        return candidates

    def _comments_of(self, article: ArticleRow, thread: IncomingThread) -> list[CommentRow]:
        """The stored comments of an article, unless the thread has none and its time depends on none."""
        new = thread.article
        if not thread.comments and new.title is not None and new.posted_at is not None:
            return []
        sql = f"SELECT {COMMENT} FROM comment WHERE article = ? ORDER BY id"
        return [CommentRow(*row) for row in self._db.execute(sql, (article.id,))]

    def _identify(
        self, thread: IncomingThread, candidates: Sequence[ArticleRow]
    ) -> tuple[ArticleRow, list[CommentRow]] | None:
        """The stored article that the thread matches by the rules of `bot.store.corpus.deduplication`, with
        its comments, or None."""
        if thread.article.key is not None:
            return (candidates[0], self._comments_of(candidates[0], thread)) if candidates else None
        ranked: list[tuple[int, ArticleRow]] = []
        for article in candidates:
            same = deduplication.same_publication(article, thread.article)
            ground = deduplication.count_agreeing_names(article, thread.article)
            if same or (same is None and ground is not None):
                ranked.append((_MAX_GROUND if same else ground or 0, article))
        for ground, article in sorted(ranked, key=lambda pair: -pair[0]):
            comments = self._comments_of(article, thread)
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
        article = thread.article
        if article.title is None and not thread.comments:
            return
        number, self._next_article = self._next_article, self._next_article + 1
        self._pending.add(1, len(article.title or "") + len(article.body))
        added = self._add_comments(plan, number, thread.comments)
        plan.articles.append((number, article, added))
        if article.title is not None:
            plan.counts.ids.append(number)
            plan.new_articles += 1
        plan.new_comments += added
        plan.repeated_comments += thread.repeated

    def _plan_known(
        self, plan: _Plan, thread: IncomingThread, old: ArticleRow, stored: Sequence[CommentRow]
    ) -> None:
        if thread.thread.is_excerpt and old.body:
            thread = replace(thread, article=thread.article._replace(body="", furniture=None))
        pairs = merge.pair_comments(stored, thread.comments)
        added = [comment for known, comment in zip(pairs, thread.comments, strict=True) if known is None]
        updated: list[tuple[CommentRow, CommentRow]] = []
        older = 0
        for known, comment in zip(pairs, thread.comments, strict=True):
            if known is None or merge.is_repeated(comment, known):
                continue
            if merge.comment_changed(known, now := merge.merge_comment(known, comment)):
                updated.append((known, now))
            else:
                older += merge.is_older(comment, known)
        earliest = min((comment.posted_at for comment in (*stored, *added)), default=None)
        new = merge.merge_article(old, thread.article, earliest)
        changed = merge.article_changed(old, new)
        if changed:
            if (new.title, new.body) != (old.title, old.body):
                [(language, bigrams)] = self._annotator.annotate([(new.title or "", new.body)])
                new = new._replace(language=language, grams=bigrams)
            plan.changed_articles.append((old, new))
        for known, now in updated:
            if known.text != now.text:
                now = now._replace(grams=self._annotator.bigrams(now.text))
            plan.changed_comments.append((known, now))
        if count := self._add_comments(plan, old.id, added):
            plan.added_comments.append((count, old.id))
        unchanged = len(thread.comments) + thread.repeated - count - len(updated) - older
        comments = Counts(count, len(updated), unchanged, older)
        ids = [old.id] if new.title else []
        articles = _article_counts(old, thread.article, changed=changed)
        plan.counts.add(LoadCounts(articles, comments, ids))
        plan.named_again.append(old.id)

    def _add_comments(self, plan: _Plan, article: int, comments: Sequence[CommentRow]) -> int:
        if not comments:
            return 0
        numbers = range(self._next_comment, self._next_comment + len(comments))
        plan.comments += [
            merge.new_comment(comment, number, article, self._annotator)
            for number, comment in zip(numbers, comments, strict=True)
        ]
        self._next_comment += len(comments)
        self._pending.add(len(comments), sum(len(comment.text) for comment in comments))
        return len(comments)

    # Writes.

    def _write(self, plan: _Plan) -> None:
        db = self._db
        articles, comments = sorted(plan.changed_articles), sorted(plan.changed_comments)
        rewrite_articles(db, articles, self._pending.first_article)
        rewrite_comments(db, comments, self._pending.first_comment)
        write_versions(db, self._load, "article", articles)
        write_versions(db, self._load, "comment", comments)
        new_articles = merge.new_articles(plan.articles, self._annotator)
        self._insert("article", new_articles, self._next_article - len(plan.articles))
        self._insert("comment", plan.comments, self._next_comment - len(plan.comments))
        update = f"UPDATE {db.or_fail} article SET comments = comments + ? WHERE id = ?"
        db.executemany(update, plan.added_comments)
        named = [(self._load, article) for article in plan.named_again]
        db.executemany("UPDATE missing SET load = ? WHERE article = ?", named)
        db.execute(
            "UPDATE archive SET next_article = ?, next_comment = ? WHERE no = ?",
            (self._next_article - self._id_range[0], self._next_comment - self._id_range[0], self._archive),
        )

    def _insert(self, kind: str, rows: Sequence[tuple[object, ...]], first: int) -> None:
        """Stores rows with contiguous ids from `first` on."""
        if rows:
            insert_rows(self._db, kind, list(chain.from_iterable(rows)), len(rows[0]))
            extend_extent(self._db, self._load, kind, first, first + len(rows) - 1)


def highest_key(db: Connection) -> int:
    """The highest key of an article in any archive; -1 if there is none."""
    sql = "SELECT key FROM article WHERE key IS NOT NULL ORDER BY key DESC LIMIT 1"
    (key,) = db.execute(sql).fetchone() or (-1,)
    return int(key)


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


def rewrite_articles(db: Connection, changes: Changes[ArticleRow], first_pending: int = _NO_ID) -> None:
    """Replaces rows and their entries in the search indexes; `changes` ascend by id. Rows from
    `first_pending` on have no entries yet."""
    _update_rows(db, "article", changes)
    zone_map.widen(db, [(new.id, new.posted_at) for old, new in changes if new.posted_at != old.posted_at])
    indexed = [(old, new) for old, new in changes if old.id < first_pending]
    entries = [(old.id, _indexed_article(old), _indexed_article(new)) for old, new in indexed]
    db.text_index.replace("article", entries)


def rewrite_comments(db: Connection, changes: Changes[CommentRow], first_pending: int = _NO_ID) -> None:
    """Replaces rows and their entries in the search index, as `rewrite_articles` does."""
    _update_rows(db, "comment", changes)
    indexed = [(old, new) for old, new in changes if old.id < first_pending]
    entries = [(old.id, _indexed_comment(old), _indexed_comment(new)) for old, new in indexed]
    db.text_index.replace("comment", entries)


def _update_rows(db: Connection, table: str, changes: Changes[_Row]) -> None:
    columns = ArticleRow._fields if table == "article" else CommentRow._fields
    values = ", ".join(f"{name} = ?" for name in columns[1:])
    rows = [(*new[1:], new.id) for _, new in changes]
    db.executemany(f"UPDATE {db.or_fail} {table} SET {values} WHERE id = ?", rows)


def _indexed_article(row: ArticleRow) -> tuple[object, ...] | None:
    """What is indexed of an article."""
    return None if row.title is None else (row.title, row.body, row.grams)


def _indexed_comment(row: CommentRow) -> tuple[object, ...] | None:
    """What is indexed of a comment. The condition is that of the view `comment_text`."""
    return None if row.text in GONE else (row.text, row.grams)


def _article_counts(old: ArticleRow, incoming: ArticleRow, *, changed: bool) -> Counts:
    if incoming.title is None:
        return Counts()
    if old.title is None:
        return Counts(new=1)
    if changed:
        return Counts(updated=1)
    return Counts(older=1) if merge.is_older(incoming, old) else Counts(unchanged=1)
