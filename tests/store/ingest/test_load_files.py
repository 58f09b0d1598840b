"""The files of loads, in the data folder and in a table."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.store.load_files import PART_BYTES, LoadFiles, beginning
from tests.support.corpus_engines import corpus_at, only_postgres

LINES, OTHERS, DUMP = "rejects/7.ndjson", "rejects/77.ndjson", "upload-ab/dump"
LARGE = random.Random(4).randbytes(2 * PART_BYTES + 5)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[LoadFiles]:
    """Those of an empty archive."""
    engine = corpus_at(tmp_path)
    engine.prepare("corpus")
    with engine.load_files() as opened:
        yield opened


def read(files: LoadFiles, name: str) -> bytes:
    return b"".join(files.parts(name))


def test_a_file_that_does_not_exist_is_empty(files: LoadFiles) -> None:
    assert (files.size(LINES), read(files, LINES), files.names()) == (0, b"", [])
    files.delete(LINES)
    files.truncate(LINES, 5)
    assert files.names() == []


def test_what_is_added_is_read_in_its_order_and_in_parts(files: LoadFiles) -> None:
    for part in (b"one\n", LARGE, b"two\n", LARGE):
        files.append(DUMP, part)
    files.append(LINES, b"{}\n")
    whole = b"one\n" + LARGE + b"two\n" + LARGE
    assert (files.size(DUMP), read(files, DUMP)) == (len(whole), whole)
    assert max(map(len, files.parts(DUMP))) == PART_BYTES
    for size in (0, 2, PART_BYTES, PART_BYTES + 9, 10 * PART_BYTES):
        assert beginning(files, DUMP, size) == whole[:size]
    assert files.names() == [LINES, DUMP]


@pytest.mark.parametrize(
    "size", [0, 1, 4, PART_BYTES + 4, PART_BYTES + 9, 2 * PART_BYTES + 9, 9 * PART_BYTES]
)
def test_a_file_is_cut_anywhere_and_continued(files: LoadFiles, size: int) -> None:
    whole = b"one\n" + LARGE
    files.append(LINES, b"one\n")
    files.append(LINES, LARGE)
    files.append(OTHERS, LARGE)
    files.truncate(LINES, size)
    files.append(LINES, b"more")
    assert read(files, LINES) == whole[:size] + b"more"
    assert files.size(OTHERS) == len(LARGE)


def test_a_file_is_replaced_and_deleted_alone(files: LoadFiles) -> None:
    for name in (LINES, OTHERS):
        files.append(name, b"before\n")
        files.append(name, b"and more\n")
    files.replace(LINES, b"after\n")
    assert (read(files, LINES), read(files, OTHERS)) == (b"after\n", b"before\nand more\n")
    files.delete(OTHERS)
    assert files.names() == [LINES]


@only_postgres
def test_changes_are_part_of_the_transaction(tmp_path: Path) -> None:
    engine = corpus_at(tmp_path)
    with closing(engine.open_writer("corpus")) as db, engine.load_files(db) as files:
        files.append(LINES, b"before\n")
        with suppress(KeyError), db.transaction():
            files.append(LINES, b"lost\n")
            raise KeyError
        assert read(files, LINES) == b"before\n"
