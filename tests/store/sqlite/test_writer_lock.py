"""The lock of the corpus' writer, where the file system has none."""

from __future__ import annotations

import errno
import fcntl
from pathlib import Path

import pytest

from bot.errors import UserError
from bot.store.sqlite.writer_lock import WriterLock


def test_a_file_system_without_locks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(file: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(UserError) as told:
        WriterLock(tmp_path).acquire()
    assert (told.value.key, told.value.fields) == (
        "database-unreachable",
        {"file": f"{tmp_path}/corpus.lock"},
    )
