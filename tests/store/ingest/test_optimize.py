"""After big changes the file is small again and the search indexes are one piece, a bounded step at a
time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.store.ingest import optimize
from bot.store.ingest.writer import CorpusWriter
from bot.store.sqlite import free_pages, text_index, writer_lock
from bot.store.sqlite.writer_lock import SqliteWriterLock
from tests.support.corpus_engines import corpus_at, only_sqlite
from tests.support.corpus_loads import assert_sound, holdings, query
from tests.support.keyed_comments import keyed, load, submission

pytestmark = only_sqlite


def pieces(data: Path) -> int:
    [count] = query(data, "SELECT count(DISTINCT segid) FROM comment_fts_idx")
    return int(count)


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus of several loads."""
    monkeypatch.setattr(optimize, "MIN_CHANGED_COMMENTS", 100)
    monkeypatch.setattr(optimize, "MAX_SEGMENTS", 3)
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, [submission()])
        for first in range(0, 4000, 1000):
            words = [f"w{number} " * 40 for number in range(first, first + 1000)]
            load(writer, [keyed(first + at + 1, text) for at, text in enumerate(words)])
    return tmp_path


def test_a_big_load_leaves_one_piece_where_there_are_many(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = holdings(filled)
    assert pieces(filled) == 4
    with CorpusWriter(corpus_at(filled)) as writer:
        writer.optimize(99, lambda: None)
        with monkeypatch.context() as patched:
            patched.setattr(optimize, "MAX_SEGMENTS", 4)
            writer.optimize(1000, lambda: None)
        assert pieces(filled) == 4
        writer.optimize(1000, lambda: None)
    assert pieces(filled) == 1
    assert holdings(filled) == before
    assert_sound(filled)


def test_undone_loads_give_their_room_back(filled: Path) -> None:
    full = (filled / "corpus.db").stat().st_size
    with CorpusWriter(corpus_at(filled)) as writer:
        for load_number in (2, 3, 4, 5):
            writer.undo(None, load_number)
        writer.optimize(4000, lambda: None, removed=True)
        assert (filled / "corpus.db").stat().st_size < full / 2
        assert not (filled / "corpus.db-wal").stat().st_size
    assert query(filled, "PRAGMA freelist_count") == [0]
    assert_sound(filled)


def test_it_is_given_up_between_any_two_steps(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_index, "PAGES_PER_MERGE", 5)
    monkeypatch.setattr(free_pages, "PAGES_PER_VACUUM", 3)

    class Stopped(Exception):  # noqa: N818 - somebody's wish
        pass

    before, left, tries = holdings(filled), 0, 0

    def count_down() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Stopped

    with CorpusWriter(corpus_at(filled)) as writer:
        while True:
            tries += 1
            left = tries % 4
            try:
                writer.optimize(1000, count_down, removed=True)
            except Stopped:
                assert tries < 500
                continue
            break
    assert tries > 2
    assert pieces(filled) == 1
    assert holdings(filled) == before
    assert_sound(filled)


def test_a_writer_sees_whether_another_waits(tmp_path: Path) -> None:
    first, second = SqliteWriterLock(tmp_path), SqliteWriterLock(tmp_path)
    assert not first.has_waiters()
    first.acquire()
    assert not first.has_waiters()
    seen = []

    def look() -> None:
        seen.append(first.has_waiters())
        first.release()

    second.acquire(look)
    assert seen == [True]
    assert not second.has_waiters()
    second.release()
    assert sorted(os.listdir(tmp_path)) == [writer_lock.LOCK_FILE, writer_lock.QUEUE_FILE]
