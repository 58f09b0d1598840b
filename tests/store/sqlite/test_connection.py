"""Opening the databases: guards, migrations, and errors that people can mend."""

from __future__ import annotations

import errno
import fcntl
import os
import platform
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.books import ReadCounts
from bot.errors import BadInput, Busy, UserError
from bot.store.corpus.receipts import RESUMABLE, add_read_counts, interrupted_loads, receipt_of
from bot.store.sqlite.connection import (
    CORPUS,
    STATE,
    Database,
    open_reader,
    open_writer,
    prepare,
)
from bot.store.sqlite.errors import user_errors
from bot.store.sqlite.writer_lock import SqliteWriterLock

KINDS = pytest.mark.parametrize("kind", [CORPUS, STATE], ids=lambda kind: kind.file)


def pragma(db: sqlite3.Connection, name: str) -> object:
    return db.execute(f"PRAGMA {name}").fetchone()[0]


@KINDS
def test_a_missing_database_is_made_with_its_folder(tmp_path: Path, kind: Database) -> None:
    with closing(open_writer(tmp_path / "new" / "data", kind)) as db:
        assert pragma(db, "user_version") == kind.version
        assert pragma(db, "application_id") == kind.application_id
        assert pragma(db, "journal_mode") == "wal"
        assert pragma(db, "foreign_keys") == 1
        assert pragma(db, "synchronous") == {"NORMAL": 1, "FULL": 2}[kind.synchronous]


RELEASE = """
import re, sqlite3, sys
from contextlib import closing
from pathlib import Path
from bot.store.sqlite.connection import CORPUS, open_writer

def megabytes():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

with closing(open_writer(Path(sys.argv[1]), CORPUS)) as db:
    freed = [bytes(2_000) for _ in range(30_000)]
    kept = bytes(2_000)  # above what is freed, which thereby stays in the process
    freed.clear()
    before = megabytes()
    db.release_memory()
    print(before - megabytes())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is another one")
def test_memory_that_was_freed_is_given_back(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", RELEASE, str(tmp_path)]
    released = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    assert float(released) > 40


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    prepare(tmp_path, CORPUS)
    with (
        closing(open_reader(tmp_path, CORPUS)) as db,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        db.execute("DELETE FROM archive")


def test_a_reader_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        open_reader(tmp_path, CORPUS)
    assert raised.value.key == "database-unreachable"
    assert list(tmp_path.iterdir()) == []


@KINDS
def test_another_programs_database_is_refused_and_left_as_it_is(tmp_path: Path, kind: Database) -> None:
    path = tmp_path / kind.file
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE article (id)")
    before = path.read_bytes()
    for refused in (open_writer, open_reader):
        with pytest.raises(BadInput) as raised:
            refused(tmp_path, kind)
        assert raised.value.key == "not-our-database"
    assert path.read_bytes() == before


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_file_system_without_locks_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    for lock in ("lockf", "flock"):
        monkeypatch.setattr(fcntl, lock, refuse)
    for use in (lambda: open_writer(tmp_path, STATE), SqliteWriterLock(tmp_path).acquire):
        with pytest.raises(UserError) as raised:
            use()
        assert raised.value.key == "no-locks"


def test_one_of_our_databases_in_the_place_of_the_other_is_refused(tmp_path: Path) -> None:
    prepare(tmp_path, STATE).rename(tmp_path / CORPUS.file)
    with pytest.raises(BadInput) as raised:
        prepare(tmp_path, CORPUS)
    assert raised.value.key == "not-our-database"


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / CORPUS.file).write_text("Harbour council votes to move the fish market\n" * 50)
    with pytest.raises(BadInput) as raised:
        prepare(tmp_path, CORPUS)
    assert raised.value.key == "not-our-database"


@KINDS
def test_a_newer_schema_is_refused(tmp_path: Path, kind: Database) -> None:
    prepare(tmp_path, replace(kind, migrations=(*kind.migrations, "CREATE TABLE later (id);")))
    for refused in (open_writer, open_reader):
        with pytest.raises(BadInput) as raised:
            refused(tmp_path, kind)
        assert raised.value.key == "newer-schema"
        assert raised.value.fields["found"] == kind.version + 1


def test_an_older_schema_is_migrated_and_keeps_its_rows(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path, STATE)) as db:
        db.execute("INSERT INTO fact VALUES ('commands', 'abc')")
    script = "ALTER TABLE fact ADD COLUMN at TEXT; -- no; not all\n"
    later = replace(STATE, migrations=(*STATE.migrations, script))
    with closing(open_writer(tmp_path, later)) as db:
        assert db.execute("SELECT * FROM fact").fetchall() == [("commands", "abc", None)]
        assert pragma(db, "user_version") == later.version


def test_a_load_that_an_older_version_interrupted_is_still_known(tmp_path: Path) -> None:
    problem = "The process that ran this load ended before it was done. It can be resumed where it was."
    with closing(open_writer(tmp_path, replace(CORPUS, migrations=CORPUS.migrations[:3]))) as db:
        db.execute("INSERT INTO archive (no, guild) VALUES (1, 7)")
        db.execute(
            "INSERT INTO load (archive, name, by_name, state, started_at, problem, job)"
            " VALUES (1, 'RC_2021-01.zst', 'me', 'paused', 0, ?, '{}')",
            (problem,),
        )
        db.execute("INSERT INTO rejection VALUES (1, 0, 'a.txt:1', 'empty', 'That file is empty.')")
    with closing(open_writer(tmp_path, CORPUS)) as db:
        assert interrupted_loads(db) == ((7, 1),)
        receipt = receipt_of(db, 1)
    assert (receipt.problem, receipt.problem_message) == (problem, RESUMABLE)
    assert receipt.rejections[0].message is None


def test_a_load_of_a_version_that_did_not_count_by_reason(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path, replace(CORPUS, migrations=CORPUS.migrations[:4]))) as db:
        db.execute(
            "INSERT INTO load (archive, name, by_name, state, started_at, skipped)"
            " VALUES (0, 'RC_2021-01.zst', 'me', 'paused', 0, 3)"
        )
    with closing(open_writer(tmp_path, CORPUS)) as db:
        receipt = receipt_of(db, 1)
        assert (receipt.skipped, receipt.left_out) == (3, {})
        add_read_counts(db, 1, ReadCounts(), ReadCounts(2, left_out=Counter({"after": 2})), {})
        receipt = receipt_of(db, 1)
    assert (receipt.skipped, receipt.left_out) == (5, {"after": 2})


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path) -> None:
    prepare(tmp_path, STATE)
    broken = replace(STATE, migrations=(*STATE.migrations, "CREATE TABLE half (id); DROP TABLE none;"))
    with pytest.raises(UserError) as caught:
        prepare(tmp_path, broken)
    assert caught.value.key == "database-damaged"
    with closing(open_writer(tmp_path, STATE)) as db:
        assert pragma(db, "user_version") == STATE.version
        assert db.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchone() is None


def test_two_processes_may_make_the_database_at_once(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from bot.store.sqlite.connection import CORPUS, prepare;"
        "sys.stdin.read(); prepare(Path(sys.argv[1]), CORPUS)"
    )
    makers = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE)
        for _ in range(3)
    ]
    for maker in makers:
        assert maker.stdin is not None
        maker.stdin.close()
    assert [maker.wait() for maker in makers] == [0, 0, 0]


def test_a_restored_backup_gets_its_write_ahead_log_back(tmp_path: Path) -> None:
    with closing(sqlite3.connect(prepare(tmp_path, CORPUS))) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    with closing(open_writer(tmp_path, CORPUS)) as db:
        assert pragma(db, "journal_mode") == "wal"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError) as raised:
        prepare(tmp_path / "file" / "data", CORPUS)
    assert raised.value.key == "database-unreachable"


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    path = prepare(tmp_path, CORPUS)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'archive'").fetchone()[0]
        size = pragma(db, "page_size")
        assert isinstance(size, int)
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    with closing(open_reader(tmp_path, CORPUS)) as db, pytest.raises(UserError) as raised, user_errors("x"):
        db.execute("SELECT * FROM archive").fetchall()
    assert raised.value.key == "database-damaged"


def test_a_full_disk_is_told_and_leaves_what_was_there(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path, STATE)) as db:
        db.execute(f"PRAGMA max_page_count = {pragma(db, 'page_count')}")
        with pytest.raises(UserError) as raised, user_errors(STATE.file), db.transaction():
            db.execute("INSERT INTO fact VALUES ('large', printf('%.*c', 100000, 'x'))")
        assert raised.value.key == "disk-full"
        assert db.execute("SELECT * FROM fact").fetchall() == []


def test_a_read_only_file_is_told(tmp_path: Path) -> None:
    path = prepare(tmp_path, STATE)
    uri = f"{path.as_uri()}?mode=ro&immutable=1"
    with (
        closing(sqlite3.connect(uri, uri=True)) as db,
        pytest.raises(UserError) as raised,
        user_errors(STATE.file),
    ):
        db.execute("INSERT INTO fact VALUES ('a', 'b')")
    assert raised.value.key == "database-read-only"


def test_a_locked_database_is_busy(tmp_path: Path) -> None:
    with (
        closing(open_writer(tmp_path, STATE)) as one,
        closing(open_writer(tmp_path, STATE, busy_timeout=0)) as other,
    ):
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy) as raised, user_errors(STATE.file), other.transaction():
            pass
    assert raised.value.key == "database-busy"
    assert raised.value.fields == {"file": "state.db"}


def test_a_bug_is_not_translated(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path, STATE)) as db, pytest.raises(sqlite3.IntegrityError), user_errors("x"):
        db.execute("INSERT INTO fact VALUES ('a', NULL)")


def test_a_transaction_that_fails_stores_nothing(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path, STATE)) as db:
        with suppress(KeyError), db.transaction():
            db.execute("INSERT INTO fact VALUES ('a', 'b')")
            raise KeyError
        assert not db.in_transaction
        assert db.execute("SELECT count(*) FROM fact").fetchone() == (0,)


def test_who_waits_to_write_tries_as_often_as_others(tmp_path: Path) -> None:
    """SQLite's own pauses grow: a process that writes again and again would always be quicker."""
    first, second = (open_writer(tmp_path, STATE) for _ in range(2))
    attempts: list[str] = []
    second.set_trace_callback(attempts.append)
    first.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.4, lambda: first.execute("COMMIT"))
    timer.start()
    with second.transaction():
        second.execute("DELETE FROM fact")
    timer.join()
    assert attempts.count("BEGIN IMMEDIATE") > 20
    assert pragma(second, "busy_timeout") == 5000
    for db in (first, second):
        db.close()
