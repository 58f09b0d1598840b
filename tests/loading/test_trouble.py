"""Disks that are full or cannot be written, archives that break off, lines that are no lines: a clear error,
all up to there kept, and with the trouble mended the load goes on."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.loads import Receipt
from bot.dumps.formats import json_lines
from bot.errors import UserError
from bot.i18n import english
from bot.store.corpus.receipts import RESUMABLE
from bot.store.engines import engine_of
from bot.store.ingest import rejects
from bot.store.sqlite import connection
from bot.store.sqlite.sqlite_connection import SqliteConnection
from tests.support.archives import PACKERS, zipped
from tests.support.load_files import rejected_lines
from tests.support.loader import Loader, after, assert_indexed, contents
from tests.support.reddit_records import COMMENT, comment, comments, line, submissions

pytestmark = pytest.mark.slow


MANY = submissions(range(7)) + comments(range(2500), words=40)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "rc.ndjson"
    path.write_bytes(MANY)
    return path


def limited(monkeypatch: pytest.MonkeyPatch, *pragmas: str) -> None:
    """Writers whose connections have these set."""
    open_writer = connection.open_writer

    def opened(*args: object, **more: object) -> SqliteConnection:
        db = open_writer(*args, **more)  # type: ignore[arg-type]
        for pragma in pragmas:
            db.execute(f"PRAGMA {pragma}")
        return db

    monkeypatch.setattr(connection, "open_writer", opened)


def assert_whole(loader: Loader, dump: Path, receipt: Receipt) -> None:
    """The load is done and as good as one that had no trouble."""
    other = Loader(loader.data.parent / "other")
    assert (receipt.state, receipt.problem, other.load(dump).state) == ("done", None, "done")
    ours, theirs = contents(loader.data), contents(other.data)
    assert ours == theirs
    assert_indexed(loader.data)


def test_a_full_database_ends_the_load_and_lets_it_go_on(
    loader: Loader, dump: Path, small_pieces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        limited(full, "max_page_count = 60")
        receipt = loader.load(dump)
    assert receipt.state == "failed"
    assert receipt.problem == "The disk is full, so corpus.db can't grow. Free some space, then try again."
    assert 0 < receipt.comments.new < 2500
    assert len(contents(loader.data)["comment"]) == receipt.comments.new
    assert_indexed(loader.data)
    assert_whole(loader, dump, loader.resume())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    with contextlib.suppress(OSError):
        if os.geteuid() == 0 and not subprocess.run(command, capture_output=True, check=False).returncode:
            yield folder
            subprocess.run(["umount", "-l", str(folder)], check=True)
            return
    pytest.skip("needs to mount a small file system")


def test_a_full_disk_ends_the_load_and_lets_it_go_on(
    small_disk: Path, tmp_path: Path, dump: Path, small_pieces: None
) -> None:
    loader = Loader(small_disk / "data")
    with contextlib.suppress(UserError):
        # Where there is no room for the receipt either, the error is raised, and the load counts as
        # interrupted.
        assert loader.load(dump).state == "failed"
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    before = len(contents(loader.data)["comment"])
    assert 0 < before < 2500
    receipt = loader.resume()
    other = Loader(tmp_path / "other")
    other.load(dump)
    assert receipt.state == "done"
    assert contents(loader.data) == contents(other.data)
    assert_indexed(loader.data)


def test_a_limit_of_the_system_on_files_ends_the_real_loader_with_a_sentence(
    loader: Loader, dump: Path
) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, resource.RLIM_INFINITY))

    argv = [sys.executable, "-m", "bot", "--data", str(loader.data), "load"]
    ended = subprocess.run(
        [*argv, str(dump)], preexec_fn=limit, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 2
    assert "disk is full" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    resumed = subprocess.run([*argv, "--resume"], capture_output=True, check=False, timeout=60)
    assert resumed.returncode == 0
    assert len(contents(loader.data)["comment"]) == 2500
    assert_indexed(loader.data)


def test_a_database_that_cannot_be_written_says_so(
    loader: Loader, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader.load(dump)
    before = contents(loader.data)
    with monkeypatch.context() as read_only:
        limited(read_only, "query_only = ON")
        with pytest.raises(UserError) as caught:
            loader.load(dump)
    assert caught.value.key == "database-read-only"
    assert contents(loader.data) == before


def test_a_place_for_rejects_that_cannot_be_written_says_so(
    loader: Loader, tmp_path: Path, small_pieces: None
) -> None:
    dump = tmp_path / "rc"
    dump.write_bytes(comments(range(300)) + b"nonsense\n" + comments(range(300, 600)))
    loader.data.mkdir()
    (loader.data / rejects.FOLDER).touch()
    receipt = loader.load(dump)
    assert receipt.state == "failed"
    assert receipt.problem is not None
    assert "The disk failed while" in receipt.problem
    assert 0 < receipt.comments.new < 600
    (loader.data / rejects.FOLDER).unlink()
    resumed = loader.resume()
    assert (resumed.state, resumed.comments.new, resumed.rejected) == ("done", 600, 1)


@pytest.mark.parametrize("packer", ["gz", "xz", "zst"])
@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_an_archive_that_breaks_off_keeps_what_came_before_and_goes_on_when_mended(
    loader: Loader, tmp_path: Path, small_pieces: None, packer: str, damage: str
) -> None:
    good = PACKERS[packer](MANY)
    place = len(good) * 2 // 3
    bad = good[:place] if damage == "cut" else good[:place] + bytes(one ^ 0x55 for one in good[place:])
    dump = tmp_path / f"rc.{packer}"
    dump.write_bytes(bad)
    receipt = loader.load(dump)
    assert receipt.state == "failed"
    assert receipt.problem is not None
    assert receipt.problem.startswith(f"rc.{packer} is damaged or incomplete.")
    assert packer == "zst" or 0 < receipt.comments.new < 2500
    assert loader.resume().state == "failed"
    dump.write_bytes(good)
    resumed = loader.resume()
    assert (resumed.state, len(contents(loader.data)["comment"])) == ("done", 2500)
    if damage == "cut":
        assert_whole(loader, dump, resumed)


def test_a_broken_archive_among_pages_is_a_rejection(loader: Loader, tmp_path: Path) -> None:
    (tmp_path / "pages.zip").write_bytes(zipped({"a.ndjson": submissions(range(3))})[:-30])
    receipt = loader.load(tmp_path / "pages.zip")
    assert [one.reason for one in receipt.rejections] == ["broken-archive"]


def test_an_endless_line_and_strange_bytes_are_rejections(
    loader: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = tmp_path / "rc"
    with dump.open("wb") as file:
        file.write(submissions(range(1)) + comment(body="Before\0 the\x00 long line."))
        file.write(b'{"id": "c2", "body": "')
        for _ in range(50):
            file.write(b"x" * (1 << 20))
        file.write(b'"}\n')
        file.write(b"\0\0\0\n" + b'{"id": "c3", "body": "cut\n' + b"\xff\xfe\n" + b"[" * 100_000 + b"\n")
        file.write(line({**COMMENT, "id": "c4", "body": "\ud800 half"}) + line({**COMMENT, "id": "c5"}))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    receipt = loader.load(dump)
    assert (receipt.state, receipt.articles.new, receipt.comments.new) == ("done", 1, 3)
    assert [(one.where, one.reason) for one in receipt.rejections] == [
        ("rc:3", "too-large"),
        ("rc:4", "not-json"),
        ("rc:5", "not-json"),
        ("rc:6", "not-json"),
        ("rc:7", "not-json"),
    ]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 150_000, "kilobytes; the long line is 50 MB and must not be held"
    texts = [row[7] for row in contents(loader.data)["comment"]]
    assert texts == ["Before the long line.", "\ufffd half", "Chips."]
    assert max(len(one) for one in rejected_lines(engine_of(loader.data)).splitlines()) < 1000
    assert json_lines.MAX_LINE_BYTES < 50 << 20


def test_a_bug_in_the_loader_leaves_a_load_that_can_be_resumed(
    loader: Loader, dump: Path, small_pieces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        stop = after(30)

        def bug(*args: object) -> list[object]:
            if stop():
                raise ZeroDivisionError
            return []

        broken.setattr("bot.dumps.formats.records.Block.located_rejections", bug)
        receipt = loader.load(dump)
    assert receipt.state == "failed"
    assert receipt.problem is not None
    assert receipt.problem != english(RESUMABLE)
    assert_whole(loader, dump, loader.resume(1))
