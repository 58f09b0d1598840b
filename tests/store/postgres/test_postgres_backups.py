"""Backups of a database of PostgreSQL: dumps, which are tried when they are made and checked before they
replace anything."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.errors import BadInput, Busy, NotFound
from bot.services.upgrade import upgrade_databases
from bot.store.engines import engine_of
from tests.support import postgres
from tests.support.paths import ROOT
from tests.support.selected_database import postgres_database
from tests.support.world import load, thread

__all__ = ["postgres_database"]

DUMP = "newsdesk.dump"

pytestmark = [
    pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing()),
    pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed"),
    pytest.mark.usefixtures("postgres_database"),
]


FILES = ("rejects/1.ndjson", "upload-ab/dump")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with an archive of one article, a rejected line and a file that a load waits for."""
    data = tmp_path / "data"
    load(data, None, [thread("Ferry sails again", "It sails at nine.")])
    with engine_of(data).load_files() as files:
        for name in FILES:
            files.append(name, name.encode())
    return data


def titles(data: Path) -> list[str]:
    with closing(engine_of(data).open_reader("corpus")) as db:
        return [title for (title,) in db.execute("SELECT title FROM article ORDER BY id")]


def test_a_backup_brings_everything_back_and_what_was_there_is_kept(data: Path, tmp_path: Path) -> None:
    backups = engine_of(data).backups
    [dump] = backups.make(tmp_path / "backup", "NEWSDESK_LOG_LEVEL='info'\n")
    assert dump == tmp_path / "backup" / DUMP
    load(data, None, [thread("Market moves", "It moves in May.")])
    with engine_of(data).load_files() as files:
        files.delete(FILES[0])
        files.append(FILES[1], b"more")
    restored = backups.restore(tmp_path / "backup")
    assert titles(data) == ["Ferry sails again"]
    with engine_of(data).load_files() as files:
        assert [b"".join(files.parts(name)).decode() for name in FILES] == [*FILES]
    assert (tmp_path / "backup" / "settings.env").read_text() == "NEWSDESK_LOG_LEVEL='info'\n"
    assert restored.aside is not None
    backups.restore(restored.aside)
    assert titles(data) == ["Ferry sails again", "Market moves"]
    last = backups.last_success()
    assert last is not None
    assert last.checked
    assert len(backups.known()) == 3
    load(data, None, [thread("Gulls return", "They are loud.")])  # ids go on
    assert len(titles(data)) == 3


def test_a_backup_is_never_overwritten(data: Path, tmp_path: Path) -> None:
    engine_of(data).backups.make(tmp_path / "backup")
    before = (tmp_path / "backup" / DUMP).read_bytes()
    with pytest.raises(BadInput, match="backup-exists"):
        engine_of(data).backups.make(tmp_path / "backup")
    assert (tmp_path / "backup" / DUMP).read_bytes() == before


@pytest.mark.parametrize("size", [0, 4000])
def test_a_damaged_backup_changes_nothing(data: Path, tmp_path: Path, size: int) -> None:
    backups = engine_of(data).backups
    [dump] = backups.make(tmp_path / "backup")
    load(data, None, [thread("Market moves", "It moves in May.")])
    os.truncate(dump, size)
    with pytest.raises(BadInput, match="backup-damaged"):
        backups.restore(tmp_path / "backup")
    assert len(titles(data)) == 2


def test_a_backup_of_a_newer_version_changes_nothing(
    data: Path, tmp_path: Path, postgres_database: str
) -> None:
    backups = engine_of(data).backups
    name = postgres_database.partition("@/")[2].partition("?")[0]
    version = "UPDATE newsdesk_corpus.schema_version SET version = {}"
    with closing(engine_of(data).open_reader("corpus")) as db:
        known = db.soundness.schema_version()
    postgres.shared_server().execute(version.format(99), name)
    backups.make(tmp_path / "backup")
    postgres.shared_server().execute(version.format(known), name)
    load(data, None, [thread("Market moves", "It moves in May.")])
    with pytest.raises(BadInput, match="newer-schema"):
        backups.restore(tmp_path / "backup")
    assert len(titles(data)) == 2


@pytest.mark.parametrize("again", [True, False])
def test_a_restore_that_was_killed_loses_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, again: bool
) -> None:
    backups = engine_of(data).backups
    backups.make(tmp_path / "backup")
    load(data, None, [thread("Market moves", "It moves in May.")])
    script = "import sys, pathlib; from bot.store.engines import engine_of;"
    script += "engine_of(pathlib.Path(sys.argv[1])).backups.restore(pathlib.Path(sys.argv[2]))"
    program = tmp_path / "programs" / "pg_restore"
    program.parent.mkdir()
    real = shutil.which("pg_restore")
    program.write_text(f"""#!/bin/sh\ncase "$*" in *single*) kill -9 $PPID;; *) exec {real} "$@";; esac\n""")
    program.chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        command = [sys.executable, "-c", script, str(data), str(tmp_path / "backup")]
        assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    if again:
        aside = backups.restore(tmp_path / "backup").aside
        assert titles(data) == ["Ferry sails again"]
        assert aside is not None
        backups.restore(aside)
    else:
        upgrade_databases(data)
    assert titles(data) == ["Ferry sails again", "Market moves"]


def test_nothing_is_restored_while_the_database_is_used(data: Path, tmp_path: Path) -> None:
    backups = engine_of(data).backups
    backups.make(tmp_path / "backup")
    with closing(engine_of(data).open_reader("state")), pytest.raises(Busy, match="data-in-use"):
        backups.restore(tmp_path / "backup")


def test_a_folder_without_a_dump_is_no_backup(data: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no-database-dump"):
        engine_of(data).backups.restore(tmp_path)


def test_backups_need_the_programs_of_the_server(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput) as raised:
        engine_of(data).backups.make(tmp_path / "backup")
    assert (raised.value.key, raised.value.fields) == ("no-pg-dump", {"program": "pg_dump"})


def test_the_password_is_no_argument_of_a_program(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_database: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_database.replace("@", ":hunter2@", 1))
    calls = []
    run = subprocess.run

    def spy(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        calls.append((command, options["env"].get("PGPASSWORD")))
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", spy)
    engine_of(data).backups.make(tmp_path / "backup")
    assert [password for _, password in calls] == ["hunter2", None]
    assert not any("hunter2" in argument for command, _ in calls for argument in command)
