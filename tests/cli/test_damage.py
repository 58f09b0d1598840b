"""Damaged databases and full disks: every command says what to do, and none ends as a bug."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.exit_codes import BAD_INPUT, BUG, OK
from tests.support import damage
from tests.support.paths import ROOT

pytestmark = pytest.mark.slow
COMMANDS_ON_EACH = 3


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return damage.stocked(tmp_path_factory.mktemp("stock") / "data")


def run(command: str, data: Path, capture: pytest.CaptureFixture[str]) -> tuple[int, str]:
    target = data.parent / "target"
    shutil.rmtree(target, ignore_errors=True)
    capture.readouterr()
    code = main(damage.argv(command, data.parent / "stock", target), {"NEWSDESK_DATA": str(data)})
    captured = capture.readouterr()
    return code, captured.out + captured.err


@pytest.mark.parametrize("kind", damage.KINDS, ids=lambda kind: kind.__name__)
def test_no_command_takes_damage_for_a_bug(
    stock: Path, tmp_path: Path, kind: damage.Damage, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(stock.parent / "stock", tmp_path / "stock")
    commands = random.Random(kind.__name__).sample(damage.COMMANDS, COMMANDS_ON_EACH)
    for command in commands:
        file = damage.damaged(stock, tmp_path / "data", kind, seed=1)
        code, told = run(command, tmp_path / "data", capsys)
        assert code != BUG, (file, command, told)
        assert "Traceback" not in told, (file, command, told)
        if "is damaged" in told and command != "check --repair":
            code, found = run("check", tmp_path / "data", capsys)
            assert code == BAD_INPUT, (file, command, found)


def test_check_names_what_is_missing(stock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(stock, tmp_path / "data")
    damage.execute(tmp_path / "data/state.db", "DROP TABLE follow")
    damage.execute(tmp_path / "data/corpus.db", "ALTER TABLE load RENAME COLUMN seconds TO gone")
    code, told = run("check", tmp_path / "data", capsys)
    assert code == BAD_INPUT
    assert "corpus.db: tables: missing or wrong: load.seconds" in told
    assert "follow" in told.partition("state.db: tables: missing or wrong: ")[2]
    assert run("follows", tmp_path / "data", capsys) == (
        BAD_INPUT,
        "newsdesk: The database state.db is damaged. Run “newsdesk check” to see what to do.\n",
    )


@pytest.fixture
def full_disk(tmp_path: Path, stock: Path) -> Iterator[Path]:
    """A data folder on a file system of its own, without a byte of room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    with contextlib.suppress(OSError):
        if os.geteuid() == 0 and not subprocess.run(mount, capture_output=True, check=False).returncode:
            try:
                shutil.copytree(stock, folder / "data")
                with contextlib.suppress(OSError), (folder / "filler").open("wb", buffering=0) as file:
                    while file.write(bytes(4096)):
                        pass
                yield folder
            finally:
                subprocess.run(["umount", "-l", str(folder)], check=True)
            return
    pytest.skip("needs to mount a small file system")


@pytest.mark.parametrize(
    "command", ["search ferry", "ask Is the ferry late?", "backup TARGET", "undo 1", "check", "loads"]
)
def test_a_full_disk_is_called_full(
    full_disk: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = run(command, full_disk / "data", capsys)
    assert code == BAD_INPUT
    said = "MB are free. Free some space" if command.startswith("backup") else "The disk is full"
    assert said in " ".join(told.split())


@pytest.mark.parametrize("command", ["search", "backup"])
def test_a_limit_on_the_size_of_files_is_called_full(stock: Path, tmp_path: Path, command: str) -> None:
    shutil.copytree(stock, tmp_path / "data")
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20000, resource.RLIM_INFINITY));"
        "from bot.cli import main; sys.exit(main())"
    )
    more = {"search": ["ferry"], "backup": [str(tmp_path / "target")]}[command]
    done = subprocess.run(
        [sys.executable, "-c", program, "--data", str(tmp_path / "data"), command, *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (OK, BAD_INPUT), done.stderr
    assert done.returncode == OK or "The disk is full" in done.stderr
