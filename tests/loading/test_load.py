"""The loader: progress by the clock, stopping, and a receipt whatever happens."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.dump import ParsedThread, Rejection
from bot.domain.loads import Receipt
from bot.dumps import Position
from bot.errors import BadInput, UserError
from bot.i18n import english
from bot.loading import jobs, load, protocol
from bot.store.corpus.receipts import RESUMABLE
from bot.store.ingest.writer import CorpusWriter
from tests.support.engines import engine_at
from tests.support.loader import NOW, PERSON, Loader, Stop, after, never
from tests.support.reddit_records import comments, submissions


def thread(number: int) -> ParsedThread:
    return ParsedThread(f"Herring report {number}", "a.example", "tide", None, False, (), ())


class Script:
    """Stands for a dump: gives threads, rejections, and the errors that it is told to raise."""

    total = 1000

    def __init__(self, *items: ParsedThread | Rejection | Exception) -> None:
        self._items = items
        self.done = 0
        self.position = Position()

    def __iter__(self) -> Iterator[ParsedThread | Rejection]:
        for number, item in enumerate(self._items, 1):
            self.done += 10
            if isinstance(item, Exception):
                raise item
            self.position = Position(0, number)
            yield item


class Scripted:
    """Runs scripts as loads into one corpus."""

    def __init__(self, loader: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
        self.loader = loader
        self._patch = monkeypatch

    def __call__(self, script: Script, stop: Stop = never) -> Receipt:
        self._patch.setattr(jobs, "read_dump", lambda *_, **__: script)
        return self.loader.load(stop=stop)


@pytest.fixture
def scripted(loader: Loader, monkeypatch: pytest.MonkeyPatch) -> Scripted:
    return Scripted(loader, monkeypatch)


def test_progress_is_told_about_once_a_second_by_the_timer(scripted: Scripted) -> None:
    receipt = scripted(Script(*map(thread, range(50)), Rejection("x", "empty", "Empty.")))
    assert (receipt.state, receipt.articles.new, receipt.rejected) == ("done", 50, 1)
    assert (receipt.started_at, receipt.by) == (NOW, PERSON)
    told = scripted.loader.progress
    seconds = [progress.seconds for progress in told]
    assert 4 <= len(seconds) <= 8
    assert all(1 <= later - sooner < 2 for sooner, later in itertools.pairwise(seconds))
    assert [progress.articles for progress in told] == [progress.done // 10 for progress in told]
    assert {progress.total for progress in told} == {1000}
    assert {progress.load for progress in told} == {receipt.load}
    assert told[-1].rate == pytest.approx(told[-1].articles / told[-1].seconds)
    left = [progress.left for progress in told if progress.left is not None]
    assert left == sorted(left, reverse=True)
    assert scripted.loader.told[-1] == receipt


@pytest.mark.parametrize(
    ("wish", "state", "problem"),
    [
        ("cancel", "cancelled", None),
        ("pause", "paused", None),
        ("interrupt", "paused", english(RESUMABLE)),
    ],
)
def test_a_load_that_is_stopped_keeps_what_was_read(
    scripted: Scripted, wish: protocol.StopRequest, state: str, problem: str | None
) -> None:
    receipt = scripted(Script(*map(thread, range(50))), after(20, wish))
    assert (receipt.state, receipt.articles.new, receipt.problem) == (state, 21, problem)


def test_a_dump_that_cannot_be_read_on_fails_with_what_came_before(scripted: Scripted) -> None:
    receipt = scripted(Script(thread(1), thread(2), OSError(5, "Input/output error"), thread(3)))
    assert (receipt.state, receipt.articles.new) == ("failed", 2)
    assert receipt.problem == "The file could not be read to the end: Input/output error."


def test_a_bug_fails_with_what_came_before_and_is_logged(
    scripted: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        receipt = scripted(Script(thread(1), ZeroDivisionError("secret detail")))
    assert (receipt.state, receipt.articles.new) == ("failed", 1)
    assert receipt.problem == (
        "Something went wrong on our side (ZeroDivisionError). The operator's log says more."
    )
    assert "secret detail" in caplog.text


def test_an_error_of_the_store_fails_with_its_sentence(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = CorpusWriter.add
    calls = itertools.count()

    def full(self: CorpusWriter, *args: object, **more: object) -> object:
        if next(calls) == 1:
            raise UserError("disk-full", file="corpus.db")
        return add(self, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(CorpusWriter, "add", full)
    receipt = scripted(Script(*map(thread, range(30))))
    assert receipt.state == "failed"
    assert receipt.problem == "The disk is full, so corpus.db can't grow. Free some space, then try again."
    assert 0 < receipt.articles.new < 30


def test_many_small_pieces_and_few_large_ones_are_all_stored(scripted: Scripted) -> None:
    many = scripted(Script(*map(thread, range(load.MAX_BATCH_ITEMS + 1))))
    assert many.articles.new == load.MAX_BATCH_ITEMS + 1
    rejected = scripted(Script(*[Rejection("x", "empty", "Empty.")] * (load.MAX_BATCH_ITEMS + 1)))
    assert (rejected.rejected, rejected.state) == (load.MAX_BATCH_ITEMS + 1, "done")


def test_a_load_that_waits_tells_so_and_can_be_cancelled(scripted: Scripted) -> None:
    with CorpusWriter(engine_at(scripted.loader.data)), pytest.raises(BadInput) as caught:
        scripted(Script(thread(1)), after(3))
    assert caught.value.key == "load-cancelled"
    assert [progress.state for progress in scripted.loader.progress] == ["queued"]


def test_a_clock_that_jumps_does_no_harm(loader: Loader, tmp_path: Path, small_pieces: None) -> None:
    dump = tmp_path / "dump"
    dump.write_bytes(submissions(range(7)) + comments(range(500)))
    wild = itertools.cycle([0.0, 1e9, 3.0, -1e6, 3.5, 3.5, 1e9])
    clocks = iter([NOW, NOW - timedelta(days=9000)])
    receipt = loader.do(
        loader.job(dump),
        timer=lambda: next(wild),
        clock=lambda: next(clocks, datetime(1970, 1, 1, tzinfo=UTC)),
    )
    assert (receipt.state, receipt.articles.new, receipt.comments.new) == ("done", 7, 500)
    assert receipt.seconds >= 0
    assert all(one.left is None or one.left >= 0 for one in loader.progress)
    assert all(one.rate >= 0 for one in loader.progress)


def test_an_undo_that_is_stopped_can_be_done_again(loader: Loader, tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(submissions(range(20)))
    receipt = loader.load(tmp_path / "dump")
    job = protocol.UndoJob(data=loader.data, guild=None, by=PERSON, load=receipt.load)
    with pytest.raises(BadInput) as caught:
        loader.do(job, after(0))
    assert caught.value.key == "undo-cancelled"
    assert loader.do(job).load == receipt.load
    with pytest.raises(BadInput) as caught:
        loader.do(job)
    assert caught.value.key == "already-undone"
