"""Deletes articles with their comments from an archive, permanently: by age, source and subreddit, or all.

Receipts stay as they were, and undoing their loads later skips what is gone. Without a condition the loads
are deleted too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from bot.clock import to_unix
from bot.domain.loads import Purged, PurgeFilter
from bot.store.corpus.rows import ARTICLE, ID_SHIFT, ArticleRow, loads_of_comments
from bot.store.engine import Connection
from bot.store.ingest.rejects import rejects_name
from bot.store.ingest.undo import stub
from bot.store.ingest.upsert_threads import rewrite_articles
from bot.store.load_files import LoadFiles

ARTICLES_PER_TRANSACTION = 200
COMMENTS_PER_TRANSACTION = 5000


def count(db: Connection, archive: int, purged: PurgeFilter) -> Purged:
    """What `purge` would delete."""
    where, values = _condition(db, archive, purged)
    row = db.execute(f"SELECT count(title), coalesce(sum(comments), 0) FROM article WHERE {where}", values)
    return Purged(*row.fetchone())


def purge(
    db: Connection, files: LoadFiles, archive: int, purged: PurgeFilter, on_batch: Callable[[], None]
) -> Purged:
    """Deletes in transactions of bounded size, and calls `on_batch` after each; purging again deletes the
    rest."""
    where, (last, *values) = _condition(db, archive, purged)
    articles = comments = 0
    while True:
        with db.transaction():
            sql = f"SELECT id FROM article WHERE {where} ORDER BY id LIMIT ?"
            rows = [row for (row,) in db.execute(sql, (last, *values, ARTICLES_PER_TRANSACTION))]
            if not rows:
                break
            removed = _remove_comments(db, db.list_value(rows))
            comments += removed
            if not removed:
                articles += _remove_articles(db, db.list_value(rows))
                last = rows[-1]
        on_batch()
    if purged == PurgeFilter():
        _remove_loads(db, files, archive)
    return Purged(articles, comments)


def _condition(db: Connection, archive: int, purged: PurgeFilter) -> tuple[str, tuple[object, ...]]:
    parts: dict[str, object] = {"id > ?": archive << ID_SHIFT, "id < ?": (archive + 1) << ID_SHIFT}
    if purged.before is not None:
        parts["posted_at < ?"] = to_unix(purged.before)
    if purged.source is not None:
        parts[f"source = ? {db.ignoring_case}"] = purged.source
    if purged.subreddit is not None:
        parts["lower(subreddit) = ?"] = purged.subreddit.casefold().removeprefix("r/")
    # Comments that wait for their article have none of these.
    shown = "" if purged == PurgeFilter() else " AND title IS NOT NULL"
    return " AND ".join(parts) + shown, tuple(parts.values())


def _remove_comments(db: Connection, articles: object) -> int:
    of_articles = f"SELECT id FROM comment WHERE article {db.in_list} LIMIT ?"
    rows = sorted(row for (row,) in db.execute(of_articles, (articles, COMMENTS_PER_TRANSACTION)))
    ids = db.list_value(rows)
    db.text_index.remove_comments(rows)
    removed = db.execute(
        f"SELECT count(*), article FROM comment WHERE id {db.in_list} GROUP BY article", (ids,)
    )
    db.executemany("UPDATE article SET comments = comments - ? WHERE id = ?", removed.fetchall())
    purged = Counter(loads_of_comments(db, rows).values())
    db.executemany(
        "UPDATE load SET comments_purged = comments_purged + ? WHERE id = ?",
        [(count, load) for load, count in purged.items()],
    )
    db.execute(f"DELETE FROM version WHERE kind = 'comment' AND row {db.in_list}", (ids,))
    db.execute(f"DELETE FROM comment WHERE id {db.in_list}", (ids,))
    return len(rows)


def _remove_articles(db: Connection, ids: object) -> int:
    sql = f"SELECT {ARTICLE} FROM article WHERE id {db.in_list}"
    articles = [ArticleRow(*row) for row in db.execute(sql, (ids,))]
    rewrite_articles(db, [(article, stub(article)) for article in articles])
    db.execute(f"DELETE FROM version WHERE kind = 'article' AND row {db.in_list}", (ids,))
    db.execute(f"DELETE FROM article WHERE id {db.in_list}", (ids,))
    return sum(article.title is not None for article in articles)


def _remove_loads(db: Connection, files: LoadFiles, archive: int) -> None:
    with db.transaction():
        loads = [load for (load,) in db.execute("SELECT id FROM load WHERE archive = ?", (archive,))]
        for table in ("rejection", "extent", "version", "omitted"):
            db.executemany(f"DELETE FROM {table} WHERE load = ?", [(load,) for load in loads])
        db.execute("DELETE FROM load WHERE archive = ?", (archive,))
        db.execute("DELETE FROM reply_place WHERE archive = ?", (archive,))
    for load in loads:
        files.delete(rejects_name(load))
