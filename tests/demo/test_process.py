"""`newsdesk try` as a process: it starts, ends when it is told to, and leaves nothing behind."""

from __future__ import annotations

import importlib.util
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.demo.demo import GUILD, QUERY
from bot.services.sample import sample_paths
from tests.support.browser import trying

pytestmark = pytest.mark.slow


BAD_SIGNS = ("Traceback", "Warning", "was never", "exception")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_ends_it_and_leaves_nothing(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("PYTHONWARNINGS", "always::ResourceWarning")
    with trying() as (process, _):
        assert list(tmp_path.iterdir()), "the archive is in the temporary folder"
        process.send_signal(number)
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert not any(sign in said for sign in BAD_SIGNS), said
    assert list(tmp_path.iterdir()) == []


def test_a_data_folder_is_kept_and_used_again(tmp_path: Path) -> None:
    archives = []
    for _ in range(2):
        with trying("--data", str(tmp_path)) as (process, _):
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)
        assert process.returncode == 0
        archives.append(loads(tmp_path))
    assert archives[0] == archives[1]
    assert len(archives[0]) == 1, "the sample is loaded once"


def loads(data: Path) -> list[object]:
    """The receipts in the simulated server's archive."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "bot",
        "loads",
        "--data",
        data,
        "--guild",
        str(GUILD),
        "--json",
    ]
    found: list[object] = json.loads(subprocess.check_output(command))["loads"]
    return found


def test_what_it_suggests_to_look_for_is_in_the_sample() -> None:
    pages = [path.read_text(encoding="utf-8") for path in sample_paths()]
    assert sum(QUERY in page for page in pages) > 1


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["try"], {}) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "newsdesk[try]" in said.err


def test_a_port_in_use_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert main(["try", "--port", str(port)], {}) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"Port {port} isn't available" in said.err
