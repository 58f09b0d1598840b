"""The server of the tests: what a machine lacks for it, and what it leaves behind."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from tests.support import postgres

needs_server = pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())


def test_the_programs_of_the_client_are_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    monkeypatch.setattr(postgres, "ROOT_FOLDER", tmp_path)
    for version in ("9", "15", "16"):
        programs = tmp_path / "usr/lib/postgresql" / version / "bin"
        programs.mkdir(parents=True)
        (programs / "psql").touch()
    assert postgres.missing() == "PostgreSQL is not installed"
    for version in ("9", "15"):
        (tmp_path / "usr/lib/postgresql" / version / "bin" / "initdb").touch()
    assert postgres.missing() == ""
    assert [folder.parent.name for folder in postgres._programs()] == ["15", "9"]


@needs_server
@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("ENCODING", ("--encoding", "EBCDIC"), "EBCDIC"),
        ("SETTINGS", ("no_such_setting=1",), "no_such_setting"),
    ],
    ids=["initdb", "pg_ctl"],
)
def test_a_server_that_does_not_start_gives_the_reason_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: tuple[str, ...], reason: str
) -> None:
    with tempfile.TemporaryDirectory(dir=postgres.TEMPORARY) as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setattr(postgres, setting, value)
        with pytest.raises(RuntimeError, match=reason):
            postgres.PostgresServer()
        assert list(Path(folder).iterdir()) == []


@needs_server
@pytest.mark.skipif(os.getuid() != 0, reason="the server then runs as the user of the tests")
def test_a_folder_that_only_root_can_enter_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    server = postgres.PostgresServer()
    server.end()
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(postgres, "TEMPORARY", str(tmp_path))
    with pytest.raises(RuntimeError, match="can enter neither"):
        postgres.PostgresServer()
    assert list(tmp_path.iterdir()) == []
