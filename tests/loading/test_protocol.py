"""What a loader and its parent say to each other arrives as it was said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bot.domain.dump import Rejection
from bot.domain.loads import Counts, Erased, LoadFilter, Person, Preview, Progress, Receipt, Undone
from bot.errors import Busy, UserError
from bot.loading import protocol

NOW = datetime(2024, 3, 12, 9, 14, tzinfo=UTC)
RECEIPT = Receipt(
    load=3,
    guild=2**60,
    name="märz\n.zip",
    state="failed",
    by=Person(7, "mod"),
    started_at=NOW,
    seconds=1.5,
    articles=Counts(1, 2, 3),
    comments=Counts(4, 5, 6),
    rejected=1,
    rejections=(Rejection("a:1", "empty", "Empty."),),
    ids=(1, 2**33),
    problem="The disk is full.",
)


@pytest.mark.parametrize(
    "told",
    [
        Progress(1, 10, None, 2, 3, 4, 0.5),
        Progress(0, 0, 9, 0, 0, 0, 0, "queued"),
        Progress(1, 1, 9, 1, 1, 1, 1.5, skipped=3, rate=2.5, left=7.0, left_out={"over_18": 3}),
        RECEIPT,
        Undone(1, 2, 3, 4),
        Erased(1, 2),
        Preview(1, 2, 3, 4, (Rejection("a:1", "empty", "Empty."),), NOW, None),
    ],
)
def test_what_is_told_arrives(told: protocol.LoadEvent) -> None:
    line = protocol.encode_event(told)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert protocol.decode_event(line) == told


def test_an_error_arrives_as_the_error_it_was() -> None:
    with pytest.raises(Busy) as caught:
        protocol.decode_event(protocol.encode_event(Busy("database-busy", file=Path("corpus.db"), tries=3)))
    assert (caught.value.key, caught.value.fields) == ("database-busy", {"file": "corpus.db", "tries": 3})


@pytest.mark.parametrize("line", [b"", b"{}", b"Traceback", b'{"progress": {"load": "x"}}', b"\xff"])
def test_another_line_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):
        protocol.decode_event(line)


def test_an_error_of_an_unknown_kind_is_an_error_still() -> None:
    with pytest.raises(UserError):
        protocol.decode_event(b'{"problem": {"kind": "Weather", "key": "rain", "fields": {}}}')


@pytest.mark.parametrize(
    "job",
    [
        protocol.LoadJob(
            data=Path("data"),
            guild=None,
            by=Person(None, "me"),
            paths=(Path("a b"), Path("ü")),
            name="x",
            load_max_mb=5,
            display_names=("shown",),
            filters=LoadFilter(("harbour",), NOW, None, -3, 10, over_18=True),
            inside=Path("/drop"),
            dry_run=True,
        ),
        protocol.UndoJob(data=Path("/data"), guild=5, by=Person(7, "mod"), vectors="off", load=3),
        protocol.ResumeJob(data=Path("/data"), guild=None, by=Person(7, "mod"), load=None),
        protocol.CancelJob(data=Path("/data"), guild=5, by=Person(7, "mod"), load=3),
        protocol.EraseJob(data=Path("/data"), guild=5, by=Person(7, "mod"), name="märz"),
    ],
)
def test_a_job_arrives(job: protocol.Job) -> None:
    assert protocol.decode_job(protocol.encode_job(job)) == job


def test_a_job_that_was_stored_with_a_load_keeps_its_names() -> None:
    job = protocol.LoadJob(
        data=Path("data"), guild=None, by=Person(None, "me"), paths=(), name="x", load_max_mb=5
    )
    stored = msgspec.json.decode(protocol.encode_job(job))
    assert {"type", "wanted", "shown", "below", "dry"} < stored.keys()
