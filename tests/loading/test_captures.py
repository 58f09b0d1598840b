"""The newest capture of a record wins, whatever is loaded first."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.loading import protocol
from tests.support.corpus_loads import query
from tests.support.loader import PERSON, Loader
from tests.support.reddit_records import comment, submission

JUNE, JULY, AUGUST = 1_717_200_000, 1_719_800_000, 1_722_500_000
Fields = dict[str, Any]


def capture(number: int, **fields: object) -> bytes:
    """A thread of one comment, each with a score and a text of its capture."""
    return submission(score=number, **fields) + comment(score=number, body=f"Text {number}.", **fields)


def shown(loader: Loader) -> list[Any]:
    rows = query(loader.data, "SELECT score FROM article")
    return [*rows, *query(loader.data, "SELECT score, text FROM comment")]


def load(loader: Loader, folder: Path, captures: Sequence[bytes]) -> list[str]:
    """Loads each as a dump of its own; says what each did to its article and its comment."""
    outcomes = []
    for number, data in enumerate(captures):
        path = folder / f"{number}.ndjson"
        path.write_bytes(data)
        receipt = loader.load(path)
        for counts in (receipt.articles, receipt.comments):
            assert counts.total <= 1
            outcomes += [name for name in ("new", "updated", "unchanged", "older") if getattr(counts, name)]
    return outcomes


@pytest.mark.parametrize(
    "times",
    [
        [{"retrieved_on": JUNE}, {"retrieved_on": JULY}, {"retrieved_on": AUGUST}],
        [{"retrieved_on": str(JUNE)}, {"retrieved_utc": JULY}, {"retrieved_utc": AUGUST * 1000}],
        [{"retrieved_on": JUNE}, {"retrieved_on": JUNE, "_meta": {"retrieved_2nd_on": JULY}}],
        [{"edited": False}, {"edited": JUNE}, {"edited": JULY}],
        [{"retrieved_on": JUNE, "edited": False}, {"edited": JULY}],
        [{"edited": JUNE}, {"edited": JULY, "retrieved_on": AUGUST}],
    ],
    ids=["retrieved_on", "names", "second", "edited", "retrieved or edited", "edited or retrieved"],
)
def test_the_newest_capture_wins_in_any_order(
    loader: Loader, tmp_path: Path, times: Sequence[Fields]
) -> None:
    captures = [capture(number, **fields) for number, fields in enumerate(times)]
    newest = len(captures) - 1
    for guild, order in enumerate(itertools.permutations(range(len(captures))), 1):
        folder = Loader(tmp_path / f"data{guild}")
        outcomes = load(folder, tmp_path, [captures[number] for number in order])
        assert shown(folder) == [newest, (newest, f"Text {newest}.")], order
        after = [number < max(order[:at]) for at, number in enumerate(order) if at]
        expected = ["new", *("older" if late else "updated" for late in after)]
        assert outcomes == [word for word in expected for _ in range(2)], order


def test_captures_of_unknown_times_win_as_they_are_loaded(loader: Loader, tmp_path: Path) -> None:
    odd = {"retrieved_on": {}, "edited": [1], "retrieved_utc": "soon"}
    outcomes = load(loader, tmp_path, [capture(0, retrieved_on=JUNE), capture(1), capture(2, **odd)])
    assert outcomes == ["new", "new", *["updated"] * 4]
    assert shown(loader) == [2, (2, "Text 2.")]
    outcomes = load(loader, tmp_path, [capture(3, edited=False)])
    assert outcomes == ["updated", "updated"], "a record that was never edited may be of any time"


def test_what_the_newer_capture_lacks_comes_from_the_older(loader: Loader, tmp_path: Path) -> None:
    newer = submission(retrieved_on=JULY, score=9, selftext="", link_flair_text=None)
    older = submission(retrieved_on=JUNE, score=1, selftext="Own words.", link_flair_text="Port")
    for number, order in enumerate([(newer, older), (older, newer)]):
        folder = Loader(tmp_path / f"data{number}")
        load(folder, tmp_path, order)
        assert query(folder.data, "SELECT score, flair, body FROM article") == [(9, "Port", "Own words.")]


def test_removed_texts_stay_removed_in_any_order(loader: Loader, tmp_path: Path) -> None:
    newer = comment(retrieved_on=JULY, body="[removed]", author="[deleted]")
    older = comment(retrieved_on=JUNE)
    for number, order in enumerate([(newer, older), (older, newer)]):
        folder = Loader(tmp_path / f"data{number}")
        for at, data in enumerate(order):
            path = tmp_path / f"{at}.ndjson"
            path.write_bytes(submission() + data)
            folder.load(path)
        assert query(folder.data, "SELECT author, text FROM comment") == [("[deleted]", "[removed]")]


def test_two_captures_in_one_dump(loader: Loader, tmp_path: Path) -> None:
    path = tmp_path / "RC.ndjson"
    path.write_bytes(comment(retrieved_on=JULY, score=9) + comment(retrieved_on=JUNE, score=1))
    receipt = loader.load(path)
    assert (receipt.comments.new, receipt.comments.unchanged) == (1, 1)
    assert query(loader.data, "SELECT score FROM comment") == [9]


def test_undo_brings_the_older_capture_back(loader: Loader, tmp_path: Path) -> None:
    load(loader, tmp_path, [capture(0, retrieved_on=JUNE), capture(1, retrieved_on=AUGUST)])
    loader.do(protocol.UndoJob(data=loader.data, guild=None, by=PERSON, load=2))
    assert shown(loader) == [0, (0, "Text 0.")]
    assert load(loader, tmp_path, [capture(2, retrieved_on=JULY)]) == ["updated", "updated"]
