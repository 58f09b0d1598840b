"""Reads and updates the receipts of loads and their rejections."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from bot.domain.books import Books, ReadCounts
from bot.domain.dump import Rejection
from bot.domain.loads import Counts, Receipt
from bot.domain.stored_message import StoredMessage
from bot.store.corpus import rows
from bot.store.engine import Connection

MAX_RECEIPT_IDS = 1000
MAX_RECEIPT_REJECTIONS = 1000
"""Maximum number of rejections in a receipt; the rest are only counted."""
NOT_RESUMABLE = StoredMessage("load-problem-lost")
RESUMABLE = StoredMessage("load-problem-interrupted")
"""The problems of loads whose process ended, without and with a job to resume."""

_COLUMNS = ", ".join(name if name == "guild" else f"load.{name}" for name in rows.RECEIPT)
_SELECT = f"SELECT {_COLUMNS} FROM load JOIN archive ON archive.no = load.archive"


@dataclass(slots=True)
class LoadCounts:
    """Counts of what one batch of a load did to articles and comments, and the ids of its articles."""

    articles: Counts = field(default_factory=Counts)
    comments: Counts = field(default_factory=Counts)
    ids: list[int] = field(default_factory=list)

    def add(self, other: LoadCounts) -> None:
        """Adds the counts of another batch."""
        self.articles += other.articles
        self.comments += other.comments
        self.ids += other.ids


def crashed(load: int) -> StoredMessage:
    """The problem of a load that crashed repeatedly at the same place."""
    return StoredMessage("load-problem-crashed", {"load": str(load)})


def read_receipt(db: Connection, guild: int | None, load: int) -> Receipt | None:
    """The complete receipt of a load, or None if it is not in the archive of this guild (None: the shared
    archive)."""
    if not 0 < load < 1 << 63:
        return None
    row = db.execute(f"{_SELECT} WHERE load.id = ? AND guild = ?", (load, guild or 0)).fetchone()
    return None if row is None else _with_rejections(db, row)


def receipt_of(db: Connection, load: int) -> Receipt:
    """The complete receipt of a load that exists, in any archive."""
    return _with_rejections(db, db.execute(f"{_SELECT} WHERE load.id = ?", (load,)).fetchone())


def read_receipts(db: Connection, guild: int | None, limit: int) -> tuple[Receipt, ...]:
    """Receipts of a guild's archive, newest first, without their ids and rejections."""
    sql = f"{_SELECT} WHERE guild = ? ORDER BY load.id DESC LIMIT ?"
    return tuple(rows.receipt(row, ids=False) for row in db.execute(sql, (guild or 0, max(0, limit))))


def latest_receipts(db: Connection, guild: int | None, limit: int) -> tuple[Receipt, ...]:
    """Like `read_receipts`, but None stands for all archives."""
    sql = f"{_SELECT} WHERE ?1 IS NULL OR guild = ?1 ORDER BY load.id DESC LIMIT ?2"
    return tuple(rows.receipt(row, ids=False) for row in db.execute(sql, (guild, limit)))


def interrupted_loads(db: Connection) -> tuple[tuple[int | None, int], ...]:
    """Guild and number of each load with a job that is marked as running or was interrupted."""
    loads = db.execute(
        "SELECT guild, load.id FROM load JOIN archive ON no = archive WHERE job IS NOT NULL"
        " AND (state = 'running' OR (state = 'paused' AND problem_message = ?)) ORDER BY load.id",
        (rows.message_json(RESUMABLE),),
    )
    return tuple((guild or None, load) for guild, load in loads)


def count_remaining_comments(db: Connection, load: int) -> int:
    """Number of comments that a load added and that have not been undone."""
    sql = "SELECT coalesce(sum(last - first + 1), 0) FROM extent WHERE load = ? AND kind = 'comment'"
    return int(db.execute(sql, (load,)).fetchone()[0])


def unfinished_jobs(db: Connection, *, running: bool = True) -> tuple[str, ...]:
    """The jobs of loads that are paused or failed or, with `running`, running."""
    sql = "SELECT job FROM load WHERE job IS NOT NULL AND state IN ('paused', 'failed', ?)"
    return tuple(job for (job,) in db.execute(sql, ("running" if running else "",)))


def archive_of_running(db: Connection, load: int) -> int:
    """The archive of a load. Raises ValueError if it is not running."""
    row = db.execute("SELECT archive FROM load WHERE id = ? AND state = 'running'", (load,)).fetchone()
    if row is None:
        raise ValueError(f"load {load} is not running")
    return int(row[0])


def set_checkpoint(db: Connection, load: int, checkpoint: str) -> None:
    """Stores how far a load has come; crashes before a step forward no longer count."""
    db.execute(
        "UPDATE load SET checkpoint = ?1, crashes = CASE WHEN checkpoint = ?1 THEN crashes ELSE 0 END"
        " WHERE id = ?2",
        (checkpoint, load),
    )


def add_counts(db: Connection, load: int, counts: LoadCounts) -> None:
    """Adds the counts of a batch to the load's receipt."""
    articles, comments = counts.articles, counts.comments
    db.execute(
        "UPDATE load SET articles_new = articles_new + ?, articles_updated = articles_updated + ?,"
        " articles_unchanged = articles_unchanged + ?, articles_older = articles_older + ?,"
        " comments_new = comments_new + ?, comments_updated = comments_updated + ?,"
        " comments_unchanged = comments_unchanged + ?, comments_older = comments_older + ? WHERE id = ?",
        (
            *(articles.new, articles.updated, articles.unchanged, articles.older),
            *(comments.new, comments.updated, comments.unchanged, comments.older),
            load,
        ),
    )
    if counts.ids:
        ids: list[int] = json.loads(db.execute("SELECT ids FROM load WHERE id = ?", (load,)).fetchone()[0])
        if len(ids) < MAX_RECEIPT_IDS:
            ids = list(dict.fromkeys(ids + counts.ids))[:MAX_RECEIPT_IDS]
            db.execute("UPDATE load SET ids = ? WHERE id = ?", (json.dumps(ids), load))


def add_rejections(db: Connection, load: int, rejections: Sequence[Rejection]) -> None:
    """Counts rejections in the load's receipt, and stores the first MAX_RECEIPT_REJECTIONS."""
    if not rejections:
        return
    [before] = db.execute("SELECT rejected FROM load WHERE id = ?", (load,)).fetchone()
    kept = rejections[: max(0, MAX_RECEIPT_REJECTIONS - before)]
    db.executemany(
        "INSERT INTO rejection VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                *(load, number, escape_surrogates(rejection.where), rejection.reason),
                *(escape_surrogates(rejection.detail), rows.message_json(rejection.message)),
            )
            for number, rejection in enumerate(kept, before)
        ],
    )
    db.execute("UPDATE load SET rejected = rejected + ? WHERE id = ?", (len(rejections), load))


def add_read_counts(
    db: Connection, load: int, articles: ReadCounts, comments: ReadCounts, omitted: Mapping[int, int]
) -> None:
    """Adds what the reader counted to a load's receipt; `omitted` as in `bot.dumps.formats.records.Block`."""
    left_out, of_comments = map(
        json.loads,
        db.execute("SELECT left_out, comments_left_out FROM load WHERE id = ?", (load,)).fetchone(),
    )
    of_both = articles.left_out + comments.left_out
    db.execute(
        "UPDATE load SET left_out = ?, comments_left_out = ?, skipped = skipped + ?,"
        " articles_read = coalesce(articles_read, 0) + ?, articles_rejected = articles_rejected + ?,"
        " comments_read = coalesce(comments_read, 0) + ?, comments_rejected = comments_rejected + ?"
        " WHERE id = ?",
        (
            *(json.dumps(Counter(left_out) + of_both), json.dumps(Counter(of_comments) + comments.left_out)),
            *(of_both.total(), articles.read, articles.rejected, comments.read, comments.rejected, load),
        ),
    )
    db.executemany(
        "INSERT INTO omitted VALUES (?, ?, ?)"
        " ON CONFLICT (load, link) DO UPDATE SET comments = omitted.comments + excluded.comments",
        [(load, link, count) for link, count in omitted.items()],
    )


def close_books(db: Connection, load: int) -> None:
    """Counts the comments that a load added and that wait for their article, and those that are known to be
    missing from the articles that it named."""
    [archive] = db.execute("SELECT archive FROM load WHERE id = ?", (load,)).fetchone()
    bounds = rows.id_range(archive)
    extents = "SELECT 1 FROM extent e WHERE e.load = ?1 AND e.kind = 'article' AND"
    added = f"EXISTS ({extents} a.id BETWEEN e.first AND e.last)"
    named = f"EXISTS ({extents} m.article BETWEEN e.first AND e.last)"
    # Comments below an article of the load's own are its own too, and need not be read: they can be millions.
    [waiting] = db.execute(
        f"SELECT coalesce(sum(CASE WHEN {added} THEN a.comments ELSE"
        f" (SELECT count(*) FROM comment c {db.ordered_join} extent e ON e.load = ?1 AND e.kind = 'comment'"
        " AND c.id BETWEEN e.first AND e.last WHERE c.article = a.id) END), 0)"
        f" FROM article a {db.read_by('article_waiting')} WHERE a.title IS NULL AND a.id BETWEEN ?2 AND ?3",
        (load, *bounds),
    ).fetchone()
    [missing] = db.execute(
        "SELECT coalesce(sum(m.comments), 0) FROM extent e JOIN missing m"
        " ON m.article BETWEEN e.first AND e.last WHERE e.load = ? AND e.kind = 'article'",
        (load,),
    ).fetchone()
    missing += db.execute(
        f"SELECT coalesce(sum(m.comments), 0) FROM missing m WHERE m.load = ?1 AND NOT {named}", (load,)
    ).fetchone()[0]
    [omitted] = db.execute(
        "SELECT coalesce(sum(CASE WHEN o.comments < m.comments THEN o.comments ELSE m.comments END), 0)"
        f" FROM omitted o {db.ordered_join} article a"
        " ON a.key = o.link AND a.id BETWEEN ?2 AND ?3 JOIN missing m ON m.article = a.id"
        f" WHERE o.load = ?1 AND (m.load = ?1 OR {named})",
        (load, *bounds),
    ).fetchone()
    db.execute(
        "UPDATE load SET comments_waiting = ?, comments_missing = ? WHERE id = ?",
        (waiting, missing - omitted, load),
    )


def archive_books(
    db: Connection, archives: Sequence[int], waiting: int, missing: int
) -> tuple[Books | None, Books | None]:
    """The books of all loads into these archives that were not undone, for articles and for comments, with
    the comments that are `waiting` and `missing` now."""
    loads = [
        rows.receipt(row, ids=False)
        for row in db.execute(
            f"{_SELECT} WHERE state <> 'undone' AND articles_read IS NOT NULL AND load.archive {db.in_list}",
            (db.list_value(archives),),
        )
    ]
    articles = [load.article_books for load in loads if load.article_books is not None]
    comments = [load.comment_books for load in loads if load.comment_books is not None]
    if not articles or not comments:
        return None, None
    of_articles, of_comments = reduce(Books.__add__, articles), reduce(Books.__add__, comments)
    added = of_comments.new + of_comments.waiting
    waiting = min(waiting, added)
    return of_articles, replace(of_comments, new=added - waiting, waiting=waiting, missing=missing)


def escape_surrogates(text: str) -> str:
    """The text with lone surrogates, which UTF-8 cannot encode, as escape sequences."""
    return text.encode(errors="backslashreplace").decode()


def _with_rejections(db: Connection, row: Sequence[object]) -> Receipt:
    sql = "SELECT place, reason, detail, message FROM rejection WHERE load = ? ORDER BY ordinal"
    return rows.receipt(row, db.execute(sql, (row[0],)))
