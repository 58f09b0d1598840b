"""Every benchmark runs whole, at a tiny size, from a fresh folder, and is listed with what it measures."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT, SHARED

BENCHMARKS = sorted(
    path.stem for path in (ROOT / "benchmarks").glob("*.py") if not path.stem.startswith("__")
)
NEED_DEVELOPMENT_DATA = {
    "ask_quality",
    "fit_summary",
    "language_model",
    "near_misses",
    "read_aloud",
    "search_quality",
    "spelling",
    "stories",
    "summaries",
    "verification",
}
OTHER_WAYS = [("ask_quality", "--fit"), ("ask_quality", "--fit-languages")]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "NEWSDESK_SHARED": str(SHARED.resolve())}


def run(folder: Path, *arguments: str) -> str:
    """What a module of the benchmarks prints."""
    argv = [sys.executable, "-m", *arguments]
    done = subprocess.run(
        argv, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-5000:]
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [*((name,) for name in BENCHMARKS), *OTHER_WAYS], ids=" ".join)
def test_it_runs_whole(
    arguments: tuple[str, ...], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name, *options = arguments
    if name in NEED_DEVELOPMENT_DATA and not (SHARED / "data").is_dir():
        pytest.skip("needs the development data (set NEWSDESK_SHARED, or put it in ../shared)")
    assert run(tmp_path, f"benchmarks.{name}", "--tiny", *options).count("\n") > 1
    assert list(tmp_path.iterdir()) == []


def test_all_are_listed_with_what_they_measure(tmp_path: Path) -> None:
    listed = dict(line.split(None, 3)[2:] for line in run(tmp_path, "benchmarks").splitlines())
    assert list(listed) == [f"benchmarks.{name}" for name in BENCHMARKS]
    assert all(purpose[0].isupper() and purpose[-1] in ".?" for purpose in listed.values())


def test_the_docs_name_benchmarks_that_there_are() -> None:
    text = (ROOT / "docs/benchmarks.md").read_text()
    commands = {
        line.split("|")[-2].strip(" `").split()[0] for line in text.splitlines() if line.endswith("` |")
    }
    assert commands - {"python", "pytest"} == set(BENCHMARKS)
