"""A load that was stopped anywhere and resumed is the load that was not: row for row, number for number."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest

from bot.errors import BadInput, NotFound
from bot.loading import load as loading
from bot.loading import protocol
from bot.store.engines import engine_of
from bot.store.ingest.writer import CorpusWriter
from tests.support.archives import PACKERS, zipped
from tests.support.dump_folders import FERRY, MARKET, page
from tests.support.load_files import rejected_lines
from tests.support.loader import PERSON, Loader, after, assert_indexed, contents
from tests.support.reddit_records import comments, submissions

pytestmark = pytest.mark.slow


PAGES = {"ferry.txt": page(*FERRY).encode(), "market.txt": page(*MARKET).encode(), "note.txt": b"Buy milk.\n"}


def shuffled() -> bytes:
    """Comments out of order, some twice, some bad, before and after their submissions."""
    rng = random.Random(5)
    lines = comments(range(900)).splitlines(keepends=True)
    lines += rng.sample(lines, 120)
    rng.shuffle(lines)
    for place in range(50, 900, 170):
        lines.insert(place, b'{"id": "broken\n')
    return b"".join(lines[:400]) + submissions(range(5)) + b"".join(lines[400:])


def dumps(folder: Path) -> list[Path]:
    (folder / "rc.zst").write_bytes(PACKERS["zst"](shuffled()))
    (folder / "pages.zip").write_bytes(zipped({**PAGES, "inner.ndjson": comments(range(2000, 2300))}))
    (folder / "rs.ndjson").write_bytes(submissions(range(7)))
    return [folder / "rc.zst", folder / "pages.zip", folder / "rs.ndjson"]


def outcome(data: Path) -> tuple[dict[str, list[Any]], bytes]:
    assert_indexed(data)
    return contents(data), rejected_lines(engine_of(data))


@pytest.mark.parametrize("seed", range(6))
def test_pausing_anywhere_and_resuming_cannot_be_told(
    tmp_path: Path, small_pieces: None, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    paths = dumps(tmp_path)
    whole = Loader(tmp_path / "whole")
    assert whole.load(*paths).state == "done"
    rng = random.Random(seed)
    monkeypatch.setattr(loading, "PROGRESS_INTERVAL_SECONDS", rng.choice([0.1, 1.0]))
    monkeypatch.setattr(loading, "COMMIT_INTERVAL_SECONDS", rng.choice([0.1, 10.0]))
    parts = Loader(tmp_path / "parts")
    receipt = parts.load(*paths, stop=after(rng.randrange(12), "pause"))
    stops = 0
    while receipt.state == "paused":
        stops += 1
        assert stops < 200
        wish = rng.choice(["pause", "interrupt", "cancel"])
        receipt = parts.resume(1, after(rng.randrange(1, 25), wish))  # type: ignore[arg-type]
        if receipt.state == "cancelled":
            receipt = parts.resume(1, after(1, "pause"))
    assert receipt.state == "done"
    assert stops > 2
    assert outcome(parts.data) == outcome(whole.data)


@pytest.mark.parametrize("at", [1, 7, 20, 33])
def test_a_process_that_just_ends_leaves_what_can_be_gone_on_with(
    tmp_path: Path, small_pieces: None, at: int
) -> None:
    class Killed(BaseException):
        """Nothing after it is done, as when a process is killed."""

    paths = dumps(tmp_path)
    whole = Loader(tmp_path / "whole")
    whole.load(*paths)
    parts = Loader(tmp_path / "parts")
    stop = after(at)

    def kill() -> protocol.StopRequest | None:
        if stop():
            raise Killed
        return None

    with pytest.raises(Killed):
        parts.load(*paths, stop=kill)
    assert parts.resume().state == "done"
    assert outcome(parts.data) == outcome(whole.data)


def test_another_load_between_changes_nothing_of_what_is_stored(tmp_path: Path, small_pieces: None) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(submissions(range(7)) + comments(range(600)))
    second.write_bytes(comments(range(300, 900)))
    loader = Loader(tmp_path / "data")
    assert loader.load(first, stop=after(6, "pause")).state == "paused"
    between = loader.load(second)
    receipt = loader.resume(1)
    assert (receipt.state, receipt.articles.new) == ("done", 7)
    assert between.comments.new == 600
    assert receipt.comments.new + receipt.comments.unchanged == 600
    assert len(contents(loader.data)["comment"]) == 900
    for load in (1, 2):
        loader.do(protocol.UndoJob(data=loader.data, guild=None, by=PERSON, load=load))
    assert contents(loader.data)["comment"] == contents(loader.data)["article"] == []
    assert_indexed(loader.data)


def test_progress_goes_on_where_it_was(tmp_path: Path, loader: Loader, small_pieces: None) -> None:
    dump = tmp_path / "rc"
    dump.write_bytes(comments(range(800)))
    paused = loader.load(dump, stop=after(10, "pause"))
    loader.resume(1)
    first = loader.progress[1]
    assert first.comments >= paused.comments.new > 0
    assert first.done > 0
    assert loader.progress[-1].total == dump.stat().st_size


def test_what_cannot_be_resumed_says_why(tmp_path: Path, loader: Loader) -> None:
    dump = tmp_path / "rc"
    dump.write_bytes(comments(range(8)))
    with pytest.raises(NotFound) as nothing:
        loader.resume()
    assert nothing.value.key == "nothing-to-resume"
    loader.load(dump)
    with pytest.raises(BadInput) as done:
        loader.resume(1)
    assert (done.value.key, done.value.fields["state"]) == ("not-resumable", "done")
    for guild, load in ((5, 1), (None, 2)):
        with pytest.raises(NotFound) as other:
            loader.resume(load, guild=guild)
        assert other.value.key == "no-such-load"


def test_a_dump_that_is_not_there_any_more_fails_the_load(tmp_path: Path, loader: Loader) -> None:
    dump = tmp_path / "rc"
    dump.write_bytes(comments(range(8)))
    loader.load(dump, stop=after(0, "interrupt"))
    dump.rename(tmp_path / "elsewhere")
    failed = loader.resume()
    assert (failed.state, failed.problem) == ("failed", f"There is no file or folder “{dump}”.")
    (tmp_path / "elsewhere").rename(dump)
    assert loader.resume(1).comments.new == 8


def test_a_paused_load_can_be_given_up(tmp_path: Path, loader: Loader) -> None:
    dump = tmp_path / "rc"
    dump.write_bytes(comments(range(8)))
    loader.load(dump, stop=after(0, "pause"))
    receipt = loader.do(protocol.CancelJob(data=loader.data, guild=None, by=PERSON, load=1))
    assert receipt.state == "cancelled"
    with pytest.raises(NotFound):
        loader.do(protocol.CancelJob(data=loader.data, guild=5, by=PERSON, load=1))


def test_what_comes_after_a_load_is_put_off_when_another_waits(
    tmp_path: Path, loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rc").write_bytes(comments(range(30)))
    tidied = []
    monkeypatch.setattr(CorpusWriter, "optimize", lambda self, changed, step, removed: tidied.append(changed))
    loader.load(tmp_path / "rc")
    assert tidied == [30]
    monkeypatch.setattr(CorpusWriter, "is_awaited", True)
    start = time.monotonic()
    loader.load(tmp_path / "rc")
    assert tidied == [30]
    assert time.monotonic() - start < 10


def test_an_attached_file_is_found_where_its_data_folder_has_moved(
    tmp_path: Path, small_pieces: None
) -> None:
    attached = tmp_path / "data" / "upload-ab" / "dump"
    attached.parent.mkdir(parents=True)
    attached.write_bytes(comments(range(900)))
    assert Loader(tmp_path / "data").load(attached, stop=after(0, "pause")).state == "paused"
    moved = Loader((tmp_path / "data").rename(tmp_path / "moved"))
    assert (moved.resume().state, len(contents(moved.data)["comment"])) == ("done", 900)
