"""The log is written to the disk while it grows, and a corpus without a log is no trouble."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from bot.store import flushing


def test_the_log_is_written_while_the_work_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = threading.Event()
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: written.set())
    with flushing.flushing(tmp_path):
        assert not written.wait(0.05), "there is no log yet"
        (tmp_path / "corpus.db-wal").write_bytes(b"log")
        assert written.wait(10)


def test_a_disk_that_fails_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = threading.Event()

    def fail(descriptor: int) -> None:
        tried.set()
        raise OSError

    monkeypatch.setattr(os, "fdatasync", fail)
    (tmp_path / "corpus.db-wal").write_bytes(b"log")
    with flushing.flushing(tmp_path):
        assert tried.wait(10)
