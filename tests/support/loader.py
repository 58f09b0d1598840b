"""Runs loads in this process, with a clock, a timer and wishes of the test's own."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.loads import LoadFilter, Person, Progress, Receipt
from bot.dumps.formats import json_lines
from bot.loading import protocol
from bot.loading.context import JobContext
from bot.loading.jobs import run_job
from bot.store.ingest import pending_index
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_state import is_sound, load_rows, rows_of

NOW = datetime(2024, 3, 12, 9, 14, tzinfo=UTC)
PERSON = Person(7, "mod")
Stop = Callable[[], protocol.StopRequest | None]


def never() -> None:
    """Nobody asks to stop."""


def after(calls: int, wish: protocol.StopRequest = "cancel") -> Stop:
    """Asks to stop when it was called so often."""
    count = itertools.count(1)
    return lambda: wish if next(count) > calls else None


class Loader:
    """Does jobs on one data folder, a tenth of a second a look at the timer."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.told: list[protocol.LoadEvent] = []

    def job(
        self,
        *paths: Path,
        guild: int | None = None,
        wanted: LoadFilter = LoadFilter(),  # noqa: B008 - frozen
        **more: Any,
    ) -> protocol.LoadJob:
        name = paths[0].name if paths else "script"
        return protocol.LoadJob(
            data=self.data,
            guild=guild,
            by=PERSON,
            paths=paths,
            name=name,
            load_max_mb=100,
            filters=wanted,
            **more,
        )

    def do(
        self,
        job: protocol.Job,
        stop: Stop = never,
        timer: Callable[[], float] | None = None,
        clock: Callable[[], datetime] = lambda: NOW,
    ) -> Any:
        ticks = itertools.count()
        told: list[protocol.LoadEvent] = []
        caller = JobContext(told.append, stop, clock, timer or (lambda: next(ticks) / 10))
        try:
            result = run_job(job, caller)
        finally:
            self.told = told
        assert told[-1] == result
        return result

    def load(self, *paths: Path, stop: Stop = never, **more: Any) -> Receipt:
        """Loads these."""
        receipt = self.do(self.job(*paths, **more), stop)
        assert isinstance(receipt, Receipt)
        return receipt

    def resume(self, load: int | None = None, stop: Stop = never, guild: int | None = None) -> Receipt:
        """Goes on."""
        receipt = self.do(protocol.ResumeJob(data=self.data, guild=guild, by=PERSON, load=load), stop)
        assert isinstance(receipt, Receipt)
        return receipt

    @property
    def progress(self) -> list[Progress]:
        """What was told on the way."""
        return [one for one in self.told if isinstance(one, Progress)]


def contents(data: Path) -> dict[str, list[Any]]:
    """Every row that loads bring, and the counters of the loads: all that two ways of loading must agree
    in."""
    tables = ("article", "comment", "version", "extent", "rejection", "archive")
    return {**rows_of(data, tables), "load": load_rows(data)}


def assert_indexed(data: Path) -> None:
    """The search indexes agree with the texts."""
    with closing(corpus_at(data).open_writer("corpus")) as db:
        assert is_sound(db)


@pytest.fixture
def loader(tmp_path: Path) -> Loader:
    return Loader(tmp_path / "data")


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of some twenty lines, transactions of some blocks."""
    monkeypatch.setattr(
        json_lines.read_blocks, "__kwdefaults__", {"offset": 0, "line": 0, "block_bytes": 4000}
    )
    monkeypatch.setattr(pending_index, "MAX_ROWS", 100)
