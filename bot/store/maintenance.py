"""Verifies both databases."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.domain.loads import CheckReport, Finding
from bot.errors import Busy, UserError
from bot.i18n import error_message, formats, msg
from bot.store.engines import engine_of
from bot.store.ingest.erasure import CHECK_FOLDER
from bot.store.ingest.writer import CorpusWriter
from bot.store.sqlite import connection, soundness
from bot.store.sqlite.connection import CORPUS, STATE, Database
from bot.store.sqlite.copies import copy_pages
from bot.store.sqlite.errors import user_errors
from bot.store.sqlite.sqlite_connection import SqliteConnection
from bot.store.sqlite.text_index import Fts5Index


def check(data: Path, *, repair: bool = False) -> CheckReport:
    """Verifies both databases: pages, references, the search indexes against the texts, and receipts against
    rows; returns a finding for each. A file that cannot be read is a finding too. Needs free disk space of
    the corpus' size, and blocks neither readers nor loads; with `repair` it rebuilds a search index that does
    not match its texts, while loads wait. Raises Busy("database-busy" | "loader-busy")."""
    findings: list[Finding] = []
    for database in (CORPUS, STATE):
        if not (data / database.file).exists():
            findings.append(Finding(True, database.file, msg("check-not-created")))
            continue
        try:
            with user_errors(database.file, data):
                findings += _findings(data, database)
                findings += _indexes(data, repair) if database is CORPUS else ()
        except Busy:
            raise
        except UserError as error:
            findings.append(_unreadable(database, error))
    return CheckReport(tuple(findings))


def check_copy(folder: Path, database: Database) -> tuple[list[Finding], list[Finding]]:
    """The damage of a copy that nobody uses, and what else is wrong with it. Raises what `open_reader`
    raises."""
    with (
        user_errors(database.file),
        closing(connection.open_reader(folder, database)) as db,
        db.transaction(writing=False),
    ):
        damage = [_pages(db, database.file), _schema(db, database)]
        others = [] if any(not finding.ok for finding in damage) else [_references(db, database.file)]
        if others and database is CORPUS:
            others += _counts(db)
    if others and database is CORPUS:
        others += _index_findings(soundness.mismatching_indexes(folder / database.file))
    return [part for part in damage if not part.ok], [part for part in others if not part.ok]


def _unreadable(database: Database, error: UserError) -> Finding:
    messages = {
        "not-our-database": ("check-not-ours", "check-restore"),
        "newer-schema": ("check-newer", "check-upgrade"),
        "database-damaged": ("check-damaged", "check-restore"),
        "disk-error": ("check-unreadable", "check-disk"),
        "database-unreachable": ("check-unreadable", "check-disk"),
    }
    if error.key not in messages:
        return Finding(False, database.file, error_message(error))
    detail, advice = messages[error.key]
    return Finding(False, database.file, msg(detail), msg(advice))


def _findings(data: Path, database: Database) -> Iterator[Finding]:
    with closing(connection.open_reader(data, database)) as db, db.transaction(writing=False):
        yield _pages(db, database.file)
        yield _schema(db, database)
        yield _references(db, database.file)
        if database is CORPUS:
            yield from _counts(db)
            yield _unfinished_undos(db)
            yield _statistics(db)


def _finding(subject: str, good: str, problem: str, advice: str = "check-restore") -> Finding:
    """A finding about a subject: the message `good` if `problem` is empty, else that and the advice."""
    return Finding(False, subject, problem, msg(advice)) if problem else Finding(True, subject, msg(good))


def _pages(db: SqliteConnection, file: str) -> Finding:
    return _finding(msg("check-pages", file=file), "check-pages-good", soundness.damaged_pages(db))


def _schema(db: SqliteConnection, database: Database) -> Finding:
    names = soundness.missing_names(db, database)
    problem = msg("check-schema-bad", names=formats.joined(names[: soundness.MAX_PROBLEMS])) if names else ""
    return _finding(msg("check-schema", file=database.file), "check-schema-good", problem)


def _references(db: SqliteConnection, file: str) -> Finding:
    broken = soundness.broken_references(db)
    problem = msg("check-references-bad", count=broken) if broken else ""
    return _finding(msg("check-references", file=file), "check-references-good", problem)


PURGES_SINCE = 10
"""The schema version of the corpus that counts what purges have deleted."""
_COUNTS = (
    (
        "check-comment-counts",
        "check-comment-counts-bad",
        "SELECT count(*) FROM article"
        " LEFT JOIN (SELECT article AS thread, count(*) AS stored FROM comment GROUP BY article)"
        " ON thread = article.id WHERE comments <> coalesce(stored, 0)",
    ),
    (
        "check-receipts",
        "check-receipts-bad",
        "SELECT count(*) FROM (SELECT load, sum(last - first + 1 - (SELECT count(*) FROM comment WHERE id"
        " BETWEEN first AND last)) AS gone FROM extent WHERE kind = 'comment' GROUP BY load)"
        " JOIN load ON load.id = load WHERE gone <> comments_purged AND state <> 'undoing'",
    ),
    (
        "check-totals",
        "check-totals-bad",
        "SELECT count(*) FROM load WHERE state NOT IN ('undoing', 'undone') AND comments_new <>"
        " (SELECT coalesce(sum(last - first + 1), 0) FROM extent WHERE load = load.id AND kind = 'comment')",
    ),
    (
        "check-numbers",
        "check-numbers-bad",
        "SELECT count(*) FROM archive WHERE (no << 32) + next_article <="
        " coalesce((SELECT max(id) FROM article WHERE id >> 32 = no AND id < (no + 1) << 32), 0)"
        " OR (no << 32) + next_comment <="
        " coalesce((SELECT max(id) FROM comment WHERE id >> 32 = no AND id < (no + 1) << 32), 0)",
    ),
)


def _counts(db: SqliteConnection) -> Iterator[Finding]:
    for subject, wrong, sql in _COUNTS:
        if connection.schema_version(db) < PURGES_SINCE:
            sql = sql.replace("comments_purged", "0")
        [count] = db.execute(sql).fetchone()
        problem = msg(wrong, count=count) if count else ""
        yield _finding(msg(subject, file=CORPUS.file), "check-counts-good", problem)


def _unfinished_undos(db: SqliteConnection) -> Finding:
    loads = [str(row[0]) for row in db.execute("SELECT id FROM load WHERE state = 'undoing' ORDER BY id")]
    return _finding(
        msg("check-undos", file=CORPUS.file),
        "check-undos-good",
        msg("check-undos-bad", loads=formats.joined(loads)) if loads else "",
        "check-undos-advice",
    )


def _statistics(db: SqliteConnection) -> Finding:
    cursor = db.execute("SELECT * FROM knowledge")  # of any version of the schema
    columns = [column[0] for column in cursor.description]
    failed = dict(zip(columns, cursor.fetchone(), strict=True)).get("failed")
    return _finding(
        msg("check-statistics", file=CORPUS.file),
        "check-statistics-good",
        msg("check-statistics-bad", parts=failed) if failed else "",
        "check-statistics-advice",
    )


def _indexes(data: Path, repair: bool) -> Iterator[Finding]:
    """The comparison of an index with its texts holds the write lock as long as it runs. A concurrent load
    would time out: so it runs on a copy."""
    needed = sum(path.stat().st_size for path in data.glob(f"{CORPUS.file}*"))
    if shutil.disk_usage(data).free < needed:
        room = msg("check-index-room", size=formats.file_size(needed + 1_000_000))
        yield Finding(False, msg("check-indexes", file=CORPUS.file), msg("check-index-skipped"), room)
        return
    with exclusive_folder(data, CHECK_FOLDER) as folder:
        with closing(connection.open_reader(data, CORPUS)) as db:
            copy_pages(db, folder / CORPUS.file)
        wrong = soundness.mismatching_indexes(folder / CORPUS.file)
    if wrong and repair:
        with CorpusWriter(engine_of(data), lock_timeout=connection.BUSY_TIMEOUT_SECONDS) as writer:
            writer.rebuild_indexes()
    yield from _index_findings(wrong, repaired=repair)


def _index_findings(wrong: list[str], *, repaired: bool = False) -> Iterator[Finding]:
    for table in Fts5Index.names:
        good = "check-index-rebuilt" if table in wrong else "check-index-good"
        problem = msg("check-index-bad") if table in wrong and not repaired else ""
        subject = msg("check-index", file=CORPUS.file, table=table)
        yield _finding(subject, good, problem, "check-index-advice")


@contextmanager
def exclusive_folder(data: Path, name: str) -> Iterator[Path]:
    """A temporary folder in the data folder for copies to check, for one process at a time; also deletes what
    an earlier one that was killed has left. Raises Busy("database-busy")."""
    folder = data / name
    folder.mkdir(exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy("database-busy", file=CORPUS.file) from error
        try:
            for path in folder.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(handle)
