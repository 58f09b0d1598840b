"""Backs up both databases while they are in use, and verifies them."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from bot.clock import system_clock
from bot.domain.loads import CheckReport, Finding
from bot.errors import BadInput, Busy, UserError
from bot.file_errors import file_error
from bot.i18n import error_message, formats, msg
from bot.store.ingest.erasure import CHECK_FOLDER
from bot.store.ingest.optimize import FTS_TABLES
from bot.store.ingest.writer import CorpusWriter
from bot.store.sqlite import connection
from bot.store.sqlite.connection import CORPUS, STATE, Database

BACKUPS_FILE = "backups.ndjson"
"""The file in the data folder that lists the backups that were made of it."""
MAX_LISTED_BACKUPS = 1000


def backup(data: Path, target: Path) -> tuple[Path, ...]:
    """Copies the databases in `data` into the folder `target`, creating it if necessary, and returns the
    copies. Each copy is one consistent state of its file, regardless of concurrent writes, and is synced to
    disk on return. The state is copied first, so that the corpus copy contains everything it refers to.
    Raises BadInput("backup-exists" | "no-archive") and the UserErrors of the disk; leaves no partial copy."""
    databases = [database for database in (STATE, CORPUS) if (data / database.file).exists()]
    if not databases:
        raise BadInput("no-archive", data=data)
    for database in databases:
        if (target / database.file).exists():
            raise BadInput("backup-exists", file=target / database.file)
    try:
        target.mkdir(parents=True, exist_ok=True)
        copies = tuple(_copy(data, database, target) for database in databases)
    except OSError as error:
        raise file_error(error, target) or error from error
    with suppress(OSError):
        kept = [*backups(data), Backup(target.absolute(), system_clock())][-MAX_LISTED_BACKUPS:]
        (data / BACKUPS_FILE).write_bytes(
            b"".join(msgspec.json.encode(record, enc_hook=str) + b"\n" for record in kept)
        )
    return copies


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup, and when it was made."""

    folder: Path
    made_at: datetime


def backups(data: Path) -> tuple[Backup, ...]:
    """The known backups of the data folder that still exist where they were made, oldest first."""
    try:
        lines = (data / BACKUPS_FILE).read_bytes().splitlines()
        made = [
            msgspec.json.decode(line, type=Backup, dec_hook=lambda kind, text: kind(text)) for line in lines
        ]
    except (OSError, ValueError):  # there is none, or not all of it was written
        return ()
    return tuple(backup for backup in made if (backup.folder / CORPUS.file).exists())


def _copy(data: Path, database: Database, target: Path) -> Path:
    path, part = target / database.file, target / f".{database.file}.part"
    try:
        part.unlink(missing_ok=True)
        with connection.user_errors(str(target), target):
            _copy_pages(data, database, part)
        _sync(part)
        _publish(part, path)
    finally:
        part.unlink(missing_ok=True)
    _sync(target)
    return path


def _publish(part: Path, path: Path) -> None:
    try:
        # Unlike a rename, a link never replaces a file that another backup has created meanwhile.
        os.link(part, path)
    except FileExistsError as error:
        raise BadInput("backup-exists", file=path) from error
    except OSError:  # a file system without links, such as that of a memory stick
        part.rename(path)


def _copy_pages(data: Path, database: Database, path: Path) -> None:
    with (
        closing(connection.open_reader(data, database)) as source,
        closing(sqlite3.connect(path, isolation_level=None)) as copy,
    ):
        # All pages in one step: in several steps, every commit of a load would restart the copy.
        source.backup(copy, pages=-1)
        # Without a write-ahead log the copy is a single file.
        copy.execute("PRAGMA journal_mode = DELETE")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
            with connection.user_errors(database.file, data):
                findings += _findings(data, database, repair)
        except Busy:
            raise
        except UserError as error:
            findings.append(_unreadable(database, error))
    return CheckReport(tuple(findings))


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


def _findings(data: Path, database: Database, repair: bool) -> Iterator[Finding]:
    with closing(connection.open_reader(data, database)) as db, connection.transaction(db, writing=False):
        yield _pages(db, database.file)
        yield _schema(db, database)
        yield _references(db, database.file)
        if database is CORPUS:
            yield from _counts(db)
            yield _unfinished_undos(db)
            yield _statistics(db)
    if database is CORPUS:
        yield from _indexes(data, repair)


def _finding(subject: str, good: str, problem: str, advice: str = "check-restore") -> Finding:
    """A finding about a subject: the message `good` if `problem` is empty, else that and the advice."""
    return Finding(False, subject, problem, msg(advice)) if problem else Finding(True, subject, msg(good))


def _pages(db: sqlite3.Connection, file: str) -> Finding:
    problems = [row[0] for row in db.execute("PRAGMA integrity_check(20)")]
    problem = "" if problems == ["ok"] else "; ".join(problems)[:500]
    return _finding(msg("check-pages", file=file), "check-pages-good", problem)


def _schema(db: sqlite3.Connection, database: Database) -> Finding:
    """Compares tables, columns and indexes with those that the migrations up to the file's version create. In
    a file of an older version, those of later migrations are in the way."""
    expected, actual = connection.expected_schema(db, database), connection.schema(db)
    is_old = connection.schema_version(db) < database.version
    names = sorted(expected ^ actual if is_old else expected - actual)
    problem = msg("check-schema-bad", names=formats.joined(names[:20])) if names else ""
    return _finding(msg("check-schema", file=database.file), "check-schema-good", problem)


def _references(db: sqlite3.Connection, file: str) -> Finding:
    broken = len(db.execute("PRAGMA foreign_key_check").fetchall())
    problem = msg("check-references-bad", count=broken) if broken else ""
    return _finding(msg("check-references", file=file), "check-references-good", problem)


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
        "SELECT count(DISTINCT load) FROM extent WHERE kind = 'comment' AND last - first + 1 <>"
        " (SELECT count(*) FROM comment WHERE id BETWEEN first AND last)",
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


def _counts(db: sqlite3.Connection) -> Iterator[Finding]:
    for subject, wrong, sql in _COUNTS:
        [count] = db.execute(sql).fetchone()
        problem = msg(wrong, count=count) if count else ""
        yield _finding(msg(subject, file=CORPUS.file), "check-counts-good", problem)


def _unfinished_undos(db: sqlite3.Connection) -> Finding:
    loads = [str(row[0]) for row in db.execute("SELECT id FROM load WHERE state = 'undoing' ORDER BY id")]
    return _finding(
        msg("check-undos", file=CORPUS.file),
        "check-undos-good",
        msg("check-undos-bad", loads=formats.joined(loads)) if loads else "",
        "check-undos-advice",
    )


def _statistics(db: sqlite3.Connection) -> Finding:
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
    """FTS5 compares its index with the texts in a special INSERT, which holds the write lock as long as it
    runs. A concurrent load would time out: so it runs on a copy."""
    needed = sum(path.stat().st_size for path in data.glob(f"{CORPUS.file}*"))
    if shutil.disk_usage(data).free < needed:
        room = msg("check-index-room", size=formats.file_size(needed + 1_000_000))
        yield Finding(False, msg("check-indexes", file=CORPUS.file), msg("check-index-skipped"), room)
        return
    with _copy_to_check(data) as path, closing(sqlite3.connect(path, isolation_level=None)) as db:
        wrong = [table for table in FTS_TABLES if not _matches_texts(db, table)]
    if wrong and repair:
        with CorpusWriter(data, lock_timeout=connection.BUSY_TIMEOUT_SECONDS) as writer:
            writer.rebuild_indexes()
    for table in FTS_TABLES:
        good = "check-index-rebuilt" if table in wrong else "check-index-good"
        problem = msg("check-index-bad") if table in wrong and not repair else ""
        subject = msg("check-index", file=CORPUS.file, table=table)
        yield _finding(subject, good, problem, "check-index-advice")


def _matches_texts(db: sqlite3.Connection, table: str) -> bool:
    try:
        db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        return False
    return True


@contextmanager
def _copy_to_check(data: Path) -> Iterator[Path]:
    """A temporary copy of the corpus; also deletes the copy of an earlier check that was killed."""
    folder = data / CHECK_FOLDER
    folder.mkdir(exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy("database-busy", file=CORPUS.file) from error
        path = folder / CORPUS.file
        try:
            path.unlink(missing_ok=True)
            _copy_pages(data, CORPUS, path)
            yield path
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(handle)
