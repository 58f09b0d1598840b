"""A purge deletes what it names, and everything else stays sound."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.loads import Purged, PurgeFilter
from bot.errors import Busy
from bot.services.maintenance import check
from bot.store.ingest import purge
from bot.store.ingest.rejects import rejects_name
from bot.store.ingest.writer import CorpusWriter
from bot.store.sqlite import log_limit
from bot.store.sqlite.connection import CORPUS
from tests.support.corpus_engines import corpus_address, corpus_at, only_sqlite
from tests.support.corpus_loads import START, assert_sound, comment, load_into, query, thread
from tests.support.load_files import rejected_lines

TITLES = "SELECT title FROM article ORDER BY id"
OLD = START - timedelta(days=900)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    load_into(
        tmp_path, thread("Old", comment("Gulls."), posted_at=OLD), thread("New", comment(), posted_at=START)
    )
    load_into(
        tmp_path,
        thread(
            "Elsewhere", comment("Ah."), comment("So.", "ben", 1), source="gazette.example", posted_at=START
        ),
        thread("Boats", comment("Aye."), posted_at=START, subreddit="Harbour"),
    )
    load_into(tmp_path, thread("Ours", comment("Mine."), posted_at=OLD), guild=7)
    return tmp_path


def run(data: Path, purged: PurgeFilter, guild: int | None = None, *, dry_run: bool = False) -> Purged:
    with CorpusWriter(corpus_at(data)) as writer:
        return writer.purge(guild, purged, lambda: None, dry_run=dry_run)


def assert_whole(data: Path) -> None:
    assert_sound(data)
    if not corpus_address(data):  # `check` knows no other engine yet
        assert [finding for finding in check(data).findings if not finding.ok] == []


CASES = {
    "age": (
        PurgeFilter(before=START - timedelta(days=1)),
        ["New", "Elsewhere", "Boats", "Ours"],
        Purged(1, 1),
    ),
    "source": (PurgeFilter(source="Gazette.example"), ["Old", "New", "Boats", "Ours"], Purged(1, 2)),
    "subreddit": (PurgeFilter(subreddit="r/harbour"), ["Old", "New", "Elsewhere", "Ours"], Purged(1, 1)),
    "both": (
        PurgeFilter(START, "gazette.example"),
        ["Old", "New", "Elsewhere", "Boats", "Ours"],
        Purged(0, 0),
    ),
    "all": (PurgeFilter(), ["Ours"], Purged(4, 5)),
}


@pytest.mark.parametrize(("purged", "left", "count"), CASES.values(), ids=CASES)
def test_what_is_named_goes_and_the_rest_is_sound(
    data: Path, purged: PurgeFilter, left: list[str], count: Purged
) -> None:
    before = query(data, TITLES)
    assert run(data, purged, dry_run=True) == count
    assert query(data, TITLES) == before
    assert run(data, purged) == count
    assert query(data, TITLES) == left
    assert_whole(data)
    assert run(data, purged) == Purged(0, 0)


def test_only_the_server_that_is_named(data: Path) -> None:
    for number in (1, 3):
        with corpus_at(data).load_files() as files:
            files.append(rejects_name(number), b"{}\n")
    assert run(data, PurgeFilter(), guild=8) == Purged(0, 0)
    assert run(data, PurgeFilter(), guild=7) == Purged(1, 1)
    assert "Ours" not in query(data, TITLES)
    assert query(data, "SELECT id FROM load") == [1, 2]
    assert not rejected_lines(corpus_at(data), 3)
    assert rejected_lines(corpus_at(data), 1)
    assert_whole(data)


def test_a_load_can_still_be_undone_and_loaded_again(data: Path) -> None:
    run(data, PurgeFilter(source="gazette.example"))
    with CorpusWriter(corpus_at(data)) as writer:
        undone = writer.undo(None, 2)
    assert (undone.articles_removed, undone.comments_removed) == (1, 1)
    assert query(data, TITLES) == ["Old", "New", "Ours"]
    assert_whole(data)
    load_into(data, thread("Elsewhere", comment("Ah."), source="gazette.example", posted_at=START))
    assert query(data, "SELECT text FROM comment ORDER BY id DESC LIMIT 1") == ["Mine."]
    assert query(data, "SELECT count(*) FROM article WHERE title = 'Elsewhere'") == [1]
    assert_whole(data)


def test_a_purge_that_is_stopped_is_finished_by_the_next(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "ARTICLES_PER_TRANSACTION", 1)
    monkeypatch.setattr(purge, "COMMENTS_PER_TRANSACTION", 1)
    steps = 0

    def stop() -> None:
        nonlocal steps
        steps += 1
        if steps == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), CorpusWriter(corpus_at(data)) as writer:
        writer.purge(None, PurgeFilter(), stop)
    assert_whole(data)
    assert 1 < len(query(data, TITLES)) < 5
    run(data, PurgeFilter())
    assert query(data, TITLES) == ["Ours"]
    assert_whole(data)


@only_sqlite
def test_a_purge_without_a_trace_that_a_reader_delays_is_finished_by_the_next(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_limit.empty_log, "__defaults__", (0.0,))
    with CorpusWriter(corpus_at(data)) as writer:
        with closing(sqlite3.connect(data / CORPUS.file, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM article").fetchone()
            with pytest.raises(Busy, match="database-busy"):
                writer.purge(7, PurgeFilter(), lambda: None, traceless=True)
        assert query(data, "SELECT count(*) FROM archive WHERE guild = 7") == [1]
        writer.purge(7, PurgeFilter(), lambda: None, traceless=True)
        assert query(data, "SELECT count(*) FROM archive WHERE guild = 7") == [0]
        files = [path.read_bytes().lower() for path in data.rglob("*") if path.is_file()]
        assert not any(b"mine." in file for file in files)
    assert "Ours" not in query(data, TITLES)
