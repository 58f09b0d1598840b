"""What a load needs of the disk is told before it, and its write-ahead log stays small while others read."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.domain.loads import LoadFilter, Preview
from bot.errors import BadInput
from bot.loading import disk_room
from bot.store.sqlite import log_limit, text_index
from bot.store.sqlite.connection import CORPUS, open_writer
from bot.ui.loads import strings
from tests.support.archives import PACKERS
from tests.support.loader import Loader
from tests.support.reddit_records import comments, submissions

DUMP = submissions(range(5)) + comments(range(3000), words=40)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "rc.ndjson"
    path.write_bytes(DUMP)
    return path


def with_free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=free))


def test_a_preview_tells_what_a_load_will_need(loader: Loader, dump: Path, small_log: None) -> None:
    preview = loader.do(loader.job(dump, dry_run=True))
    assert isinstance(preview, Preview)
    assert preview.fits
    assert strings.disk_room(preview).startswith("Needs up to ")
    loader.load(dump)
    files = [loader.data / CORPUS.file, loader.data / f"{CORPUS.file}-wal"]
    used = sum(path.stat().st_size for path in files if path.exists())
    assert used / 3 < preview.disk_bytes < used * 8


def test_a_preview_of_what_does_not_fit_says_so(
    loader: Loader, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_free(monkeypatch, 1000)
    preview = loader.do(loader.job(dump, dry_run=True))
    assert strings.disk_room(preview).startswith("Doesn't fit on the disk: needs up to ")


@pytest.mark.parametrize("packer", [None, "zst", "gz"])
def test_a_load_that_does_not_fit_is_refused_before_it_begins(
    loader: Loader, tmp_path: Path, packer: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = tmp_path / "rc"
    dump.write_bytes(PACKERS[packer](DUMP) if packer else DUMP)
    with_free(monkeypatch, 1000)
    with pytest.raises(BadInput) as caught:
        loader.load(dump)
    assert caught.value.key == "no-room-for-load"
    assert caught.value.fields == {"needed": 1, "free": 0}
    assert not (loader.data / CORPUS.file).exists()
    assert loader.load(dump, wanted=LoadFilter(min_length=5)).state == "done", "a filter may leave most out"


def test_no_load_is_refused_that_would_fit(loader: Loader, dump: Path) -> None:
    loader.load(dump)
    size = (loader.data / CORPUS.file).stat().st_size
    assert size / 20 < disk_room._estimate(dump) < size


@pytest.fixture
def small_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_limit, "MAX_LOG_BYTES", 400_000)


def reading(path: Path, ended: threading.Event, seconds: float) -> None:
    """Reads again and again, each time for so long."""
    while not ended.is_set():
        if path.exists():
            with closing(sqlite3.connect(path, isolation_level=None)) as db:
                db.execute("BEGIN")
                db.execute("SELECT count(*) FROM sqlite_master").fetchone()
                ended.wait(seconds)


@pytest.fixture
def log_size(monkeypatch: pytest.MonkeyPatch, loader: Loader) -> Callable[[], int]:
    """The largest write-ahead log after a transaction."""
    sizes = [0]
    limit = log_limit.limit_log

    def limited(db: sqlite3.Connection, on_wait: Callable[[], None]) -> None:
        limit(db, on_wait)
        sizes.append((loader.data / f"{CORPUS.file}-wal").stat().st_size)

    monkeypatch.setattr(log_limit, "limit_log", limited)
    return lambda: max(sizes)


@contextmanager
def others_reading(path: Path) -> Iterator[None]:
    """Readers that overlap."""
    ended = threading.Event()
    readers = [threading.Thread(target=reading, args=(path, ended, pause)) for pause in (0.03, 0.04)]
    for reader in readers:
        reader.start()
    try:
        yield
    finally:
        ended.set()
        for reader in readers:
            reader.join()


def test_the_log_stays_small_while_others_read(
    loader: Loader, dump: Path, small_pieces: None, small_log: None, log_size: Callable[[], int]
) -> None:
    loader.load(dump)
    with others_reading(loader.data / CORPUS.file):
        assert loader.load(dump, guild=5).comments.new == 3000
    assert log_size() <= 400_000


def test_the_log_stays_small_while_indexes_are_merged(
    loader: Loader,
    dump: Path,
    small_pieces: None,
    small_log: None,
    log_size: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loader.load(dump)
    monkeypatch.setattr(text_index, "PAGES_PER_MERGE", 4)
    steps: list[None] = []
    path = loader.data / CORPUS.file
    with others_reading(path), closing(open_writer(loader.data, CORPUS)) as db:
        db.text_index.merge(lambda: steps.append(None))
        assert len(steps) > 10
        assert 0 < log_size() <= 400_000


def test_a_load_goes_on_beside_a_reader_that_never_leaves(
    loader: Loader, dump: Path, small_log: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_limit, "MAX_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(log_limit, "MAX_LONG_WAIT_SECONDS", 0.2)
    loader.load(dump)
    with closing(sqlite3.connect(loader.data / CORPUS.file, isolation_level=None)) as db:
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM comment").fetchone()
        start = time.monotonic()
        assert loader.load(dump, guild=5).comments.new == 3000
        assert time.monotonic() - start < 20
