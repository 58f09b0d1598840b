"""Files in which there is nothing say so."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.dump import Rejection
from bot.dumps import read_dump
from bot.dumps.formats.records import Block


def stored(folder: Path, data: bytes) -> Path:
    path = folder / "answer.json"
    path.write_bytes(data)
    return path


def is_blank(item: object) -> bool:
    return isinstance(item, Block) and item.is_empty


@pytest.mark.parametrize(
    "data",
    [
        b'{"data": []}',
        b'{"data": [], "metadata": {"total_results": 0}}',
        b'{\n  "data": []\n}\n',
        b'{"data": []}\n{"data": []}\n',
        b'{"data": {"children": []}}',
        b'{"kind": "Listing", "data": {"children": []}}',
        b"[]",
        b'{"hits": []}',
        b'{"posts": []}',
        b'{"comments": []}',
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gz"])
def test_a_file_without_records_says_so(tmp_path: Path, data: bytes, pack: Callable[[bytes], bytes]) -> None:
    (item,) = (item for item in read_dump(stored(tmp_path, pack(data))) if not is_blank(item))
    assert isinstance(item, Rejection)
    assert "no articles or comments in this file" in item.detail


def test_an_empty_answer_among_others_is_no_fault(tmp_path: Path) -> None:
    lines = b'{"data": []}\n{"data": [{"id": "p9lamp", "title": "Lamp relit", "created_utc": 1650000000}]}\n'
    assert not [item for item in read_dump(stored(tmp_path, lines)) if isinstance(item, Rejection)]
