"""Backups as an operator makes and restores them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.exit_codes import BAD_INPUT, NOTHING_FOUND, OK
from bot.store.sqlite.data_lock import in_use
from tests.support.command_line import Desk
from tests.support.paths import ROOT


def words(text: str) -> str:
    return " ".join(text.split())


def test_what_was_undone_by_mistake_comes_back(loaded: Desk, tmp_path: Path) -> None:
    loaded.env["NEWSDESK_DROP"] = str(tmp_path)
    loaded.env["DISCORD_TOKEN"] = "MTIzNDU2Nzg5.Gabc12.abc-def_ghi"
    made = loaded("backup", tmp_path / "copies")
    assert made.code == OK
    assert f"newsdesk restore {tmp_path / 'copies'}" in words(made.out)
    kept = (tmp_path / "copies" / "settings.env").read_text()
    assert f"NEWSDESK_DROP='{tmp_path}'" in kept
    assert "MTIz" not in kept
    before = loaded("stats").out
    loaded("undo", "1")
    assert loaded("stats").out != before
    restored = loaded("restore", tmp_path / "copies")
    assert restored.code == OK
    assert "The files from before are in" in words(restored.out)
    assert loaded("stats").out == before
    assert loaded("check").code == OK
    again = loaded("restore", tmp_path / "copies", "--json").json
    assert Path(again["aside"]).is_dir()
    assert again["findings"] == []


def test_a_restore_is_refused_while_newsdesk_runs(loaded: Desk, tmp_path: Path) -> None:
    loaded("backup", tmp_path / "copies")
    with in_use(loaded.data):
        refused = loaded("restore", tmp_path / "copies")
        assert refused.code == BAD_INPUT
        assert "Stop it first" in refused.err
        assert loaded("search", "ferry").code == OK
    assert loaded("restore", tmp_path / "nowhere").code == NOTHING_FOUND


@pytest.mark.slow
def test_a_killed_bot_does_not_keep_its_lock(loaded: Desk, tmp_path: Path) -> None:
    loaded("backup", tmp_path / "copies")
    program = (
        "import asyncio, sys; from pathlib import Path; from bot.services import open_services\n"
        "async def main():\n"
        "    async with open_services(Path(sys.argv[1])):\n"
        "        print('open', flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(loaded.data)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as bot:
        assert bot.stdout is not None
        assert bot.stdout.readline() == "open\n"
        assert loaded("restore", tmp_path / "copies").code == BAD_INPUT
        bot.kill()
        bot.wait()
    assert loaded("restore", tmp_path / "copies").code == OK
