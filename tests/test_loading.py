"""The loader: progress by the clock, cancelling, and a receipt whatever happens."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import loading, wire
from bot.errors import BadInput, UserError
from bot.models import ParsedThread, Person, Progress, Receipt, Rejection
from bot.store.corpus_writer import CorpusWriter
from bot.ui.words import error_sentence

NOW = datetime(2024, 3, 12, 9, 14, tzinfo=UTC)


def thread(number: int) -> ParsedThread:
    return ParsedThread(f"Herring report {number}", "a.example", "tide", None, False, (), ())


class Script:
    """Stands for a dump: gives threads, rejections, and the errors that it is told to raise."""

    total = 1000

    def __init__(self, *items: ParsedThread | Rejection | Exception) -> None:
        self._items = items
        self.done = 0

    def __iter__(self) -> Iterator[ParsedThread | Rejection]:
        for item in self._items:
            self.done += 10
            if isinstance(item, Exception):
                raise item
            yield item


class Loader:
    """Runs scripts as loads into one corpus, a tenth of a second a piece."""

    def __init__(self, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.data = data
        self.told: list[Progress] = []
        self._patch = monkeypatch

    def __call__(self, script: Script, cancelled: Callable[[], bool] = lambda: False) -> Receipt:
        self._patch.setattr(loading, "read_dump", lambda *_, **__: script)
        ticks = itertools.count()
        return loading.run_load(
            wire.LoadJob(self.data, None, Person(7, "mod"), "off", (), "script", 100),
            report=self.told.append,
            cancelled=cancelled,
            explain=error_sentence,
            clock=lambda: NOW,
            timer=lambda: next(ticks) / 10,
        )


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loader:
    return Loader(tmp_path, monkeypatch)


def test_progress_is_told_about_once_a_second_by_the_timer(load: Loader) -> None:
    receipt = load(Script(*map(thread, range(50)), Rejection("x", "empty", "Empty.")))
    assert (receipt.state, receipt.articles.new, receipt.rejected) == ("done", 50, 1)
    assert (receipt.started_at, receipt.by) == (NOW, Person(7, "mod"))
    seconds = [progress.seconds for progress in load.told]
    assert 4 <= len(seconds) <= 6
    assert all(1 <= later - sooner < 2 for sooner, later in itertools.pairwise(seconds))
    assert [progress.articles for progress in load.told] == [progress.done // 10 for progress in load.told]
    assert {progress.total for progress in load.told} == {1000}
    assert {progress.load for progress in load.told} == {receipt.load}


def test_a_cancelled_load_keeps_what_was_read(load: Loader) -> None:
    asked = itertools.count()
    receipt = load(Script(*map(thread, range(50))), cancelled=lambda: next(asked) == 20)
    assert (receipt.state, receipt.articles.new, receipt.problem) == ("cancelled", 21, None)


def test_a_dump_that_cannot_be_read_on_fails_with_what_came_before(load: Loader) -> None:
    receipt = load(Script(thread(1), thread(2), OSError(5, "Input/output error"), thread(3)))
    assert (receipt.state, receipt.articles.new) == ("failed", 2)
    assert receipt.problem == "The dump could not be read on: Input/output error."


def test_a_bug_fails_with_what_came_before_and_is_logged(
    load: Loader, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        receipt = load(Script(thread(1), ZeroDivisionError("secret detail")))
    assert (receipt.state, receipt.articles.new) == ("failed", 1)
    assert receipt.problem == "Newsdesk failed (ZeroDivisionError). This is a bug; the log says more."
    assert "secret detail" in caplog.text


def test_a_full_disk_fails_with_its_sentence(load: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    add = CorpusWriter.add
    calls = itertools.count()

    def full(self: CorpusWriter, *args: object, **more: object) -> object:
        if next(calls) == 1:
            raise UserError("disk-full", file="corpus.db")
        return add(self, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(CorpusWriter, "add", full)
    receipt = load(Script(*map(thread, range(30))))
    assert receipt.state == "failed"
    assert receipt.problem == "The disk is full, so corpus.db cannot grow. Make room, then try again."
    assert 0 < receipt.articles.new < 30


def test_many_small_pieces_and_few_large_ones_are_all_stored(load: Loader) -> None:
    many = load(Script(*map(thread, range(loading.BATCH_PIECES + 1))))
    assert many.articles.new == loading.BATCH_PIECES + 1
    rejected = load(Script(*[Rejection("x", "empty", "Empty.")] * (loading.BATCH_PIECES + 1)))
    assert (rejected.rejected, rejected.state) == (loading.BATCH_PIECES + 1, "done")


def test_a_load_that_waits_tells_so_and_can_be_cancelled(load: Loader) -> None:
    with CorpusWriter(load.data), pytest.raises(BadInput) as caught:
        load(Script(thread(1)), cancelled=lambda: bool(load.told))
    assert caught.value.key == "load-cancelled"
    assert [progress.state for progress in load.told] == ["queued"]


def test_an_undo_that_is_stopped_can_be_done_again(load: Loader) -> None:
    receipt = load(Script(*map(thread, range(20))))
    job = wire.UndoJob(load.data, None, Person(7, "mod"), "off", receipt.load)
    with pytest.raises(BadInput) as caught:
        loading.run_undo(job, cancelled=lambda: True, explain=error_sentence)
    assert caught.value.key == "undo-cancelled"
    assert loading.run_undo(job, cancelled=lambda: False, explain=error_sentence).load == receipt.load
    with pytest.raises(BadInput) as caught:
        loading.run_undo(job, cancelled=lambda: False, explain=error_sentence)
    assert caught.value.key == "already-undone"
