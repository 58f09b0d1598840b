"""Fixtures that every test may use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.text.language.word_vectors import WordPieceTable, load_vectors
from tests.support.dump_folders import write_large
from tests.support.paths import SHARED


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The development data, where it is there; `NEWSDESK_SHARED` names its parent folder."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("needs the development data (set NEWSDESK_SHARED, or put it in ../shared)")
    return folder


@pytest.fixture(scope="session")
def shipped_table() -> WordPieceTable:
    """The shipped table of word vectors, where it is installed."""
    table = load_vectors("shipped")
    if not isinstance(table, WordPieceTable):
        pytest.skip("needs the extra `vectors`")
    return table


@pytest.fixture(scope="session")
def registry(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Says that a test installs packages from pip's registry; it skips where that cannot be reached."""
    if pytestconfig.getoption("--offline"):
        pytest.skip("installs packages, and --offline was given")
    folder = tmp_path_factory.mktemp("registry")
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, "setuptools>=77"],
        capture_output=True,
        check=False,
    )
    if asked.returncode:
        pytest.skip("installs packages, and pip cannot reach its registry")


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dump that takes some seconds to load."""
    return write_large(tmp_path_factory.mktemp("large") / "pages")
