"""A loader on an empty data folder, with small transactions and blocks so that short dumps have many."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dumps.formats import json_lines
from bot.store.ingest import transactions
from tests.loading.loader import Loader


@pytest.fixture
def loader(tmp_path: Path) -> Loader:
    return Loader(tmp_path / "data")


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of some twenty lines, transactions of some blocks."""
    monkeypatch.setattr(
        json_lines.read_blocks, "__kwdefaults__", {"offset": 0, "line": 0, "block_bytes": 4000}
    )
    monkeypatch.setattr(transactions, "MOST_COMMENTS", 100)
