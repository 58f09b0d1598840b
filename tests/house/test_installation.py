"""The wheel must work where nothing of this repository is: its files, its dependencies and its commands."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.paths import ROOT

SOURCES = ("bot", "cogs", "pyproject.toml", "README.md", "LICENSE")
PATIENCE = 60

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(registry: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a new environment that holds the wheel with its `try` extra, and nothing else."""
    folder = tmp_path_factory.mktemp("installation")
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:
        # A build leaves folders behind, which belong in no one's working tree.
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    pip(sys.executable, "wheel", "--no-deps", "-w", folder, source)
    (wheel,) = folder.glob("newsdesk-*.whl")
    venv.create(folder / "venv")
    binaries = folder / "venv" / "bin"
    into = ("--python", binaries / "python")  # this environment's pip: installing another one takes seconds
    # Without a compiler, as with uvx and pipx.
    pip(
        sys.executable,
        *into,
        "install",
        "--no-compile",
        "--only-binary",
        ":all:",
        "-c",
        ROOT / "constraints.txt",
        f"{wheel}[try]",
    )
    return binaries


def pip(python: str | Path, *arguments: str | Path) -> None:
    run(python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments, patience=600)


def run(*command: str | Path, cwd: Path | None = None, patience: int = PATIENCE) -> str:
    done = subprocess.run(command, cwd=cwd, env=elsewhere(), capture_output=True, text=True, timeout=patience)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def elsewhere() -> dict[str, str]:
    """The environment without what would lead Python back to this repository, and without settings."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "VIRTUAL_ENV", "NEWSDESK_", "DISCORD_"))
    }


@pytest.fixture
def sample(installed: Path, tmp_path: Path) -> list[str]:
    """The sample archive's files inside the installation."""
    code = "from bot.services.sample import sample_paths; print(*sample_paths(), sep='\\n')"
    paths = run(installed / "python", "-c", code, cwd=tmp_path).splitlines()
    assert paths
    assert all(Path(path).is_relative_to(installed.parent) for path in paths)
    return paths


def test_it_says_what_it_can_do(installed: Path, tmp_path: Path) -> None:
    said = run(installed / "newsdesk", "--help", cwd=tmp_path)
    assert all(command in said for command in ("load", "search", "try", "run"))


def test_it_loads_and_finds_the_sample(installed: Path, sample: list[str], tmp_path: Path) -> None:
    newsdesk = installed / "newsdesk"
    loaded = json.loads(run(newsdesk, "load", *sample, "--json", cwd=tmp_path))
    assert loaded["state"] == "done"
    assert loaded["articles"]["new"] == len(loaded["ids"]) > 0
    assert loaded["rejected"] == []
    first = json.loads(run(newsdesk, "article", str(loaded["ids"][0]), "--json", cwd=tmp_path))
    found = json.loads(run(newsdesk, "search", f'"{first["title"]}"', "--json", cwd=tmp_path))
    assert first["article"] in [hit["article"] for hit in found["hits"]]


@pytest.fixture
def trying(installed: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [installed / "newsdesk", "try"],
        cwd=tmp_path,
        env=elsewhere() | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def test_it_can_be_tried(trying: subprocess.Popen[str], tmp_path: Path) -> None:
    assert trying.stdout is not None
    address = next(word for line in trying.stdout for word in line.split() if word.startswith("http://"))
    page = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
    page.request("GET", "/")
    assert page.getresponse().status == 200
    page.close()
    trying.send_signal(signal.SIGTERM)
    said, _ = trying.communicate(timeout=PATIENCE)
    assert trying.returncode == 0, said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []
