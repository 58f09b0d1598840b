"""The command line in this process, on a data folder of its own."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.store.engines import URL
from tests.support.dump_folders import write_dump
from tests.support.selected_database import move_to_selected, selected


@dataclass(frozen=True)
class Result:
    """How one command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        assert self.out.endswith("\n")
        assert self.out.count("\n") == 1
        found: dict[str, Any] = json.loads(self.out)
        return found


class Desk:
    """Runs `newsdesk` with one data folder."""

    def __init__(self, data: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self.env = {"NEWSDESK_DATA": str(data), URL: os.environ.get(URL, "")}
        self._capture = capture

    def __call__(self, *argv: str | Path) -> Result:
        self._capture.readouterr()
        code = main([str(one) for one in argv], self.env)
        captured = self._capture.readouterr()
        return Result(code, captured.out, captured.err)


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty data folder."""
    monkeypatch.setenv("COLUMNS", "100")
    return Desk(tmp_path / "data", capsys)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """Two threads and two files that are none."""
    return write_dump(tmp_path / "dump")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the dump in its shared archive, which tests copy."""
    folder = tmp_path_factory.mktemp("built")
    env = {"NEWSDESK_DATA": str(folder / "data")}
    with selected(None):
        assert main(["load", str(write_dump(folder / "dump")), "--json"], env) == 0
    return folder / "data"


@pytest.fixture
def loaded(desk: Desk, built: Path) -> Desk:
    """A data folder with the dump in its shared archive: article 1 is the ferry, 2 the market."""
    shutil.copytree(built, desk.data)
    move_to_selected(desk.data)
    return desk
