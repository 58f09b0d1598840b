"""A load's files are written to the disk while they grow, and a corpus without them is no trouble."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from bot.store.sqlite import background_fsync

FILES = ("corpus.db", "corpus.db-wal")


def test_both_files_are_written_while_the_work_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: set[tuple[int, int]] = set()
    both = threading.Event()

    def note(descriptor: int) -> None:
        written.add((os.fstat(descriptor).st_dev, os.fstat(descriptor).st_ino))
        if len(written) == len(FILES):
            both.set()

    monkeypatch.setattr(os, "fdatasync", note)
    monkeypatch.setattr(background_fsync, "MIN_BYTES", 0)  # whatever this process wrote before
    with background_fsync.background_fsync(tmp_path):
        assert not both.wait(0.05), "there is nothing yet"
        for name in FILES:
            (tmp_path / name).write_bytes(b"pages")
        assert both.wait(10)
    assert written == {((tmp_path / name).stat().st_dev, (tmp_path / name).stat().st_ino) for name in FILES}


def test_a_disk_that_fails_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = threading.Event()

    def fail(descriptor: int) -> None:
        tried.set()
        raise OSError

    monkeypatch.setattr(os, "fdatasync", fail)
    monkeypatch.setattr(background_fsync, "MIN_BYTES", 0)
    for name in FILES:
        (tmp_path / name).write_bytes(b"pages")
    with background_fsync.background_fsync(tmp_path):
        assert tried.wait(10)
