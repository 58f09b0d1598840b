"""Verifies both databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing

from bot.domain.loads import CheckReport, Finding
from bot.errors import Busy, UserError
from bot.i18n import error_message, formats, msg
from bot.store.databases import DATABASES, Database, Engine
from bot.store.engine import Connection
from bot.store.ingest.writer import CorpusWriter

MAX_NAMES = 20
"""Missing names of the schema that a finding has at the most."""
REPAIR_WAIT_SECONDS = 5.0
"""Time for which a repair waits for a load."""


def check(engine: Engine, *, repair: bool = False) -> CheckReport:
    """Verifies both databases: storage, references, the search indexes against the texts, and receipts
    against rows; returns a finding for each. A database that cannot be read is a finding too. Blocks neither
    readers nor loads; with `repair` it rebuilds a search index that does not match its texts, while loads
    wait. Raises Busy("database-busy" | "loader-busy")."""
    findings: list[Finding] = []
    for database in DATABASES:
        name = engine.name(database)
        if not engine.exists(database):
            findings.append(Finding(True, name, msg("check-not-created")))
            continue
        try:
            findings += _findings(engine, database)
            findings += _indexes(engine, repair) if database == "corpus" else ()
        except Busy:
            raise
        except UserError as error:
            findings.append(_unreadable(name, error))
    return CheckReport(tuple(findings))


def check_copy(db: Connection, database: Database) -> tuple[list[Finding], list[Finding]]:
    """The damage of a copy that nobody uses, and what else is wrong with it, but its search indexes. Raises
    what `Connection.user_errors` raises."""
    with db.user_errors(), db.transaction(writing=False):
        damage = [_pages(db), _schema(db)]
        others = [] if any(not finding.ok for finding in damage) else [_references(db)]
        if others and database == "corpus":
            others += _counts(db)
    return [part for part in damage if not part.ok], [part for part in others if not part.ok]


def _unreadable(name: str, error: UserError) -> Finding:
    messages = {
        "not-our-database": ("check-not-ours", "check-restore"),
        "newer-schema": ("check-newer", "check-upgrade"),
        "database-damaged": ("check-damaged", "check-restore"),
        "disk-error": ("check-unreadable", "check-disk"),
        "database-unreachable": ("check-unreadable", "check-disk"),
    }
    if error.key not in messages:
        return Finding(False, name, error_message(error))
    detail, advice = messages[error.key]
    return Finding(False, name, msg(detail), msg(advice))


def _findings(engine: Engine, database: Database) -> Iterator[Finding]:
    with (
        closing(engine.open_reader(database)) as db,
        db.user_errors(),
        db.transaction(writing=False),
    ):
        yield _pages(db)
        yield _schema(db)
        yield _references(db)
        if database == "corpus":
            yield from _counts(db)
            yield _unfinished_undos(db)
            yield _statistics(db)


def _finding(subject: str, good: str, problem: str, advice: str = "check-restore") -> Finding:
    """A finding about a subject: the message `good` if `problem` is empty, else that and the advice."""
    return Finding(False, subject, problem, msg(advice)) if problem else Finding(True, subject, msg(good))


def _pages(db: Connection) -> Finding:
    subject = msg("check-pages", file=db.database_name)
    return _finding(subject, "check-pages-good", db.soundness.damaged_pages())


def _schema(db: Connection) -> Finding:
    names = db.soundness.missing_names()
    problem = msg("check-schema-bad", names=formats.joined(names[:MAX_NAMES])) if names else ""
    return _finding(msg("check-schema", file=db.database_name), "check-schema-good", problem)


def _references(db: Connection) -> Finding:
    broken = db.soundness.broken_references()
    problem = msg("check-references-bad", count=broken) if broken else ""
    return _finding(msg("check-references", file=db.database_name), "check-references-good", problem)


PURGES_SINCE = 10
"""The schema version of the corpus that counts what purges have deleted."""
_COUNTS = (
    (
        "check-comment-counts",
        "check-comment-counts-bad",
        "SELECT count(*) FROM article"
        " LEFT JOIN (SELECT article AS thread, count(*) AS stored FROM comment GROUP BY article) AS counted"
        " ON thread = article.id WHERE comments <> coalesce(stored, 0)",
    ),
    (
        "check-receipts",
        "check-receipts-bad",
        "SELECT count(*) FROM (SELECT load, sum(last - first + 1 - (SELECT count(*) FROM comment WHERE id"
        " BETWEEN first AND last)) AS gone FROM extent WHERE kind = 'comment' GROUP BY load) AS added"
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


def _counts(db: Connection) -> Iterator[Finding]:
    for subject, wrong, sql in _COUNTS:
        if db.soundness.schema_version() < PURGES_SINCE:
            sql = sql.replace("comments_purged", "0")
        [count] = db.execute(sql).fetchone()
        problem = msg(wrong, count=count) if count else ""
        yield _finding(msg(subject, file=db.database_name), "check-counts-good", problem)


def _unfinished_undos(db: Connection) -> Finding:
    loads = [str(row[0]) for row in db.execute("SELECT id FROM load WHERE state = 'undoing' ORDER BY id")]
    return _finding(
        msg("check-undos", file=db.database_name),
        "check-undos-good",
        msg("check-undos-bad", loads=formats.joined(loads)) if loads else "",
        "check-undos-advice",
    )


def _statistics(db: Connection) -> Finding:
    cursor = db.execute("SELECT * FROM knowledge")  # of any version of the schema
    columns = [column[0] for column in cursor.description]
    failed = dict(zip(columns, cursor.fetchone(), strict=True)).get("failed")
    return _finding(
        msg("check-statistics", file=db.database_name),
        "check-statistics-good",
        msg("check-statistics-bad", parts=failed) if failed else "",
        "check-statistics-advice",
    )


def _indexes(engine: Engine, repair: bool) -> Iterator[Finding]:
    name = engine.name("corpus")
    if missing := engine.missing_space_for_check():
        room = msg("check-index-room", size=formats.file_size(missing + 1_000_000))
        yield Finding(False, msg("check-indexes", file=name), msg("check-index-skipped"), room)
        return
    indexes = engine.indexes()
    repaired = repair and not all(indexes.values())
    if repaired:
        with CorpusWriter(engine, lock_timeout=REPAIR_WAIT_SECONDS) as writer:
            writer.rebuild_indexes()
    yield from index_findings(name, indexes, repaired=repaired)


def index_findings(name: str, indexes: Mapping[str, bool], *, repaired: bool = False) -> Iterator[Finding]:
    """A finding for each full-text index, from whether it matches its texts."""
    for table, matches in indexes.items():
        good = "check-index-good" if matches else "check-index-rebuilt"
        problem = "" if matches or repaired else msg("check-index-bad")
        subject = msg("check-index", file=name, table=table)
        yield _finding(subject, good, problem, "check-index-advice")
