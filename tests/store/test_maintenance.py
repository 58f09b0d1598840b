"""Backups that can be used, and checks that find what is wrong."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.loads import CheckReport
from bot.domain.server_settings import ServerSettings
from bot.errors import BadInput, Busy, UserError
from bot.services.backups import backup
from bot.services.maintenance import check
from bot.store.ingest.writer import CorpusWriter
from bot.store.sqlite import connection, copies
from bot.store.sqlite.connection import CORPUS, STATE, open_writer
from bot.store.sqlite.temporary_copies import CHECK_FOLDER
from bot.store.sqlite.text_index import Fts5Index
from bot.store.state.settings import SettingsStore
from tests.support.corpus_loads import (
    EDITOR,
    LOADER,
    START,
    assert_sound,
    comment,
    holdings,
    load_into,
    query,
    thread,
)
from tests.support.engines import engine_at

PAGES = [thread(f"Story {number}", comment("Quite so."), comment("Not so.", "ben", 1)) for number in range(5)]


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    load_into(data, *PAGES)
    state = SettingsStore.open(engine_at(data))
    await state.save(ServerSettings(7, moderator_role=5))
    await state.close()
    return data


def tamper(data: Path, *statements: str, file: str = CORPUS.file) -> None:
    with closing(sqlite3.connect(data / file, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


# Backups.


async def test_a_backup_is_a_data_folder(tmp_path: Path, data: Path) -> None:
    target = tmp_path / "deep" / "backup"
    assert sorted(backup(data, target)) == [target / CORPUS.file, target / STATE.file]
    assert sorted(path.name for path in target.iterdir()) == [CORPUS.file, STATE.file]
    assert holdings(target) == holdings(data)
    assert_sound(target)
    load_into(target, thread("One more"))
    state = SettingsStore.open(engine_at(target))
    assert await state.get(7) == ServerSettings(7, moderator_role=5)
    await state.close()
    assert check(target).ok


def test_a_backup_takes_the_place_of_nothing(tmp_path: Path, data: Path) -> None:
    for file in (CORPUS.file, STATE.file):
        target = tmp_path / f"with {file}"
        target.mkdir()
        (target / file).write_text("mine")
        with pytest.raises(BadInput) as raised:
            backup(data, target)
        assert raised.value.key == "backup-exists"
        assert [path.name for path in target.iterdir()] == [file]
        assert (target / file).read_text() == "mine"


def test_a_backup_onto_itself_is_refused(data: Path) -> None:
    before = holdings(data)
    with pytest.raises(BadInput):
        backup(data, data)
    assert holdings(data) == before


def test_a_backup_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as raised:
        backup(tmp_path / "none", tmp_path / "backup")
    assert raised.value.key == "no-archive"
    assert list(tmp_path.iterdir()) == []


def test_a_backup_of_a_corpus_alone(tmp_path: Path) -> None:
    load_into(tmp_path / "data", *PAGES)
    assert backup(tmp_path / "data", tmp_path / "backup") == (tmp_path / "backup" / CORPUS.file,)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, data: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError) as raised:
        backup(data, tmp_path / "file" / "backup")
    assert raised.value.key == "database-unreachable"


def test_a_backup_that_fails_leaves_no_half_copy(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(copies, "sync", fail)
    with pytest.raises(UserError):
        backup(data, tmp_path / "backup")
    assert list((tmp_path / "backup").iterdir()) == []


def test_a_disk_without_links_takes_a_backup(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*paths: Path) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    backup(data, tmp_path / "backup")
    assert holdings(tmp_path / "backup") == holdings(data)


def test_a_backup_during_a_load_holds_whole_batches(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with subprocess.Popen(
        [sys.executable, "-c", LOADER, str(data), ""], stdout=subprocess.PIPE, text=True
    ) as loader:
        assert loader.stdout is not None
        for number in range(5):
            told = int(loader.stdout.readline())
            target = tmp_path / str(number)
            backup(data, target)
            stories = query(target, "SELECT comments FROM article WHERE title LIKE 'Story %'")
            assert len(stories) >= told
            assert set(stories) == {7}
            assert query(target, "SELECT articles_new FROM load") == [len(stories) + 1]
            assert_sound(target)
        loader.kill()


# Checks.


def wrong(report: CheckReport) -> set[str]:
    assert report.ok == all(finding.ok for finding in report.findings)
    assert all(finding.ok or finding.advice for finding in report.findings)
    return {
        finding.subject.partition(": ")[2] or finding.subject for finding in report.findings if not finding.ok
    }


def test_what_is_well_is_well(tmp_path: Path, data: Path) -> None:
    assert wrong(check(data)) == set()
    assert wrong(check(tmp_path / "nowhere")) == set()
    assert not (data / CHECK_FOLDER).exists()


DAMAGES: dict[str, tuple[set[str], list[str]]] = {
    "a text behind the index": ({"search index comment_fts"}, ["UPDATE comment SET text = 'x' WHERE id = 1"]),
    "a title behind the indexes": (
        {"search index article_fts", "search index title_fts"},
        ["UPDATE article SET title = 'x' WHERE id = 1"],
    ),
    "a lost comment": (
        {"comment counts", "receipts", "search index comment_fts"},
        ["DELETE FROM comment WHERE id = 1"],
    ),
    "a wrong count": ({"comment counts"}, ["UPDATE article SET comments = 9 WHERE id = 1"]),
    "a wrong receipt": ({"totals"}, ["UPDATE load SET comments_new = 9"]),
    "a number again": ({"ids"}, ["UPDATE archive SET next_comment = 3"]),
    "a lost article": (
        {"references", "search index article_fts", "search index title_fts"},
        ["PRAGMA foreign_keys = OFF", "DELETE FROM article WHERE id = 1"],
    ),
    "a half undone load": ({"undone loads"}, ["UPDATE load SET state = 'undoing'"]),
    "a lost index entry": (
        {"pages"},
        [
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_master SET sql = 'CREATE INDEX article_shown ON article (score)'"
            " WHERE name = 'article_shown'",
        ],
    ),
}


@pytest.mark.parametrize(("subjects", "statements"), DAMAGES.values(), ids=DAMAGES)
def test_what_is_wrong_is_found(data: Path, subjects: set[str], statements: list[str]) -> None:
    tamper(data, *statements)
    assert wrong(check(data)) == subjects
    assert not (data / CHECK_FOLDER).exists()


def test_an_index_that_does_not_agree_is_built_anew(data: Path) -> None:
    tamper(data, "UPDATE comment SET text = 'gulls' WHERE id = 1")
    report = check(data, repair=True)
    assert report.ok
    assert "now rebuilt" in " ".join(finding.detail for finding in report.findings)
    assert check(data).ok
    assert query(data, "SELECT rowid FROM comment_fts WHERE comment_fts MATCH 'gulls'") == [1]


def test_repair_waits_for_no_load(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_SECONDS", 0.0)
    tamper(data, "UPDATE comment SET text = 'gulls' WHERE id = 1")
    with CorpusWriter(engine_at(data)), pytest.raises(Busy) as raised:
        check(data, repair=True)
    assert raised.value.key == "loader-busy"


def test_a_damaged_page_is_found(data: Path) -> None:
    with closing(sqlite3.connect(data / CORPUS.file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [[page]] = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'comment_article'")
        [[size]] = db.execute("PRAGMA page_size")
    with (data / CORPUS.file).open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    report = check(data)
    assert not report.ok
    assert "backup" in report.findings[0].advice


@pytest.mark.parametrize(
    ("make", "detail"),
    [
        (lambda path: path.write_text("no database " * 99), "not a Newsdesk database"),
        (lambda path: tamper(path.parent, "PRAGMA user_version = 99", file=path.name), "newer"),
        (
            lambda path: tamper(path.parent, "PRAGMA application_id = 5", file=path.name),
            "not a Newsdesk database",
        ),
    ],
)
@pytest.mark.parametrize("file", [CORPUS.file, STATE.file])
def test_a_file_that_cannot_be_read_is_a_finding(
    data: Path, make: Callable[[Path], object], detail: str, file: str
) -> None:
    make(data / file)
    report = check(data)
    assert wrong(report) == {file}
    assert any(detail in finding.detail for finding in report.findings)


def test_too_little_room_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))
    report = check(data)
    assert wrong(report) == {"search index"}
    assert any("Free up 1 MB on the disk" in finding.advice for finding in report.findings)


def test_a_check_holds_up_no_load_and_two_checks_do_not_meet(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agrees, asked = Fts5Index._matches_texts, []

    def meanwhile(index: Fts5Index, table: str) -> bool:
        asked.append(table)
        with CorpusWriter(engine_at(data), lock_timeout=0) as writer:
            load = writer.begin_load(None, "meanwhile", EDITOR, START)
            writer.add_threads(load, [thread(f"Meanwhile {table}")])
        with pytest.raises(Busy):
            check(data)
        return agrees(index, table)

    with monkeypatch.context() as patched:
        patched.setattr(Fts5Index, "_matches_texts", meanwhile)
        assert check(data).ok
    assert len(asked) == 3
    assert_sound(data)


def test_what_a_killed_check_left_goes(data: Path) -> None:
    (data / CHECK_FOLDER).mkdir()
    (data / CHECK_FOLDER / CORPUS.file).write_bytes(b"half a copy")
    assert check(data).ok
    assert not (data / CHECK_FOLDER).exists()


def test_the_state_is_checked_too(data: Path) -> None:
    with closing(open_writer(data, STATE)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET rootpage = 99 WHERE name = 'fact'")
    assert not check(data).ok
