"""Whatever a decoder raises for a line is that line's rejection, and the lines beside it are read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.domain.dump import Rejection
from bot.dumps import read_dump
from bot.dumps.formats.json_lines import read_blocks
from bot.dumps.formats.records import Block, RecordFilter
from tests.support.growth import assert_linear
from tests.support.reddit_records import comment, submission

DEPTHS = [10**power for power in range(1, 5)]
SHAPES = {
    "lists": ("[", "1", "]"),
    "objects": ('{"a":', "1", "}"),
    "mixed": ('[{"data":', "1", "}]"),
    "open lists": ("[", "", ""),
    "open objects": ('{"kind":"t1","data":', "", ""),
    "replies": ('{"kind":"Listing","data":{"children":[{"kind":"t1","data":{"replies":', '""', "}}]}}"),
}
NUMBERS = ["9" * 30, "9" * 5000, "1e999", "-1e999", "0." + "1" * 5000, "1e" + "9" * 5000, "NaN", "Infinity"]


def deep(shape: str, depth: int) -> bytes:
    opened, inside, closed = SHAPES[shape]
    return (opened * depth + inside + closed * depth).encode()


def blocks_of(data: bytes) -> list[Block]:
    return list(read_blocks(io.BytesIO(data), RecordFilter()))


def assert_only_rejected(bad: bytes) -> None:
    """The bad line is rejected, or read for what it says; the lines around it are read."""
    for good, kind in ((comment, "comments"), (submission, "submissions")):
        blocks = blocks_of(good(id="a1") + bad + b"\n" + good(id="a2"))
        rejected = [line for block in blocks for line, _, _ in block.rejections]
        assert set(rejected) <= {2}
        assert sum(len(getattr(block, kind)) for block in blocks) >= 2
        assert blocks[-1].line == 3


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_deep_line_is_one_rejection(shape: str, depth: int) -> None:
    assert_only_rejected(deep(shape, depth))
    for field in ("body", "_meta", "unknown", "created_utc", "title"):
        record = comment() if field == "body" else submission()
        assert_only_rejected(record[:-2] + f', "{field}": '.encode() + deep(shape, depth) + b"}")


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("field", ["created_utc", "score", "parent_id", "id", "_meta", "unknown"])
def test_a_number_beyond_all_bounds_is_at_most_one_rejection(field: str, number: str) -> None:
    for record in (comment(), submission()):
        assert_only_rejected(record[:-2] + f', "{field}": {number}}}'.encode())
        assert_only_rejected(record[:-2] + f', "{field}": "{number}"}}'.encode())


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_deep_listing_is_a_rejection(tmp_path: Path, shape: str, depth: int) -> None:
    path = tmp_path / "deep.json"
    path.write_bytes(deep(shape, depth))
    items = list(read_dump(path))
    assert items
    assert all(isinstance(item, Rejection | Block) for item in items)


def test_deep_lines_take_linear_time() -> None:
    assert_linear(lambda lines: (deep("lists", 2_000) + b"\n") * lines, blocks_of, 50)
    assert_linear(lambda depth: deep("mixed", depth), blocks_of, 20_000)
