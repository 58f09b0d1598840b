"""A loader on an empty data folder, with small transactions and blocks so that short dumps have many."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dumps import lines
from bot.store import intake
from tests.loading.loader import Loader


@pytest.fixture
def loader(tmp_path: Path) -> Loader:
    return Loader(tmp_path / "data")


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of some twenty lines, transactions of some blocks."""
    monkeypatch.setattr(lines.read_blocks, "__kwdefaults__", {"offset": 0, "line": 0, "chunk": 4000})
    monkeypatch.setattr(intake, "MOST_COMMENTS", 100)
