"""Reading a dump takes linear time, whatever it is made of."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from bot.dumps import Limits, read_dump
from bot.dumps.formats.page import parse_page
from tests.support.archives import tarred, zipped
from tests.support.dump_pages import NOON, page, thread
from tests.support.growth import assert_linear

pytestmark = pytest.mark.slow

TITLES = ("Harbour", "a" + " -" * 900 + "a", "a" + "!" * 1_900 + "a", "'" * 1_900, "Aa " * 600)
LINES = ("A gull flew.", "- " * 300, "Aa " * 200, "photo: ", "Follow " + "us " * 200, "1", '."' * 300)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[:10])
@pytest.mark.parametrize("title", TITLES, ids=lambda title: title[:4])
def test_a_page_takes_linear_time(title: str, line: str) -> None:
    def made(lines: int) -> str:
        return page(title, body=[line] * lines, comments=thread(lines // 10))

    assert_linear(made, parse_page, 60)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[:10])
def test_a_long_line_takes_linear_time(line: str) -> None:
    assert_linear(lambda size: page(body=[line * (size // len(line))]), parse_page, 20_000)


@pytest.mark.parametrize("line", ["Authored by x", "Authored by a b and submitted by c d"])
def test_many_bylines_take_linear_time(line: str) -> None:
    assert_linear(lambda lines: page(body=["\n".join([line] * lines)]), parse_page, 5_000)


def test_many_bylines_in_comments_take_linear_time() -> None:
    quoted = "Note:\nAuthored by a.example and submitted by bo\n"
    assert_linear(lambda times: page(comments=[("ann", NOON, quoted * times)]), parse_page, 2_000)


def tar_header(kind: bytes, data: bytes) -> bytes:
    info = tarfile.TarInfo("x")
    info.type, info.size = kind, len(data)
    return info.tobuf(tarfile.GNU_FORMAT) + data + bytes(-len(data) % tarfile.BLOCKSIZE)


def gzip_header(name: bytes) -> bytes:
    """The start of a gzip member with this name, which ends with a zero."""
    return b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + name


def extra_fields(size: int) -> bytes:
    """A zip whose members have sizes of 64 bits, at the end of as many empty extra fields as fit."""
    wide = struct.pack("<HHQQQ", 1, 24, 5, 5, 0)
    extra = struct.pack("<HH", 7, 0) * ((0xFFFF - len(wide)) // 4) + wide
    widths = (0xFFFFFFFF, 0xFFFFFFFF, 1, len(extra))
    record = struct.pack("<4s6H3L5H2L", b"PK\1\2", *[0] * 7, *widths, *[0] * 4, 0xFFFFFFFF)
    directory = (record + b"a" + extra) * (size // len(extra))
    return b"PK\3\4" + directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(directory), 4, 0)


PAGE = page().encode()
EMPTY_FRAME = zstandard.ZstdCompressor().compressobj().flush()
"""Ends with its only block, which is empty."""
ARCHIVES: dict[str, Callable[[int], bytes]] = {
    "small pax records": lambda size: tar_header(b"x", b"5 a=\n" * (size // 5)) + tarred({"a.txt": PAGE}),
    "broken pax records": lambda size: tar_header(b"x", b"5" * size),
    "pax without blanks": lambda size: tar_header(b"x", b"5 a=\n" + b"x" * size),
    "small pax headers": lambda size: tar_header(b"x", b"5 a=\n") * (size // 1024) + tarred({"a.txt": PAGE}),
    "long tar names": lambda size: tar_header(b"L", b"a/b" * (size // 3)) + tarred({"a.txt": PAGE}),
    "empty tar members": lambda size: tarred({f"{n}.txt": b"" for n in range(size // 1024)}),
    "zip extra fields": extra_fields,
    "empty zip members": lambda size: zipped({f"{n}": b"" for n in range(size // 100)}, zipfile.ZIP_STORED),
    "endless gzip name": lambda size: gzip_header(b"a" * size),
    "long gzip name": lambda size: gzip_header(b"a" * size + b"\0") + gzip.compress(PAGE)[10:],
    "gzip in gzip": lambda size: gzip.compress(gzip.compress(gzip_header(b"a" * size), 0), 0),
    "empty gzip members": lambda size: gzip.compress(b"") * (size // 20) + gzip.compress(PAGE),
    "zeros after gzip": lambda size: gzip.compress(PAGE) + bytes(size),
    "empty zstd frames": lambda size: zstandard.compress(b"") * (size // 9) + zstandard.compress(PAGE),
    "empty zstd blocks": lambda size: EMPTY_FRAME[:-3] + bytes(size // 3 * 3) + EMPTY_FRAME[-3:],
    "skipped zstd frames": lambda size: b"\x50\x2a\x4d\x18\0\0\0\0" * (size // 8) + zstandard.compress(PAGE),
}


@pytest.mark.parametrize("archive", ARCHIVES)
def test_an_archive_takes_linear_time(tmp_path: Path, archive: str) -> None:
    def made(size: int) -> Path:
        path = tmp_path / str(size)
        path.write_bytes(ARCHIVES[archive](size))
        return path

    def read(path: Path) -> None:
        assert list(read_dump(path))

    assert_linear(made, read, 130_000)


def test_gzip_members_are_read_one_after_the_other(tmp_path: Path) -> None:
    parts = [PAGE[start : start + 50] for start in range(0, len(PAGE), 50)]
    packed = b"".join(map(gzip.compress, parts))
    named = gzip_header(b"name\0") + gzip.compress(PAGE)[10:]
    buffer = io.BytesIO()
    with gzip.GzipFile("name", "wb", fileobj=buffer) as file:
        file.write(PAGE)
    for data in (packed, packed + bytes(100_000), named, buffer.getvalue()):
        (tmp_path / "page.gz").write_bytes(data)
        [item] = read_dump(tmp_path / "page.gz")
        assert item == parse_page(PAGE)
    for data in (packed[:-3], packed[:-12], packed + b"\x1f\x8b"):
        (tmp_path / "page.gz").write_bytes(data)
        assert [getattr(item, "reason", None) for item in read_dump(tmp_path / "page.gz")] == [
            "broken-archive"
        ]


@pytest.mark.parametrize("log", [20, 24, 27, 28, 29, 31])
def test_a_zstd_window_past_the_limit_is_refused(tmp_path: Path, log: int) -> None:
    settings = zstandard.ZstdCompressionParameters(window_log=log, enable_ldm=False)
    packer = zstandard.ZstdCompressor(compression_params=settings).compressobj()
    packed = packer.compress(PAGE) + packer.flush()
    for data in (packed, zstandard.compress(PAGE[:9]) + packed):
        (tmp_path / "page.zst").write_bytes(data)
        [item] = read_dump(tmp_path / "page.zst")
        assert getattr(item, "reason", "read") in (("too-large",) if log > 28 else ("read", "not-a-page"))
        assert log < 29 or "NEWSDESK_ZST_WINDOW_MB" in item.detail  # type: ignore[union-attr]
        [item] = read_dump(tmp_path / "page.zst", Limits(zstd_window=1 << 31))
        assert getattr(item, "reason", "read") != "too-large"
