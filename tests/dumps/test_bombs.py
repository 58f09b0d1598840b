"""Archives that are made to fill a machine: each ends in a named rejection and in bounded memory."""

from __future__ import annotations

import io
import resource
import tarfile
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from bot.domain.dump import ParsedThread, Rejection
from bot.dumps import Limits, read_dump
from bot.dumps.formats.records import Block
from tests.support.archives import PACKERS, tarred, zipped
from tests.support.dump_pages import page

pytestmark = pytest.mark.slow


PAGE = page().encode()
MIB = 1 << 20


class Endless(io.RawIOBase):
    """As many letters as are asked for, without holding them."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        buffer[:] = b"a" * len(buffer)
        return len(buffer)


def bomb(kind: str, size: int) -> bytes:
    """`size` bytes of one letter, packed."""
    buffer = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open("bomb.txt", "w") as member:
                for _ in range(size // MIB):
                    member.write(b"a" * MIB)
            archive.writestr("page.txt", PAGE)
    elif kind == "tar.gz":
        with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
            info = tarfile.TarInfo("bomb.txt")
            info.size = size
            tar.addfile(info, io.BufferedReader(Endless()))
    else:
        factory = {"zst": lambda: zstandard.ZstdCompressor().compressobj(), "gz": None}[kind]
        if factory is None:
            return PACKERS["gz"](b"a" * size)
        packer = factory()
        for _ in range(size // MIB):
            buffer.write(packer.compress(b"a" * MIB))
        buffer.write(packer.flush())
    return buffer.getvalue()


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


def peak_of(path: Path, limits: Limits | None = None) -> tuple[list[ParsedThread | Rejection | Block], int]:
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    items = list(read_dump(path, limits))
    return items, tracemalloc.get_traced_memory()[1] - before


@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize("kind", ["zip", "gz", "zst", "tar.gz"])
def test_a_bomb_is_rejected_in_bounded_memory(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(bomb(kind, 256 * MIB))
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    items, peak = peak_of(path)
    first = items[0]
    assert isinstance(first, Rejection)
    assert first.reason in ("too-large", "bomb")
    assert peak < 40 * MIB
    assert (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - resident < 80 * 1024
    )  # KiB: zstd's own memory too


@pytest.mark.usefixtures("traced")
def test_a_bomb_within_a_bomb(tmp_path: Path) -> None:
    inner = bomb("gz", 64 * MIB)
    for _ in range(3):
        inner = PACKERS["gz"](inner)
    path = tmp_path / "bomb.gz"
    path.write_bytes(inner)
    items, peak = peak_of(path, Limits(single=1 << 40))
    assert [getattr(item, "reason", None) for item in items] == ["bomb"]
    assert peak < 60 * MIB


def test_the_rest_of_a_bomb_is_left_and_the_next_file_read(tmp_path: Path) -> None:
    (tmp_path / "a.tar.gz").write_bytes(
        PACKERS["gz"](tarred({f"{i}.txt": b"a" * 4 * MIB for i in range(50)}))
    )
    (tmp_path / "b.txt").write_bytes(PAGE)
    items = list(read_dump(tmp_path))
    reasons = [getattr(item, "reason", "read") for item in items]
    assert reasons.count("bomb") <= 2
    assert len(items) < 10
    assert reasons[-1] == "read"


def test_members_that_share_their_bytes(tmp_path: Path) -> None:
    """Overlapping members make a zip as dense as its directory is long; each reading counts."""
    archive = zipped({"kernel.txt": b"a" * 4 * MIB})
    end = archive.rindex(b"PK\x05\x06")
    directory = archive[archive.index(b"PK\x01\x02") : end]
    body = archive[: archive.index(b"PK\x01\x02")]
    tail = bytearray(archive[end:])
    copies = 200
    for at in (8, 10):
        tail[at : at + 2] = copies.to_bytes(2, "little")
    tail[12:16] = (len(directory) * copies).to_bytes(4, "little")
    path = tmp_path / "overlap.zip"
    path.write_bytes(body + directory * copies + bytes(tail))
    items = list(read_dump(path))
    assert items[-1] == Rejection(items[-1].where, "bomb", items[-1].detail)  # type: ignore[union-attr]
    assert len(items) < 20


def test_too_many_members(tmp_path: Path) -> None:
    (tmp_path / "many.zip").write_bytes(zipped({f"{i}.txt": PAGE for i in range(20)}))
    (tmp_path / "z.txt").write_bytes(PAGE)
    items = list(read_dump(tmp_path, Limits(members=10)))
    assert [getattr(item, "reason", "read") for item in items] == ["read"] * 9 + ["too-many"]


def test_too_much_in_all(tmp_path: Path) -> None:
    for name in ("a.gz", "b.gz"):
        (tmp_path / name).write_bytes(PACKERS["gz"](PAGE))
    items = list(read_dump(tmp_path, Limits(total=len(PAGE) + 10)))
    assert [getattr(item, "reason", "read") for item in items] == ["read", "too-large"]


def test_archives_nested_too_deep(tmp_path: Path) -> None:
    data = PAGE
    for _ in range(4):
        data = zipped({"a": data})
    (tmp_path / "four.zip").write_bytes(data)
    (tmp_path / "five.zip").write_bytes(zipped({"a": data}))
    assert isinstance(next(iter(read_dump(tmp_path / "four.zip"))), ParsedThread)
    (item,) = read_dump(tmp_path / "five.zip")
    assert item == Rejection("five.zip/a/a/a/a", "too-deep", item.detail)  # type: ignore[union-attr]


def test_a_zip_that_holds_itself_ends(tmp_path: Path) -> None:
    """A quine: the zip's only member is stored and covers the zip from its start."""
    data = zipped({"a.zip": zipped({"a.zip": zipped({"a.zip": zipped({"a.zip": zipped({})})})})})
    (tmp_path / "quine.zip").write_bytes(data)
    (item,) = read_dump(tmp_path / "quine.zip")
    assert item.reason in ("too-deep", "no-pages")  # type: ignore[union-attr]


def test_a_zip_within_an_archive_is_held_only_up_to_a_limit(tmp_path: Path) -> None:
    inner = zipped({"page.txt": PAGE})
    (tmp_path / "outer.zip").write_bytes(zipped({"inner.zip": inner}))
    assert isinstance(next(iter(read_dump(tmp_path / "outer.zip"))), ParsedThread)
    (item,) = read_dump(tmp_path / "outer.zip", Limits(nested=len(inner) - 1))
    assert item == Rejection("outer.zip/inner.zip", "too-large", item.detail)  # type: ignore[union-attr]


@pytest.mark.usefixtures("traced")
def test_an_extended_header_of_absurd_size(tmp_path: Path) -> None:
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 1 << 30
    path = tmp_path / "pax.tar"
    with path.open("wb") as file:
        file.write(info.tobuf(tarfile.GNU_FORMAT))
        file.truncate(1 << 30)  # sparse: takes no room on disk
    items, peak = peak_of(path)
    assert [getattr(item, "reason", None) for item in items] == ["broken-archive"]
    assert peak < 8 * MIB


@pytest.mark.usefixtures("traced")
def test_the_largest_page_takes_bounded_memory(tmp_path: Path) -> None:
    text = (
        page(comments=())
        + "\n\n"
        + "\n\n".join(
            f"voice{i} on March 12th, 2024 at 12:00 UTC »\n\n{'Well ☃ ' * 100}" for i in range(12_000)
        )
    )
    path = tmp_path / "large.txt"
    path.write_bytes(text.encode())
    assert 8 * MIB < path.stat().st_size < 16 * MIB
    items, peak = peak_of(path)
    assert isinstance(items[0], ParsedThread)
    assert len(items[0].comments) == 12_000
    assert peak < 200 * MIB
