"""Upgrades from every schema version that ever was: with a backup, alone, and with a way back."""

from __future__ import annotations

import logging
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.server_settings import ServerSettings
from bot.errors import BadInput, Busy, UserError
from bot.services import open_services
from bot.services.backups import restore
from bot.services.maintenance import check
from bot.store.databases import UpgradeStep
from bot.store.ingest.writer import CorpusWriter
from bot.store.sqlite import upgrade
from bot.store.sqlite.connection import CORPUS, STATE, Database, prepare
from bot.store.sqlite.data_lock import in_use
from tests.support.engines import engine_at
from tests.support.paths import ROOT

SINGLE = ("archive", "salt", "knowledge")
"""Tables of the corpus that have their row from the beginning."""
VALUES: dict[str, str | int] = {
    "state": "active",
    "kind": "comment",
    "ids": "[]",
    "before": "{}",
    "title": "Ferry is late",
}
VALUES |= {"posting_rule": "only", "comments_purged": 0}
"""Of columns that take no other number than these, or no text that is their name."""


def old(data: Path, database: Database, version: int) -> None:
    """Makes a database as the program of that version left it, with a row in each table."""
    prepare(data, replace(database, migrations=database.migrations[:version]))
    with closing(sqlite3.connect(data / database.file, isolation_level=None)) as db:
        for table in tables(db):
            columns = db.execute(f"PRAGMA table_info({table})").fetchall()
            if table not in SINGLE:
                values = [VALUES.get(name, name if kind == "TEXT" else 1) for _, name, kind, *_ in columns]
                places = ", ".join("?" * len(values))
                with suppress(sqlite3.IntegrityError):  # a trigger has already added it
                    db.execute(f"INSERT INTO {table} VALUES ({places})", values)
        if database is CORPUS:
            db.execute("UPDATE archive SET next_article = 2, next_comment = 2")
            db.execute("UPDATE load SET archive = 0, state = 'done', comments_new = 1")
            for index in ("article_fts", "title_fts", "comment_fts"):
                db.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")


def tables(db: sqlite3.Connection) -> list[str]:
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
    return [name for (name,) in db.execute(sql) if "_fts" not in name and not name.startswith("sqlite")]


def rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return {table: [dict(row) for row in db.execute(f"SELECT * FROM {table}")] for table in tables(db)}


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def versions(data: Path) -> tuple[int, int]:
    return version(data / CORPUS.file), version(data / STATE.file)


EVERY = [
    *((corpus, STATE.version) for corpus in range(1, CORPUS.version)),
    *((CORPUS.version, state) for state in range(1, STATE.version)),
    (1, 1),
]


@pytest.mark.parametrize("made", EVERY, ids=lambda made: f"corpus-{made[0]}-state-{made[1]}")
async def test_every_version_is_upgraded_with_its_rows_and_can_be_gone_back_to(
    tmp_path: Path, made: tuple[int, int]
) -> None:
    data = tmp_path / "data"
    old(data, CORPUS, made[0])
    old(data, STATE, made[1])
    before = {file: rows(data / file) for file in (CORPUS.file, STATE.file)}
    assert all(len(found) == 1 for found in before[STATE.file].values())
    async with open_services(data, vectors="off") as services:
        assert await services.settings.get(99) == ServerSettings(99)
    assert versions(data) == (CORPUS.version, STATE.version)
    for file, expected in before.items():
        after = rows(data / file)
        for table, found in expected.items():
            for row, now in zip(found, after[table], strict=True):
                assert {**now, **row, "problem_message": None} == {**now, "problem_message": None}
    assert [finding for finding in check(data).findings if not finding.ok] == []
    [backup] = data.glob("before-upgrade-*")
    assert versions(backup) == made
    restore(data, backup)
    assert versions(data) == made
    assert {file: rows(data / file) for file in (CORPUS.file, STATE.file)} == before


def test_a_new_archive_needs_no_backup(tmp_path: Path) -> None:
    CorpusWriter(engine_at(tmp_path)).close()
    prepare(tmp_path, STATE)
    assert list(tmp_path.glob("before-upgrade-*")) == []


def test_an_upgrade_says_how_far_it_is_and_how_to_go_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrade, "_REPORT_SECONDS", 0)
    monkeypatch.setattr(upgrade, "_STEPS", 10)
    old(tmp_path, CORPUS, 3)
    shutil.copytree(tmp_path, tmp_path / "again")
    steps: list[UpgradeStep] = []
    prepare(tmp_path, CORPUS, report=steps.append)
    stages = [step.stage for step in steps]
    assert stages[0] == "backup"
    assert "migration" in stages
    assert stages[-1] == "done"
    assert [step.part for step in steps if step.stage == "backup"][-1] == 1
    assert steps[-1].backup == next(tmp_path.glob("before-upgrade-*"))
    with caplog.at_level(logging.INFO):
        prepare(tmp_path / "again", CORPUS)
    assert "To go back: newsdesk restore" in caplog.text


def test_an_upgrade_is_refused_while_the_old_version_runs(tmp_path: Path) -> None:
    old(tmp_path, CORPUS, 3)
    with in_use(tmp_path), pytest.raises(Busy) as raised:
        prepare(tmp_path, CORPUS)
    assert raised.value.key == "data-in-use"
    assert version(tmp_path / CORPUS.file) == 3


def test_an_upgrade_without_room_for_its_backup_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old(tmp_path, CORPUS, 3)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(BadInput) as raised:
        prepare(tmp_path, CORPUS)
    assert raised.value.key == "no-room-for-upgrade"
    assert version(tmp_path / CORPUS.file) == 3
    assert list(tmp_path.glob("*before-upgrade-*")) == []


@pytest.mark.slow
def test_two_processes_upgrade_once(tmp_path: Path) -> None:
    old(tmp_path, CORPUS, 3)
    old(tmp_path, STATE, 3)
    code = (
        "import sys; from pathlib import Path; from bot.services.upgrade import upgrade_databases;"
        "upgrade_databases(Path(sys.argv[1]))"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [process.communicate(timeout=60)[1] for process in both] == [b"", b""]
    assert len(list(tmp_path.glob("before-upgrade-*"))) == 1


SHARD_PROCESS = """
import asyncio, sys
from pathlib import Path
from bot.clock import system_clock
from bot.domain.shards import parse_plan
from bot.services import open_services
from bot.services.shards.shard_service import open_shards
async def main(data, plan):
    async with (
        open_shards(data, parse_plan(plan), system_clock) as shards,
        open_services(data, vectors="off", shards=shards),
    ):
        await shards.join(1, 4)
        print(*sorted(shards.held), flush=True)
        sys.stdin.readline()
asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


def shard_processes(data: Path) -> list[subprocess.Popen[str]]:
    """The processes of a bot, started together."""
    pipe = subprocess.PIPE
    return [
        subprocess.Popen(
            [sys.executable, "-c", SHARD_PROCESS, str(data), f"{shard}/3"],
            cwd=ROOT,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            text=True,
        )
        for shard in range(3)
    ]


@pytest.mark.slow
def test_processes_with_shards_that_start_together_upgrade_once(tmp_path: Path) -> None:
    """While one of them upgrades, the others wait. None of a newer version joins those that run."""
    old(tmp_path, CORPUS, 3)
    old(tmp_path, STATE, 3)
    both = shard_processes(tmp_path)
    assert [process.stdout.readline() for process in both if process.stdout] == ["0\n", "1\n", "2\n"]
    assert versions(tmp_path) == (CORPUS.version, STATE.version)
    assert len(list(tmp_path.glob("before-upgrade-*"))) == 1
    newer = replace(STATE, migrations=(*STATE.migrations, "CREATE TABLE later (id ANY) STRICT;"))
    with pytest.raises(Busy) as raised:
        prepare(tmp_path, newer)
    assert raised.value.key == "data-in-use"
    assert [process.communicate("\n", timeout=60)[1] for process in both] == ["", "", ""]


@pytest.mark.slow
def test_processes_with_shards_refuse_a_newer_schema(tmp_path: Path) -> None:
    newer = replace(STATE, migrations=(*STATE.migrations, "CREATE TABLE later (id ANY) STRICT;"))
    prepare(tmp_path, newer)
    before = rows(tmp_path / STATE.file)
    for process in shard_processes(tmp_path):
        output, error = process.communicate("\n", timeout=60)
        assert output == ""
        assert "newer-schema" in error
    assert (version(tmp_path / STATE.file), rows(tmp_path / STATE.file)) == (newer.version, before)


def test_one_backup_for_an_upgrade_that_was_killed_between_the_databases(tmp_path: Path) -> None:
    old(tmp_path, CORPUS, 3)
    old(tmp_path, STATE, 3)
    prepare(tmp_path, CORPUS)
    prepare(tmp_path, STATE)
    [backup] = tmp_path.glob("before-upgrade-*")
    assert versions(backup) == (3, 3)
    later = replace(
        STATE, migrations=(*STATE.migrations, "CREATE TABLE later (id) STRICT;".replace("id", "id ANY"))
    )
    prepare(tmp_path, later)
    assert versions(max(tmp_path.glob("before-upgrade-*"))) == (CORPUS.version, STATE.version)


def test_only_the_last_backups_are_kept(tmp_path: Path) -> None:
    for _ in range(upgrade.MAX_BACKUPS + 2):
        (tmp_path / CORPUS.file).unlink(missing_ok=True)
        old(tmp_path, CORPUS, 3)
        prepare(tmp_path, CORPUS)
    assert len(list(tmp_path.glob("before-upgrade-*"))) == upgrade.MAX_BACKUPS


def test_a_failed_migration_leaves_the_backup_and_the_old_schema(tmp_path: Path) -> None:
    old(tmp_path, STATE, 3)
    broken = replace(STATE, migrations=(*STATE.migrations, "DROP TABLE none;"))
    with pytest.raises(UserError):
        prepare(tmp_path, broken)
    assert version(tmp_path / STATE.file) == 3
    prepare(tmp_path, STATE)
    assert version(tmp_path / STATE.file) == STATE.version


KILLED = """
import os, shutil, signal, sqlite3, sys
from pathlib import Path
from bot.services.upgrade import upgrade_databases
from bot.store.sqlite import connection
data = sys.argv[1]
statements = connection.statements
def kill_at(count):
    def step():
        nonlocal count
        count -= 1
        if count < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    def hook(name, arguments):
        if name in ("sqlite3.connect", "os.rename", "os.link"):
            step()
    def each(script):
        for statement in statements(script):
            step()
            yield statement
    connection.statements = each
    sys.addaudithook(hook)
for count in range(0, 200, 6):
    copy = Path(f"{data}-{count}")
    shutil.copytree(data, copy)
    if not os.fork():
        kill_at(count)
        upgrade_databases(copy)
        os._exit(0)
    status = os.wait()[1]
    print(status, copy, sep="\\t")
    if status == 0:
        break
"""


@pytest.mark.slow
def test_an_upgrade_that_is_killed_anywhere_is_finished_by_the_next_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    old(data, CORPUS, 4)
    old(data, STATE, 7)
    before = {file: rows(data / file) for file in (CORPUS.file, STATE.file)}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(data)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    ends = [row.split("\t") for row in done.stdout.splitlines()]
    assert {status for status, _ in ends} == {"0", str(int(signal.SIGKILL))}, done.stderr
    assert len(ends) > 4
    for _, copy in ends:
        for database in (CORPUS, STATE):
            prepare(Path(copy), database)
        assert versions(Path(copy)) == (CORPUS.version, STATE.version)
        whole = [folder for folder in Path(copy).glob("before-upgrade-*") if versions(folder) == (4, 7)]
        assert whole  # the way back to where it began
        assert {file: rows(whole[0] / file) for file in before} == before
