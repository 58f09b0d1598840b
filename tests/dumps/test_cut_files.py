"""Compressed files that were cut: what can be read before the cut loads, and the cut is named."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from bot.domain.dump import ParsedThread, Rejection
from bot.dumps import read_dump
from bot.dumps.formats.records import Block
from bot.dumps.rejections import BrokenDumpError
from tests.support.dump_pages import page, thread
from tests.support.reddit_records import comment

READABLE: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "gz": (gzip.compress, lambda data: zlib.decompressobj(31).decompress(data)),
    "xz": (lzma.compress, lambda data: lzma.LZMADecompressor().decompress(data)),
    "bz2": (lambda data: bz2.compress(data, 1), lambda data: bz2.BZ2Decompressor().decompress(data)),
    "zst": (zstandard.compress, lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)),
}
PAGE = page(comments=thread(2)).encode()


def comments_of(path: Path) -> tuple[int, str | None]:
    """The number of comments in a dump, and why it breaks."""
    count = 0
    try:
        for item in read_dump(path):
            if isinstance(item, Rejection):
                return count, item.reason
            assert isinstance(item, Block)
            count += len(item.comments)
    except BrokenDumpError as error:
        return count, error.rejection.reason
    return count, None


def comments(count: int) -> bytes:
    return b"".join(comment(id=f"a{n}", body=f"{n * 7919} {n * n * 104729}") for n in range(count))


@pytest.mark.parametrize("share", [0.4, 0.6, 0.95])
@pytest.mark.parametrize("lines", [12, 400, 4_000])
@pytest.mark.parametrize("kind", READABLE)
def test_every_line_before_a_cut_is_read(tmp_path: Path, kind: str, lines: int, share: float) -> None:
    pack, unpack = READABLE[kind]
    data = pack(comments(lines))
    path = tmp_path / "dump"
    path.write_bytes(data[: int(len(data) * share)])
    before = unpack(path.read_bytes()).count(b"\n")
    assert comments_of(path) == (before, "broken-archive")


@pytest.mark.parametrize("kind", READABLE)
def test_a_page_is_read_whole_or_not_at_all(tmp_path: Path, kind: str) -> None:
    data = READABLE[kind][0](PAGE)
    path = tmp_path / "page"
    path.write_bytes(data)
    assert isinstance(next(iter(read_dump(path))), ParsedThread)
    path.write_bytes(data[:-12])
    assert [item.reason for item in read_dump(path)] == ["broken-archive"]  # type: ignore[union-attr]


@pytest.mark.parametrize("between", [b"", bytes(4), bytes(1 << 20)], ids=["nothing", "zeros", "many zeros"])
@pytest.mark.parametrize("after", [b"", b"no stream"], ids=["nothing", "something else"])
@pytest.mark.parametrize("kind", ["xz", "bz2"])
def test_streams_one_after_another_are_read(tmp_path: Path, kind: str, between: bytes, after: bytes) -> None:
    pack = READABLE[kind][0]
    path = tmp_path / "dump"
    path.write_bytes(pack(comment(id="a1")) + between + pack(comment(id="a2")) + after)
    assert comments_of(path) == (2, None)


@pytest.mark.parametrize("missing", [1, 3, 4, 5, 40])
@pytest.mark.parametrize("checksum", [False, True], ids=["no checksum", "checksum"])
@pytest.mark.parametrize("level", [-50, 3], ids=["stored", "packed"])
def test_a_zstd_file_without_its_last_bytes_is_read_to_the_cut(
    tmp_path: Path, level: int, checksum: bool, missing: int
) -> None:
    packer = zstandard.ZstdCompressor(level=level, write_checksum=checksum)
    # Random letters do not pack: their block is stored as it is.
    letters = random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789+-" * 2, k=40_000)
    text = comment(id="a1") + comment(id="a2", body="".join(letters)) + comments(40)
    first = packer.compress(comments(4_000))
    path = tmp_path / "dump"
    path.write_bytes((first + packer.compress(text))[:-missing])
    unpacker = zstandard.ZstdDecompressor().decompressobj(read_across_frames=True)
    before = unpacker.decompress(path.read_bytes()).count(b"\n")
    assert before >= 4_000
    assert comments_of(path) == (before, "broken-archive")


def test_zstd_frames_and_what_is_skipped_between_them_are_read(tmp_path: Path) -> None:
    skipped = b"\x51\x2a\x4d\x18" + (100_000).to_bytes(4, "little") + bytes(100_000)
    sized = zstandard.ZstdCompressor(write_checksum=True)
    streamed = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    parts = [sized.compress(comments(3_000)), skipped, zstandard.compress(b""), skipped]
    parts += [streamed.compress(comments(2)) + streamed.flush(), zstandard.compress(comments(1) * 3_000)]
    path = tmp_path / "dump"
    path.write_bytes(b"".join(parts))
    assert comments_of(path) == (6_002, None)
    path.write_bytes(b"".join([*parts[:-2], skipped])[:-7])
    assert comments_of(path) == (3_000, "broken-archive")


@pytest.mark.parametrize("place", [6, 20, 0.5])
@pytest.mark.parametrize("kind", ["xz", "bz2"])
def test_a_damaged_later_stream_is_named(tmp_path: Path, kind: str, place: float) -> None:
    streams = [bytearray(READABLE[kind][0](comments(100))) for _ in range(5)]
    streams[1][int(place * len(streams[1])) if place < 1 else int(place)] ^= 0x55
    path = tmp_path / "dump"
    path.write_bytes(b"".join(streams))
    assert comments_of(path)[1] == "broken-archive"


@pytest.mark.parametrize("kind", ["xz", "bz2"])
def test_a_stream_that_begins_across_two_reads_is_told_from_what_is_none(tmp_path: Path, kind: str) -> None:
    first, path = READABLE[kind][0](comments(1)), tmp_path / "dump"
    for zeros in range((1 << 14) - len(first) - 8, (1 << 14) - len(first) + 1):
        path.write_bytes(first + bytes(zeros) + first)
        assert comments_of(path) == (2, None)
        path.write_bytes(first + bytes(zeros) + first[:2] + b"no stream")
        assert comments_of(path) == (1, None)
        path.write_bytes(first + bytes(zeros) + first[:2])
        assert comments_of(path) == (1, "broken-archive")


@pytest.mark.parametrize("zeros", [4_096, 5_000, 200_000])
@pytest.mark.parametrize("kind", READABLE)
def test_a_cut_among_zeros_is_named(tmp_path: Path, kind: str, zeros: int) -> None:
    path = tmp_path / "dump"
    path.write_bytes(READABLE[kind][0](bytes(zeros) + comments(4_000))[:40])
    assert comments_of(path) == (0, "broken-archive")
