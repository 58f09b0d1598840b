"""What is not read is named for what it is, with what to do."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.dump import Rejection
from bot.dumps import Limits, read_dump
from bot.dumps.containers import walk
from bot.dumps.containers.streams import Budget, Seekable
from bot.dumps.containers.zip import ZipEntry, zip_entries
from bot.dumps.formats import parquet
from bot.dumps.formats.records import Block
from tests.support.archives import zipped
from tests.support.dump_pages import page


def named(size: int, kind: int, text: bytes) -> bytes:
    """A field of Thrift's compact protocol: a step and a type, and a text's length and bytes."""
    return bytes([size << 4 | kind, len(text)]) + text


def parquet_file(*columns: str) -> bytes:
    root = named(4, 8, b"schema") + bytes([1 << 4 | 5, 2 * len(columns), 0])
    leaves = [bytes([1 << 4 | 5, 12]) + named(3, 8, name.encode()) + b"\x00" for name in columns]
    footer = bytes([1 << 4 | 5, 2, 1 << 4 | 9, (len(columns) + 1) << 4 | 12]) + root + b"".join(leaves)
    footer += bytes([1 << 4 | 6, 20, 0])
    return b"PAR1" + b"\x15\x04" * 5000 + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def detail(folder: Path, data: bytes) -> str:
    (folder / "dump").write_bytes(data)
    [item] = read_dump(folder / "dump")
    assert not isinstance(item, Block)
    return getattr(item, "detail", "")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            parquet_file("id", "title", "text"),
            "a Parquet table with the columns id, title, text. Export it as CSV",
        ),
        (parquet_file("id")[:-1], "a Parquet table. Export it as CSV"),
        (pickle.dumps({"title": "Lamp"}), "a Python pickle. Export"),
        (pickle.dumps([1], protocol=2), "a Python pickle. Export"),
        (b"SQLite format 3\x00\x10\x00", "an SQLite database. Export its tables as CSV"),
        (b"-- MySQL dump\n--\n\nCREATE TABLE posts (id int);\n", "a database dump (SQL). Export"),
        (
            b"text,label\nThe lamp burns.,1\nIt does not.,0\n",
            "a table with the columns text, label. Name its",
        ),
        (b"1\t184\t1\n1\t29\t0\n1\t31\t1\n2\t5\t0\n", "a table with the columns 1, 184, 1. Name its"),
        (b"ARROW1\x00\x00\xff\xff", "a table in a binary form"),
        (b"\x89HDF\r\n\x1a\n\x00", "a table in a binary form"),
        (
            zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}),
            "a spreadsheet. Save it as CSV",
        ),
        (zipped({"word/document.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}), "an office document"),
        (zipped({"xl/workbook.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}), "a spreadsheet. Save it"),
        (
            zipped({"content.xml": b"<x/>", "META-INF/manifest.xml": b"<x/>", "mimetype": b"odt"}),
            "an office document",
        ),
        (zipped({"META-INF/container.xml": b"<x/>", "mimetype": b"epub"}), "an e-book"),
        (zipped({"report.docx": zipped({"word/document.xml": b"<x/>"})}), "an office document"),
        (b"title: Lamp\nauthor: Ann\ntext: >\n  It burns.\n", "YAML. Convert it"),
        (b"---\ntitle: Lamp\n", "YAML. Convert it"),
        (b"\x04\x22\x4d\x18\x64\x40", "compressed in a way"),
        (b"age-encryption.org/v1\n-> X25519", "encrypted. Decrypt it"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n", "Git LFS"),
        (b"d8:announce35:udp://tracker.example", "a torrent. Load the files"),
        (b"From ann@quay.example Tue May 04 06:30:00 2021\nSubject: Lamp\n", "e-mail"),
        (
            b"Subject: Lamp\nFrom: ann@quay.example\nDate: Tue, 4 May 2021 06:30:00 +0000\n\nIt burns.\n",
            "e-mail",
        ),
        (b'window.posts = [{"id": "p9lamp"}];\n', "JavaScript. Remove what stands around"),
        (b'const posts = {\n  "id": "p9lamp"};\n', "JavaScript. Remove what stands around"),
        (b'callback({"data": []})', "JavaScript. Remove what stands around"),
        (b"{'id': 'p9lamp', 'over_18': False}\n", "Python, not JSON. Write it with json.dump"),
        (b"[[1, 2], [3, 4]]", "JSON without Reddit comments"),
        (b'["p9lamp", "p9rope"]', "JSON without Reddit comments"),
        (b'"p9lamp"\n', "JSON without Reddit comments"),
        (b"null", "JSON without Reddit comments"),
        (b"<opml version='2.0'><body/></opml>", "XML, but neither"),
        (b"<mediawiki xmlns='http://www.mediawiki.org/'><page/></mediawiki>", "XML, but neither"),
        (b"id,title,selftext,created_utc\n", "no rows, only the columns id, title, selftext, created_utc"),
        (
            b'{"id": "p9lamp", "title": "Lamp", "score": "many", "created_utc": 1650000000}\n',
            "field \u201cscore\u201d is",
        ),
        (b"II*\x00\x08\x00", "a picture"),
        (b"{\\rtf1\\ansi Lamp}", "an office document"),
    ],
)
def test_each_kind_is_named_with_what_to_do(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in detail(tmp_path, data)


@pytest.mark.parametrize("title", ["title: a lamp", "From Hull to Riga 2021", "--- lamps", "d8:announce"])
def test_pages_that_begin_like_another_kind_are_read(tmp_path: Path, title: str) -> None:
    assert detail(tmp_path, page(title=title, image=None).encode()) == ""


class Whole:
    """A stream of these bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int, /) -> bytes:
        data, self._data = self._data[:size], self._data[size:]
        return data


@given(st.binary(max_size=300), st.integers(0, 400))
@settings(max_examples=150)
def test_any_footer_gives_columns_or_none(noise: bytes, place: int) -> None:
    footer = bytearray(parquet_file("id", "title")[10_004:-8])
    footer[place : place + len(noise)] = noise
    data = bytes(footer) + len(footer).to_bytes(4, "little") + b"PAR1"
    assert all(isinstance(name, str) for name in parquet.columns(Whole(data), Budget(Limits())))


def test_records_behind_wiped_pages_of_zeros_are_read(tmp_path: Path) -> None:
    record = b'{"id": "hq7one1", "link_id": "t3_p9lamp", "body": "So.", "created_utc": 1650000100}\n'
    (tmp_path / "dump").write_bytes(bytes(10_000) + record * 2)
    wiped, block = read_dump(tmp_path / "dump")
    assert getattr(wiped, "reason", "") == "not-json"
    assert isinstance(block, Block)
    assert len(block.comments) == 2
    assert "binary data" in detail(tmp_path, bytes(10_000) + b"Lamps.")
    assert "binary data" in detail(tmp_path, bytes(4096 * 3))


@pytest.mark.parametrize(
    "names",
    [
        ("META-INF/container.xml",),
        ("content.xml", "META-INF/manifest.xml"),
        ("word/document.xml",),
        ("xl/workbook.xml",),
    ],
)
def test_pages_beside_a_file_of_a_document_are_read(tmp_path: Path, names: tuple[str, ...]) -> None:
    files = {**dict.fromkeys(names, b"<x/>"), "pages/lamp.txt": page().encode()}
    (tmp_path / "dump").write_bytes(zipped(files))
    read = [item for item in read_dump(tmp_path / "dump") if not isinstance(item, Rejection)]
    assert len(read) == 1


def test_the_directory_of_a_zip_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dump").write_bytes(zipped({f"{number}.txt": page().encode() for number in range(3)}))
    opened: list[Seekable] = []

    def entries(file: Seekable) -> Iterator[ZipEntry]:
        opened.append(file)
        yield from zip_entries(file)

    monkeypatch.setattr(walk, "zip_entries", entries)
    monkeypatch.setattr(walk, "MAX_DOCUMENT_MEMBERS", 2)
    read = [item for item in read_dump(tmp_path / "dump") if not isinstance(item, Rejection)]
    assert (len(read), len(opened)) == (3, 1)
