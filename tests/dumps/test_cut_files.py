"""Compressed files that were cut: what can be read before the cut loads, and the cut is named."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("share", [0.4, 0.6, 0.95])
@pytest.mark.parametrize("lines", [12, 400, 4_000])
@pytest.mark.parametrize("kind", READABLE)
def test_every_line_before_a_cut_is_read(tmp_path: Path, kind: str, lines: int, share: float) -> None:
    pack, unpack = READABLE[kind]
    data = pack(b"".join(comment(id=f"a{n}", body=f"{n * 7919} {n * n * 104729}") for n in range(lines)))
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
