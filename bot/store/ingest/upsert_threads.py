"""Stores a batch of threads: looks up what is there, decides in memory, writes in bulk."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.articles import GONE
from bot.domain.loads import Counts
from bot.store.corpus import deduplication
from bot.store.corpus.receipts import LoadCounts
from bot.store.corpus.rows import ARTICLE, COMMENT, ArticleRow, CommentRow, first_id, last_id
from bot.store.ingest import merge
from bot.store.ingest.merge import Annotate, Annotation, IncomingThread
from bot.store.search import zone_map

_ARTICLE_MARKS = ", ".join("?" * len(ArticleRow._fields))
COMMENT_MARKS = ", ".join("?" * len(CommentRow._fields))
_SET_ARTICLE = ", ".join(f"{name} = ?" for name in ArticleRow._fields[1:])
_SET_COMMENT = ", ".join(f"{name} = ?" for name in CommentRow._fields[1:])

# One statement for taking away ('delete', with the values that the index holds) and for putting in (NULL), so
# that the row ids of a batch ascend through both: FTS5 writes its buffer out whenever they step back.
INDEX_ARTICLE = "INSERT INTO article_fts (article_fts, rowid, title, body, grams) VALUES (?, ?, ?, ?, ?)"
INDEX_TITLE = "INSERT INTO title_fts (title_fts, rowid, title) VALUES (?, ?, ?)"
INDEX_COMMENT = "INSERT INTO comment_fts (comment_fts, rowid, text, grams) VALUES (?, ?, ?, ?)"


@dataclass(slots=True)
class _Changes:
    """What is to be written; new rows in the order of their ids, which are contiguous."""

    articles: list[ArticleRow] = field(default_factory=list)
    comments: list[CommentRow] = field(default_factory=list)
    changed_articles: list[tuple[ArticleRow, ArticleRow]] = field(default_factory=list)
    changed_comments: list[tuple[CommentRow, CommentRow]] = field(default_factory=list)
    added_comments: list[tuple[int, int]] = field(default_factory=list)
    """How many comments more, and the article."""
    counts: LoadCounts = field(default_factory=LoadCounts)


def runs_without_repeats(threads: Iterable[IncomingThread]) -> Iterator[list[IncomingThread]]:
    """Parts of the sequence in which no article can occur twice: each can be decided on what is stored."""
    run: list[IncomingThread] = []
    marks: set[tuple[str, int]] = set()
    for thread in threads:
        if thread.identity in marks:
            yield run
            run, marks = [], set()
        run.append(thread)
        marks.add(thread.identity)
    if run:
        yield run


class ThreadUpserter:
    """Writes threads into one archive for one load, inside the caller's transaction."""

    def __init__(self, db: sqlite3.Connection, load: int, archive: int, annotate: Annotate | None) -> None:
        self._db = db
        self._load = load
        self._archive = archive
        self._id_range = (first_id(archive), last_id(archive))
        self._annotate = annotate
        row = db.execute("SELECT next_article, next_comment FROM archive WHERE no = ?", (archive,)).fetchone()
        self._next_article: int = self._id_range[0] + row[0]
        self._next_comment: int = self._id_range[0] + row[1]

    def store(self, run: Sequence[IncomingThread]) -> LoadCounts:
        """Stores one of `runs`, whole or (by raising) not at all: the caller rolls back."""
        known = self._candidates(run)
        numbers = self._next_article, self._next_comment
        plan = _Changes()
        try:
            for thread in run:
                self._plan(plan, thread, known.get(thread.identity, ()))
            self._write(plan)
        except BaseException:
            self._next_article, self._next_comment = numbers
            raise
        return plan.counts

    # Looking up.

    def _candidates(self, run: Sequence[IncomingThread]) -> dict[tuple[str, int], list[ArticleRow]]:
        """The stored articles with the marks of the run, oldest first."""
        known: dict[tuple[str, int], list[ArticleRow]] = {}
        for column, also in (("fingerprint", " AND key IS NULL"), ("key", "")):
            marks = [thread.identity[1] for thread in run if thread.identity[0] == column]
            if marks:
                for row in self._db.execute(
                    f"SELECT {ARTICLE} FROM article WHERE {column} IN (SELECT value FROM json_each(?))"
                    f" AND id BETWEEN ? AND ?{also} ORDER BY id",
                    (json.dumps(marks), *self._id_range),
                ):
                    article = ArticleRow(*row)
                    known.setdefault((column, getattr(article, column)), []).append(article)
        return known

    def _comments_of(self, article: ArticleRow) -> list[CommentRow]:
        return [
            CommentRow(*row)
            for row in self._db.execute(
                f"SELECT {COMMENT} FROM comment WHERE article = ? ORDER BY id",
                (article.id,),
            )
        ]

    def _identify(
        self, thread: IncomingThread, candidates: Sequence[ArticleRow]
    ) -> tuple[ArticleRow, list[CommentRow]] | None:
        """The stored article that the thread is, with its comments: the rules are in
        `bot.store.corpus.deduplication`."""
        if thread.article.key is not None:
            return (candidates[0], self._comments_of(candidates[0])) if candidates else None
        ranked = [
            (ground, article)
            for article in candidates
            if (ground := deduplication.count_agreeing_names(article, thread.article)) is not None
        ]
        for ground, article in sorted(ranked, key=lambda one: -one[0]):
            comments = self._comments_of(article)
            if ground or self._agree(article, comments, thread):
                return article, comments
        return None

    @staticmethod
    def _agree(article: ArticleRow, comments: Sequence[CommentRow], thread: IncomingThread) -> bool:
        if article.title is not None and deduplication.same_beginning(article, thread.article):
            return True
        return any(merge.pair_comments(comments, thread.comments))

    # Deciding.

    def _plan(self, plan: _Changes, thread: IncomingThread, candidates: Sequence[ArticleRow]) -> None:
        found = self._identify(thread, candidates)
        if found is None:
            self._plan_new(plan, thread)
        else:
            self._plan_known(plan, thread, *found)

    def _plan_new(self, plan: _Changes, thread: IncomingThread) -> None:
        if thread.article.title is None and not thread.comments:
            return
        article = thread.article._replace(id=self._next_article)
        self._next_article += 1
        note = self._annotation(thread, article)
        added = self._add_comments(plan, article.id, thread.comments, note)
        plan.articles.append(article._replace(comments=added, language=note.language, grams=note.bigrams))
        hidden = article.title is None
        plan.counts.add(
            LoadCounts(
                Counts(new=0 if hidden else 1),
                Counts(new=added),
                [] if hidden else [article.id],
            )
        )

    def _plan_known(
        self, plan: _Changes, thread: IncomingThread, old: ArticleRow, stored: Sequence[CommentRow]
    ) -> None:
        pairs = merge.pair_comments(stored, thread.comments)
        fresh = [
            comment if was is None else None for was, comment in zip(pairs, thread.comments, strict=True)
        ]
        earliest = min((comment.posted_at for comment in (*stored, *filter(None, fresh))), default=None)
        new = merge.merge_article(old, thread.article, earliest)
        changed = merge.article_changed(old, new)
        updates = [
            (was, merge.merge_comment(was, comment), number)
            for number, (was, comment) in enumerate(zip(pairs, thread.comments, strict=True))
            if was is not None
        ]
        updates = [update for update in updates if merge.comment_changed(*update[:2])]
        note = Annotation()
        if changed or updates or any(fresh):
            note = self._annotation(thread, new)
        if changed:
            if (new.title, new.body) != (old.title, old.body):
                new = new._replace(language=note.language, grams=note.bigrams)
            plan.changed_articles.append((old, new))
        for was, now, number in updates:
            if was.text != now.text:
                now = now._replace(grams=_comment_bigrams(note, number))
            plan.changed_comments.append((was, now))
        if added := self._add_comments(plan, old.id, fresh, note):
            plan.added_comments.append((added, old.id))
        rest = len(thread.comments) - added - len(updates)
        plan.counts.add(
            LoadCounts(
                _article_counts(old, new, changed),
                Counts(added, len(updates), rest),
                [old.id] if new.title else [],
            )
        )

    def _annotation(self, thread: IncomingThread, row: ArticleRow) -> Annotation:
        return self._annotate(merge.as_stored(thread.thread, row)) if self._annotate else Annotation()

    def _add_comments(
        self, plan: _Changes, article: int, comments: Sequence[CommentRow | None], note: Annotation
    ) -> int:
        first = self._next_comment
        for number, comment in enumerate(comments):
            if comment is not None:
                plan.comments.append(
                    comment._replace(
                        id=self._next_comment, article=article, grams=_comment_bigrams(note, number)
                    )
                )
                self._next_comment += 1
        return self._next_comment - first

    # Writing.

    def _write(self, plan: _Changes) -> None:
        db = self._db
        self._write_changes(plan)
        if plan.articles:
            first, last = plan.articles[0].id, plan.articles[-1].id
            db.executemany(f"INSERT INTO article VALUES ({_ARTICLE_MARKS})", plan.articles)
            db.execute(
                "INSERT INTO article_fts (rowid, title, body, grams)"
                " SELECT id, title, body, grams FROM article WHERE id BETWEEN ? AND ? AND title IS NOT NULL",
                (first, last),
            )
            db.execute(
                "INSERT INTO title_fts (rowid, title) SELECT id, title FROM article"
                " WHERE id BETWEEN ? AND ? AND title IS NOT NULL",
                (first, last),
            )
            extend_extent(db, self._load, "article", first, last)
        if plan.comments:
            first, last = plan.comments[0].id, plan.comments[-1].id
            db.executemany(f"INSERT INTO comment VALUES ({COMMENT_MARKS})", plan.comments)
            db.execute(
                "INSERT INTO comment_fts (rowid, text, grams) SELECT id, text, grams FROM comment_text"
                " WHERE id BETWEEN ? AND ?",
                (first, last),
            )
            extend_extent(db, self._load, "comment", first, last)
        db.executemany("UPDATE article SET comments = comments + ? WHERE id = ?", plan.added_comments)
        db.execute(
            "UPDATE archive SET next_article = ?, next_comment = ? WHERE no = ?",
            (self._next_article - self._id_range[0], self._next_comment - self._id_range[0], self._archive),
        )

    def _write_changes(self, plan: _Changes) -> None:
        articles, comments = sorted(plan.changed_articles), sorted(plan.changed_comments)
        rewrite_articles(self._db, articles)
        rewrite_comments(self._db, comments)
        write_versions(self._db, self._load, "article", articles)
        write_versions(self._db, self._load, "comment", comments)


def extend_extent(db: sqlite3.Connection, load: int, kind: str, first: int, last: int) -> None:
    """Notes that the load brought the rows `first` to `last`."""
    grown = db.execute(
        "UPDATE extent SET last = ? WHERE load = ? AND kind = ? AND last = ?", (last, load, kind, first - 1)
    )
    if not grown.rowcount:
        db.execute("INSERT INTO extent VALUES (?, ?, ?, ?)", (load, kind, first, last))


def write_versions(
    db: sqlite3.Connection,
    load: int,
    kind: str,
    changes: Sequence[tuple[ArticleRow, ArticleRow]] | Sequence[tuple[CommentRow, CommentRow]],
) -> None:
    """Notes what the rows said before the load changed them."""
    db.executemany(
        "INSERT INTO version (kind, row, load, before) VALUES (?, ?, ?, ?)",
        [
            (kind, old.id, load, json.dumps(merge.previous_values(old, new), ensure_ascii=False))
            for old, new in changes
        ],
    )


def rewrite_articles(db: sqlite3.Connection, changes: Sequence[tuple[ArticleRow, ArticleRow]]) -> None:
    """Replaces rows and what the search indexes hold of them; `changes` ascend by id."""
    db.executemany(
        f"UPDATE article SET {_SET_ARTICLE} WHERE id = ?", [(*new[1:], new.id) for _, new in changes]
    )
    zone_map.widen(db, [(new.id, new.posted_at) for old, new in changes if new.posted_at != old.posted_at])
    texts = [
        (sign, row.id, row.title, row.body, row.grams)
        for old, new in changes
        if (old.title, old.body, old.grams) != (new.title, new.body, new.grams)
        for sign, row in (("delete", old), (None, new))
        if row.title is not None
    ]
    db.executemany(INDEX_ARTICLE, texts)
    titles = [
        (sign, row.id, row.title)
        for old, new in changes
        if old.title != new.title
        for sign, row in (("delete", old), (None, new))
        if row.title is not None
    ]
    db.executemany(INDEX_TITLE, titles)


def rewrite_comments(db: sqlite3.Connection, changes: Sequence[tuple[CommentRow, CommentRow]]) -> None:
    """Replaces rows and what the search index holds of them; `changes` ascend by id."""
    db.executemany(
        f"UPDATE comment SET {_SET_COMMENT} WHERE id = ?", [(*new[1:], new.id) for _, new in changes]
    )
    texts = [
        (sign, row.id, row.text, row.grams)
        for old, new in changes
        if (old.text, old.grams) != (new.text, new.grams)
        for sign, row in (("delete", old), (None, new))
        if row.text not in GONE  # as the view `comment_text` has it
    ]
    db.executemany(INDEX_COMMENT, texts)


def _article_counts(old: ArticleRow, new: ArticleRow, changed: bool) -> Counts:
    if new.title is None:
        return Counts()
    if old.title is None:
        return Counts(new=1)
    return Counts(updated=1) if changed else Counts(unchanged=1)


def _comment_bigrams(note: Annotation, number: int) -> str | None:
    return note.comment_bigrams[number] if note.comment_bigrams else None
