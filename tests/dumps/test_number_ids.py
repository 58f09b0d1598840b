"""Ids of Reddit that tools write as numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.domain.dump import Rejection
from bot.dumps import read_dump
from bot.dumps.formats.records import Block

POST = {"id": "p9lamp", "title": "Ferry lamp replaced", "author": "wick", "created_utc": 1650000000}
COMMENT = {"id": "hq7one1", "link_id": "t3_p9lamp", "body": "At last.", "created_utc": 1650000100}


@pytest.mark.parametrize("name", ["id", "link_id"])
def test_a_number_that_may_be_two_ids_is_named(tmp_path: Path, name: str) -> None:
    expected = f"The field “{name}” is the number 1234567, which could stand for two different ids."
    line = json.dumps(COMMENT | {name: 1234567}) + "\n"
    path = tmp_path / "dump"
    path.write_text(json.dumps(POST) + "\n" + line)
    [block] = read_dump(path)
    assert isinstance(block, Block)
    [(number, _, rejected)] = block.rejections
    assert (len(block.submissions), number, rejected.reason) == (1, 2, "not-a-record")
    assert str(rejected).startswith(expected)
    path.write_text(line)
    [rejection] = read_dump(path)
    assert isinstance(rejection, Rejection)
    assert (rejection.reason, rejection.detail.startswith(expected)) == ("not-a-page", True)
