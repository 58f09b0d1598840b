"""The database of a process is that of the processes that it starts, and `.env` is read again by a reload."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import bot.client
from bot.cli import main
from bot.cli.session import environment
from bot.config import Config
from bot.store.engines import select_database

ADDRESS = "postgresql://desk@db.example/newsdesk"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "")
    return tmp_path


def test_an_address_that_the_shell_has_emptied_is_not_read_again(folder: Path) -> None:
    (folder / ".env").write_text(f"DATABASE_URL={ADDRESS}\n")
    select_database(None)
    assert environment()["DATABASE_URL"] == ""


def test_a_reload_reads_the_address_of_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("DISCORD_TOKEN", "MTIzNDU2Nzg5.Gabc12.abc-def_ghi")
    addresses = []

    def run(config: Config, read: Callable[[], Config], *_: object) -> int:
        addresses.append(config.database_url)
        (folder / ".env").write_text(f"DATABASE_URL={ADDRESS}\n")
        assert os.environ["DATABASE_URL"] == ""
        addresses.append(read().database_url)
        return 0

    monkeypatch.setattr(bot.client, "run", run)
    assert main(["--data", str(folder), "run"]) == 0
    assert addresses == [None, ADDRESS]
