"""What a load leaves out, what a preview says, and the file of rejected lines."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.loads import LoadFilter, Preview
from bot.loading import protocol
from bot.store.engines import engine_of
from bot.store.ingest import rejects
from tests.support.dump_folders import FERRY, MARKET, page
from tests.support.load_files import rejected_lines
from tests.support.loader import PERSON, Loader, after
from tests.support.reddit_records import COMMENT, comment, comments, submission

DUMP = (
    submission()
    + submission(id="a2", title="Not for children", over_18=True)
    + submission(id="a3", title="Inland news", subreddit="Inland", score=1, created_utc=1600000000)
    + comment()
    + comment(id="c2", body="A longer comment, from elsewhere.", subreddit="inland", score=50)
    + comment(id="c3", created_utc=1600000000)
)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "dump"
    path.write_bytes(DUMP)
    return path


def when(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


FILTERS: dict[str, tuple[LoadFilter, int, int]] = {
    "nothing": (LoadFilter(), 2, 3),
    "over 18": (LoadFilter(over_18=True), 3, 3),
    "subreddit": (LoadFilter(subreddits=("r/INLAND",)), 1, 1),
    "subreddits": (LoadFilter(subreddits=("inland", "harbour")), 2, 3),
    "after": (LoadFilter(after=when(1650000000)), 1, 2),
    "before": (LoadFilter(before=when(1650000000)), 1, 1),
    "score": (LoadFilter(min_score=10), 1, 1),
    "length": (LoadFilter(min_length=10), 2, 1),
}


@pytest.mark.parametrize("broken", [b"", b"{\n"], ids=["at once", "line by line"])
def test_comments_that_are_marked_as_over_18_are_left_out_too(
    loader: Loader, tmp_path: Path, broken: bytes
) -> None:
    dump = tmp_path / "dump"
    dump.write_bytes(comment() + comment(id="c2", over_18=True) + comment(id="c3", over_18=False) + broken)
    receipt = loader.load(dump)
    assert (receipt.comments.new, receipt.skipped) == (2, 1)
    assert loader.load(dump, wanted=LoadFilter(over_18=True)).comments.new == 1


@pytest.mark.parametrize(("wanted", "articles", "comments"), FILTERS.values(), ids=FILTERS)
def test_filters_leave_out_and_a_preview_says_what_would_load(
    loader: Loader, dump: Path, wanted: LoadFilter, articles: int, comments: int
) -> None:
    preview = loader.do(loader.job(dump, wanted=wanted, dry_run=True))
    assert isinstance(preview, Preview)
    assert not loader.data.exists()
    receipt = loader.load(dump, wanted=wanted)
    assert (receipt.articles.new, receipt.comments.new) == (articles, comments)
    assert (preview.articles, preview.comments) == (articles, comments)
    assert preview.skipped == receipt.skipped == 6 - articles - comments
    assert preview.left_out == receipt.left_out
    assert sum(receipt.left_out.values()) == receipt.skipped
    assert preview.first is not None
    assert preview.last is not None
    assert preview.first <= preview.last


def test_pages_are_filtered_by_their_time_and_their_comments_by_time_and_length(
    loader: Loader, tmp_path: Path
) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "ferry.txt").write_text(page(*FERRY))
    (tmp_path / "pages" / "market.txt").write_text(page(*MARKET))
    receipt = loader.load(tmp_path / "pages", wanted=LoadFilter(after=datetime(2024, 1, 1, tzinfo=UTC)))
    assert (receipt.articles.new, receipt.comments.new) == (1, 2)
    assert receipt.left_out == {"after": 2}, "a page with its comment"
    shorter = loader.load(tmp_path / "pages", guild=5, wanted=LoadFilter(min_length=52))
    assert (shorter.articles.new, shorter.comments.new) == (2, 1)
    assert shorter.left_out == {"min_length": 2}
    none = loader.load(tmp_path / "pages", guild=6, wanted=LoadFilter(subreddits=("harbour",)))
    assert (none.articles.new, none.left_out) == (0, {"subreddit": 5})


@pytest.mark.parametrize("broken", [b"", b"{\n"], ids=["at once", "line by line"])
def test_the_reason_is_the_option_that_lets_in(loader: Loader, tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "dump").write_bytes(DUMP + comment(id="c4", over_18=True, subreddit="inland") + broken)
    wanted = LoadFilter(("harbour",), when(1650000000), when(1750000000), min_length=7)
    receipt = loader.load(tmp_path / "dump", wanted=wanted)
    assert receipt.left_out == {"subreddit": 3, "after": 1, "min_length": 1, "over_18": 1}
    assert loader.load(tmp_path / "dump").left_out == {"over_18": 2}, "nobody set another"
    assert loader.load(tmp_path / "dump", wanted=LoadFilter(over_18=True)).left_out == {}


def test_filters_are_kept_when_a_load_is_resumed(loader: Loader, dump: Path) -> None:
    loader.load(dump, stop=lambda: "pause", wanted=LoadFilter(subreddits=("inland",)))
    assert loader.resume().comments.new == 1


def read(loader: Loader, load: int = 1) -> list[dict[str, Any]]:
    return [json.loads(one) for one in rejected_lines(engine_of(loader.data), load).splitlines()]


@pytest.mark.slow
def test_every_rejected_line_is_in_a_file_with_its_reason(
    loader: Loader, each_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = [b'{"id": "nobody knows\n', comment(created_utc="soon"), b"x" * 5000 + b"\n"]
    (tmp_path / "rc").write_bytes(comments(range(3)) + b"".join(bad) * 600)
    receipt = loader.load(tmp_path / "rc")
    assert (receipt.rejected, len(receipt.rejections)) == (1800, 1000)
    found = read(loader)
    assert len(found) == 1800
    assert found[0] == {
        "where": "rc:4",
        "reason": "not-json",
        "detail": found[0]["detail"],
        "line": 4,
        "text": '{"id": "nobody knows',
    }
    assert [one["reason"] for one in found[:3]] == ["not-json", "bad-time", "not-json"]
    assert found[2]["text"] == "x" * 200
    monkeypatch.setattr(rejects, "MAX_FILE_BYTES", 2000)
    assert loader.load(tmp_path / "rc").rejected == 1800
    assert 1000 < len(rejected_lines(engine_of(loader.data), 2)) <= 2000


def test_no_line_is_listed_twice_when_a_load_is_resumed(
    loader: Loader, each_database: str, tmp_path: Path, small_pieces: None
) -> None:
    lines = b"".join(comments(range(n, n + 9)) + b"nonsense %d\n" % n for n in range(0, 900, 9))
    (tmp_path / "rc").write_bytes(lines)
    receipt = loader.load(tmp_path / "rc", stop=after(3, "pause"))
    assert 0 < receipt.rejected < 100
    # What a killed loader has written behind its last checkpoint.
    with engine_of(loader.data).load_files() as files:
        files.append(rejects.rejects_name(1), b"half a line")
    assert loader.resume().rejected == 100
    assert [one["text"] for one in read(loader)] == [f"nonsense {n}" for n in range(0, 900, 9)]


def test_the_file_goes_when_its_load_is_taken_back(
    loader: Loader, each_database: str, tmp_path: Path
) -> None:
    (tmp_path / "rc").write_bytes(comments(range(3)) + b"nonsense\n")
    loader.load(tmp_path / "rc")
    assert len(read(loader)) == 1
    loader.do(protocol.UndoJob(data=loader.data, guild=None, by=PERSON, load=1))
    assert not rejected_lines(engine_of(loader.data))


def test_forgetting_an_author_reaches_the_files_too(
    loader: Loader, each_database: str, tmp_path: Path
) -> None:
    lines = [comment(author="Netmender", created_utc="never"), comment(id="c9", author="Netmender")]
    (tmp_path / "rc").write_bytes(b"".join(lines) + b"nonsense\n")
    loader.load(tmp_path / "rc")
    assert "Netmender" in str(read(loader))
    forgot = loader.do(protocol.EraseJob(data=loader.data, guild=None, by=PERSON, name="netmender"))
    assert (forgot.articles, forgot.comments) == (0, 1)
    assert "netmender" not in str(read(loader)).lower()
    assert [one["text"] for one in read(loader)] == [None, "nonsense"]
    with closing(engine_of(loader.data).open_reader("corpus")) as db:
        assert "Netmender" not in str(db.execute("SELECT * FROM comment").fetchall())
    assert COMMENT["body"] == "Chips."


def test_a_rejected_line_that_is_cut_before_its_author_is_forgotten_too(
    loader: Loader, tmp_path: Path
) -> None:
    words = "Quahogs are clams. " * 20
    line = json.dumps({"body": words, "author": "Netmender", "id": "c1", "link_id": "t3_a1"})
    others = comment(author="gull", body=words, created_utc="never")
    (tmp_path / "rc").write_bytes(line.encode() + b"\n" + others + comments(range(3)))
    for guild in (5, 6):
        loader.load(tmp_path / "rc", guild=guild)
    assert ["Quahogs" in one["text"] for one in read(loader)] == [True, True]
    loader.do(protocol.EraseJob(data=loader.data, guild=5, by=PERSON, name="Netmender"))
    assert [one["text"] is None for one in read(loader, 1)] == [True, False]
    assert "Quahogs" in read(loader, 2)[0]["text"], "of another server"
    loader.load(tmp_path / "rc", guild=5)
    assert [one["text"] is None for one in read(loader, 3)] == [True, False]
