"""Whole dumps: files, folders and archives, recognised by content, and what is said about the rest."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from bot.domain.dump import ParsedThread, Rejection
from bot.domain.stored_message import StoredMessage
from bot.dumps import Dump, Limits, read_dump
from bot.dumps.containers.streams import Budget
from bot.dumps.containers.zip import ZipEntry, open_entry
from bot.dumps.formats import page as page_format
from bot.dumps.rejections import Rejected
from bot.i18n import english
from tests.support.archives import PACKERS, tarred, zipped
from tests.support.dump_pages import page, thread

PAGE = page(comments=thread(2)).encode()
OTHER = page(title="Goose closes bridge", image=None).encode()


def titles(dump: Dump) -> list[str]:
    return [item.title for item in dump if isinstance(item, ParsedThread)]


def rejections(dump: Dump) -> list[tuple[str, str]]:
    return [(item.where, item.reason) for item in dump if isinstance(item, Rejection)]


def stored(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


BOTH = ["Harbour bell rings by itself", "Goose closes bridge"]


@pytest.mark.parametrize("name", ["dump.zip", "dump", "dump.txt"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_zip(tmp_path: Path, name: str, method: int) -> None:
    path = stored(tmp_path, name, zipped({"a.txt": PAGE, "folder/b.txt": OTHER}, method))
    assert titles(read_dump(path)) == BOTH


def test_zip_with_64_bit_sizes_and_offsets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10)
    data = zipped({"a.txt": PAGE, "b.txt": OTHER})
    assert b"PK\x06\x06" in data
    assert titles(read_dump(stored(tmp_path, "dump.zip", data))) == BOTH


def test_zip_with_an_offset_past_every_file() -> None:
    entry = ZipEntry("a.txt", 0, encrypted=False, link=False, crc=0, packed=1, offset=2**64 - 1)
    with pytest.raises(Rejected) as caught:
        open_entry(io.BytesIO(zipped({"a.txt": PAGE})), entry, Budget(Limits()))
    assert caught.value.reason == "broken-archive"


def test_zip_written_as_a_stream(tmp_path: Path) -> None:
    """Such zips say the sizes behind each member, and again in the directory."""

    class Pipe(io.RawIOBase):
        written = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.written += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", PAGE)
        archive.writestr("b.txt", OTHER)
    assert b"PK\x07\x08" in pipe.written
    assert titles(read_dump(stored(tmp_path, "dump.zip", pipe.written))) == BOTH


def test_zips_joined_end_to_end_are_read_by_the_last_directory(tmp_path: Path) -> None:
    path = stored(tmp_path, "dump.zip", zipped({"a.txt": PAGE}) + zipped({"b.txt": OTHER}))
    assert titles(read_dump(path)) == BOTH[1:]


def test_zip_packed_with_zstd(tmp_path: Path) -> None:
    archive = bytearray(zipped({"a.txt": PAGE}, zipfile.ZIP_STORED))
    packed = PACKERS["zst"](PAGE)
    # The standard library writes no zstd members: put one in by hand, with method 93 and its packed size.
    for mark, method_at, size_at in ((b"PK\x03\x04", 8, 18), (b"PK\x01\x02", 10, 20)):
        start = archive.index(mark)
        archive[start + method_at : start + method_at + 2] = (93).to_bytes(2, "little")
        archive[start + size_at : start + size_at + 4] = len(packed).to_bytes(4, "little")
    archive = bytearray(bytes(archive).replace(PAGE, packed))
    end = archive.rindex(b"PK\x05\x06")
    archive[end + 16 : end + 20] = archive.index(b"PK\x01\x02").to_bytes(4, "little")
    assert titles(read_dump(stored(tmp_path, "z.zip", bytes(archive)))) == BOTH[:1]


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
@pytest.mark.parametrize("packer", [None, *PACKERS])
def test_tar(tmp_path: Path, form: int, packer: str | None) -> None:
    data = tarred({"a.txt": PAGE, "ordner/ümlaut.txt": OTHER, "x" * 90 + "/.hidden": b"?"}, form)
    path = stored(tmp_path, "dump", PACKERS[packer](data) if packer else data)
    assert titles(read_dump(path)) == BOTH


def test_tar_with_names_longer_than_its_header(tmp_path: Path) -> None:
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        deep = "d" * 120 + "/notes.txt"
        path = stored(tmp_path, "long.tar", tarred({deep: b"Notes.", "a.txt": PAGE}, form))
        items = list(read_dump(path))
        assert items[0] == Rejection(f"long.tar/{deep}:1", "not-a-page", items[0].detail)  # type: ignore[union-attr]
        assert isinstance(items[1], ParsedThread)


@pytest.mark.parametrize("packer", PACKERS)
def test_single_files(tmp_path: Path, packer: str) -> None:
    assert titles(read_dump(stored(tmp_path, "page", PACKERS[packer](PAGE)))) == BOTH[:1]
    # Both gzip and zstd files may be joined end to end.
    half = len(PAGE) // 2
    joined = PACKERS[packer](PAGE[:half]) + PACKERS[packer](PAGE[half:])
    assert titles(read_dump(stored(tmp_path, "joined", joined))) == BOTH[:1]


def test_folders_in_the_order_of_names_without_hidden_files(tmp_path: Path) -> None:
    for name in (
        "b/2.txt",
        "b/1/x.txt",
        "a.txt",
        ".git/config",
        "b/.DS_Store",
        "__MACOSX/a.txt",
        "Thumbs.db",
    ):
        stored(tmp_path, f"dump/{name}", PAGE if name.endswith(".txt") else b"junk")
    stored(tmp_path, "dump/c.txt", b"Notes.")
    dump = read_dump(tmp_path / "dump")
    items = list(dump)
    assert [type(item) for item in items] == [ParsedThread] * 3 + [Rejection]
    assert items[3] == Rejection("dump/c.txt:1", "not-a-page", items[3].detail)  # type: ignore[union-attr]
    assert dump.done == dump.total == 3 * len(PAGE) + 6


def test_hidden_members_of_archives_are_passed_over(tmp_path: Path) -> None:
    files = {"__MACOSX/._a.txt": b"\x00\x05\x16\x07", ".DS_Store": b"x", "a/.b/c.txt": PAGE, "a.txt": PAGE}
    for data in (zipped(files), tarred(files)):
        dump = read_dump(stored(tmp_path, "dump", data))
        assert [type(item) for item in dump] == [ParsedThread]


def test_places_name_the_way_in(tmp_path: Path) -> None:
    inner = PACKERS["gz"](tarred({"deep/notes.txt": b"\n\nNotes."}))
    path = stored(tmp_path, "dump.zip", zipped({"folder/inner.tar.gz": inner, "folder\\page.txt": b"Notes."}))
    assert rejections(read_dump(path)) == [
        ("dump.zip/folder/inner.tar.gz/deep/notes.txt:3", "not-a-page"),
        ("dump.zip/folder/page.txt:1", "not-a-page"),
    ]
    named = read_dump(path, names=("attachment.zip",))
    assert rejections(named)[0][0].startswith("attachment.zip/folder/")


def test_names_of_members_are_shown_and_nothing_else(tmp_path: Path) -> None:
    names = [
        "../../escape.txt",
        "/etc/escape.txt",
        "C:\\escape.txt",
        "a\nb\x1b[31m.txt",
        "y" * 5000,
        "./x.txt",
    ]
    for pack in (zipped, tarred):
        path = stored(tmp_path, "dump", pack(dict.fromkeys(names, b"Notes.")))
        places = [where for where, _ in rejections(read_dump(path))]
        assert len(places) == len(names)
        assert all(place.startswith("dump/") and place.isprintable() and len(place) < 320 for place in places)
        assert places[0] == "dump/../../escape.txt:1"
        assert places[5] == "dump/x.txt:1"
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "dump"]


def test_links_are_named_and_not_followed(tmp_path: Path) -> None:
    secret = stored(tmp_path, "secret/page.txt", PAGE)
    (tmp_path / "dump").mkdir()
    (tmp_path / "dump" / "file.txt").symlink_to(secret)
    (tmp_path / "dump" / "folder").symlink_to(secret.parent)
    (tmp_path / "dump" / "loop").symlink_to(tmp_path / "dump")
    dump = read_dump(tmp_path / "dump")
    assert rejections(dump) == [(f"dump/{name}", "link") for name in ("file.txt", "folder", "loop")]
    assert dump.total == 0


def test_links_in_archives(tmp_path: Path) -> None:
    archive = tmp_path / "dump.tar"
    with tarfile.open(archive, "w") as tar:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"kind{kind.decode()}")
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
    assert [reason for _, reason in rejections(read_dump(archive))] == ["link", "link", "not-a-file"]
    with zipfile.ZipFile(tmp_path / "dump.zip", "w") as packed:
        entry = zipfile.ZipInfo("link.txt")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        packed.writestr(entry, "/etc/passwd")
    assert rejections(read_dump(tmp_path / "dump.zip")) == [("dump.zip/link.txt", "link")]


def test_the_path_that_was_named_may_be_a_link(tmp_path: Path) -> None:
    path = stored(tmp_path, "page.txt", PAGE)
    (tmp_path / "link.txt").symlink_to(path)
    assert titles(read_dump(tmp_path / "link.txt")) == BOTH[:1]


def test_pipes_and_missing_files_do_not_hang_or_raise(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    assert rejections(read_dump(tmp_path / "pipe")) == [("pipe", "not-a-file")]
    assert rejections(read_dump(tmp_path / "nothing")) == [("nothing", "missing")]
    assert rejections(read_dump(tmp_path / "dangling")) == [("dangling", "missing")]


def test_names_on_disk_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"Notes.")
    ((where, _),) = rejections(read_dump(tmp_path / os.fsdecode(b"caf\xe9.txt")))
    assert where == "caf?.txt:1"
    assert rejections(read_dump(Path("no\0name"))) == [("no?name", "missing")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_without_permission(tmp_path: Path) -> None:
    stored(tmp_path, "dump/a.txt", PAGE).chmod(0)
    stored(tmp_path, "dump/b.txt", PAGE)
    items = list(read_dump(tmp_path / "dump"))
    assert [getattr(item, "reason", "read") for item in items] == ["unreadable", "read"]


def test_an_archive_without_text_says_so(tmp_path: Path) -> None:
    (item,) = read_dump(stored(tmp_path, "empty.zip", zipped({})))
    assert item == Rejection("empty.zip", "no-pages", english(StoredMessage("rejected-empty-zip")))
    assert "no files in it. Newsdesk reads " in item.detail
    (tmp_path / "folder").mkdir()
    assert rejections(read_dump(tmp_path / "folder")) == [("folder", "no-pages")]


@pytest.mark.parametrize(
    ("data", "reason", "name"),
    [
        (b"", "empty", "empty"),
        (b"%PDF-1.7\n...", "binary", "a PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary", "a picture"),
        (
            zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
            "binary",
            "an office document",
        ),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "binary", "a 7-Zip archive"),
        (b"SQLite format 3\x00\x10\x00", "binary", "an SQLite database"),
        (b"PAR1\x15\x04\x15", "binary", "a Parquet table"),
        (b"name;age;town\r\nAnn;5;Hull\nBo;6;York\n", "not-a-page", "the columns name, age, town"),
        (b"author,body,score\nann,Hello,5\n", "not-a-page", "the columns author, body, score"),
        (bytes(range(256)) * 20, "binary", "binary data"),
        (b'[{"words": 1}]', "not-a-page", "JSON"),
    ],
)
def test_what_cannot_be_read_is_called_by_its_name(
    tmp_path: Path, data: bytes, reason: str, name: str
) -> None:
    path = stored(tmp_path, "dump.txt", data)
    (item,) = read_dump(path)
    assert isinstance(item, Rejection)
    assert (item.where, item.reason) == ("dump.txt:1", reason)
    assert name in item.detail


@pytest.mark.parametrize(
    "title",
    [
        "[Live] Harbour bell",
        "{Opinion} Bells",
        "<3 for the bell",
        "PK is not a zip",
        "BZh",
        "Title, author, and date",
        "Score, 3",
    ],
)
def test_titles_that_begin_like_another_format(tmp_path: Path, title: str) -> None:
    path = stored(tmp_path, "page.txt", page(title=title, image=None).encode())
    assert titles(read_dump(path)) == [title]


def test_an_encrypted_member_is_rejected_and_the_rest_loads(tmp_path: Path) -> None:
    archive = bytearray(zipped({"secret.txt": PAGE, "open.txt": OTHER}))
    archive[6] |= 1
    archive[archive.index(b"PK\x01\x02") + 8] |= 1
    dump = read_dump(stored(tmp_path, "dump.zip", bytes(archive)))
    items = list(dump)
    assert items[0] == Rejection("dump.zip/secret.txt", "encrypted", items[0].detail)  # type: ignore[union-attr]
    assert isinstance(items[1], ParsedThread)


def test_a_damaged_member_is_rejected_and_the_rest_loads(tmp_path: Path) -> None:
    archive = bytearray(zipped({"a.txt": PAGE, "b.txt": OTHER}, zipfile.ZIP_STORED))
    archive[60] ^= 1
    items = list(read_dump(stored(tmp_path, "dump.zip", bytes(archive))))
    assert items[0] == Rejection("dump.zip/a.txt", "broken-archive", items[0].detail)  # type: ignore[union-attr]
    assert isinstance(items[1], ParsedThread)


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_what_stands_before_the_cut_of_an_archive_loads(tmp_path: Path, cut: float) -> None:
    files = {
        f"{i}.txt": page(title=f"Bell {i}", image=None, body=[os.urandom(4000).hex()]).encode()
        for i in range(10)
    }
    stored(tmp_path, "dump/other.txt", OTHER)
    for name, data in {
        "a.zip": zipped(files),
        "b.tar": tarred(files),
        "c.tar.gz": PACKERS["gz"](tarred(files)),
        "d.tar.zst": PACKERS["zst"](tarred(files)),
    }.items():
        path = stored(tmp_path, "dump/cut", data[: int(len(data) * cut)])
        items = list(read_dump(tmp_path / "dump"))
        loaded = [item.title for item in items if isinstance(item, ParsedThread)]
        least = 0 if name == "d.tar.zst" else int(10 * cut) - 2
        assert loaded[:-1] == [f"Bell {i}" for i in range(len(loaded) - 1)]
        assert len(loaded) - 1 >= least
        assert loaded[-1] == "Goose closes bridge"
        assert {item.reason for item in items if isinstance(item, Rejection)} == {"broken-archive"}
        path.unlink()


def test_progress_only_grows_and_ends_at_the_total(tmp_path: Path) -> None:
    for number in range(20):
        stored(tmp_path, f"dump/{number}.txt", PAGE)
    stored(tmp_path, "dump/archive.zip", zipped({f"{i}.txt": PAGE for i in range(20)}))
    dump = read_dump([tmp_path / "dump", stored(tmp_path, "single.txt", PAGE)])
    seen = [dump.done, *(dump.done for _ in dump)]
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert len(set(seen)) > 20
    assert dump.done == dump.total


def test_several_paths_are_one_dump(tmp_path: Path) -> None:
    paths = [stored(tmp_path, "a.txt", PAGE), stored(tmp_path, "b.txt", OTHER)]
    assert titles(read_dump(paths)) == BOTH


def test_a_page_may_not_be_larger_than_the_limit(tmp_path: Path) -> None:
    path = stored(tmp_path, "dump.zip", zipped({"big.txt": PAGE + b"x" * 5000, "ok.txt": OTHER}))
    dump = read_dump(path, Limits(single=2000))
    items = list(dump)
    assert items[0] == Rejection("dump.zip/big.txt", "too-large", items[0].detail)  # type: ignore[union-attr]
    assert isinstance(items[1], ParsedThread)


def test_a_fault_of_a_reader_leaves_out_its_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dump").mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / "dump" / name).write_bytes(PAGE)
    parse, calls = page_format.parse_page, iter(range(3))

    def faulty(data: bytes) -> ParsedThread:
        if next(calls) == 1:
            raise ZeroDivisionError
        return parse(data)

    monkeypatch.setattr(page_format, "parse_page", faulty)
    first, left_out, last = read_dump(tmp_path / "dump")
    assert isinstance(first, ParsedThread)
    assert isinstance(last, ParsedThread)
    assert isinstance(left_out, Rejection)
    assert (left_out.where, left_out.reason) == ("dump/b.txt", "unreadable")
    assert left_out.detail.startswith("This file was left out, as something went wrong on our side.")


@pytest.mark.parametrize("name", ["a:1", "a:", "00z:00z"])
def test_a_feed_with_a_strange_name_of_an_element_is_read(tmp_path: Path, name: str) -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Quay mended</title><id>tag:x,1</id>'
        '<updated>2024-03-12T09:00:00Z</updated><link href="https://harbour.example/quay"/>'
        f'<content type="xhtml"><{name}>The quay is mended at last.</{name}></content></entry></feed>'
    )
    (tmp_path / "f.atom").write_text(feed)
    details = [item.detail for item in read_dump(tmp_path / "f.atom") if isinstance(item, Rejection)]
    assert not any("on our side" in detail for detail in details)
