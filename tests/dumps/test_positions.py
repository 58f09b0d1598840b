"""Every place behind an item of a dump is one to go on from: nothing is given twice, nothing is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.dump import ParsedThread, Rejection
from bot.dumps import Position, read_dump
from bot.dumps.formats import json_lines
from bot.dumps.formats.records import Block, CommentRow, Item
from bot.dumps.reader import submissions_first
from bot.dumps.rejections import BrokenDumpError
from tests.support.archives import PACKERS, tarred, zipped
from tests.support.dump_pages import page
from tests.support.reddit_records import comment, comments, line, submissions

pytestmark = pytest.mark.slow


PAGES = {f"{number}.txt": page(title=f"Bell {number}", image=None).encode() for number in range(3)}
LINES = (
    submissions(range(5)) + b"nonsense\n" + comments(range(60)) + b"more nonsense\n" + comments(range(60, 90))
)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a short dump has many."""
    monkeypatch.setattr(
        json_lines.read_blocks, "__kwdefaults__", {"offset": 0, "line": 0, "block_bytes": 3000}
    )


def plain(item: Item) -> list[object]:
    """What an item says, whatever the blocks are."""
    if isinstance(item, ParsedThread):
        return [item.title]
    if isinstance(item, Rejection):
        return [(item.where, item.reason)]
    rejected = [(one.where, one.reason) for one in item.located_rejections()]
    return [*(row.key for row in item.submissions), *item.comments, *rejected]


def read(paths: list[Path], start: Position) -> list[tuple[list[object], Position]]:
    dump = read_dump(paths, start=start)
    return [(plain(item), dump.position) for item in dump]


def dumps(folder: Path) -> dict[str, list[Path]]:
    def stored(name: str, data: bytes) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    packed = {f"lines.{name}": pack(LINES) for name, pack in PACKERS.items()}
    for number, (name, data) in enumerate((*PAGES.items(), *packed.items(), ("empty", b""))):
        stored(f"folder/{number}/{name}", data)
    (folder / "folder" / "link").symlink_to(folder)
    return {
        "pages": [stored("pages.zip", zipped(PAGES)), stored("pages.tar.gz", PACKERS["gz"](tarred(PAGES)))],
        "zst": [stored("RC.zst", PACKERS["zst"](LINES))],
        "plain": [stored("lines.json", LINES), stored("last.txt", PAGES["0.txt"])],
        "zip": [stored("all.zip", zipped({**packed, **PAGES, "lines.ndjson": LINES, "notes.md": b"Notes."}))],
        "folder": [folder / "folder"],
        "pair": [
            stored("pair_submissions", submissions(range(9))),
            stored("pair_comments", comments(range(70))),
        ],
    }


@pytest.mark.parametrize("name", ["pages", "zst", "plain", "zip", "folder", "pair"])
def test_a_dump_goes_on_from_every_place(tmp_path: Path, name: str) -> None:
    paths = dumps(tmp_path)[name]
    whole = read(paths, Position())
    assert len(whole) > 3
    assert len({position for _, position in whole}) == len(whole)
    for count, (_, position) in enumerate(whole, 1):
        assert read(paths, position) == whole[count:]


def test_a_dump_that_was_read_whole_gives_nothing_more(tmp_path: Path) -> None:
    paths = dumps(tmp_path)["pair"]
    dump = read_dump(paths)
    assert list(dump)
    assert dump.position == Position(2)
    assert read(paths, dump.position) == []
    assert dump.done == dump.total


@pytest.mark.parametrize("packer", ["gz", "xz", "zst"])
@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_broken_stream_gives_what_stands_before_and_goes_on_when_mended(
    tmp_path: Path, packer: str, damage: str
) -> None:
    data = comments(range(6000), words=40)
    good = PACKERS[packer](data)
    broken = bytearray(good)
    del broken[len(good) * 2 // 3 :]
    if damage == "changed":
        broken += bytes(byte ^ 0x55 for byte in good[len(good) * 2 // 3 :])
    path = tmp_path / "RC"
    path.write_bytes(broken)
    dump = read_dump(path)
    rows: list[CommentRow] = []

    def take() -> None:
        for item in dump:
            assert isinstance(item, Block)
            rows.extend(item.comments)

    with pytest.raises(BrokenDumpError) as caught:
        take()
    assert (caught.value.rejection.where, caught.value.rejection.reason) == ("RC", "broken-archive")
    assert len(rows) > (1000 if packer != "zst" else 0)
    place = dump.position
    with pytest.raises(BrokenDumpError):
        list(read_dump(path, start=place))
    path.write_bytes(good)
    rest = [row for item in read_dump(path, start=place) if isinstance(item, Block) for row in item.comments]
    whole = [row for item in read_dump(path) if isinstance(item, Block) for row in item.comments]
    assert rows + rest == whole if damage == "cut" else rest == whole


def test_a_path_that_holds_something_else_by_now_is_read_from_its_beginning(tmp_path: Path) -> None:
    paths = dumps(tmp_path)
    for name, other in (
        ("pages", zipped({"x.txt": PAGES["0.txt"]})),
        ("zst", PAGES["0.txt"]),
        ("zst", LINES[:900]),
    ):
        begun = read(paths[name], Position())
        places = [place for _, place in begun if not place.path and (place.item or place.offset)][1:4]
        kept = paths[name][0].read_bytes()
        paths[name][0].write_bytes(other)
        for place in places:
            assert read(paths[name], place) == read(paths[name], Position())
        paths[name][0].write_bytes(kept)


def test_json_that_is_not_of_reddit_is_one_rejection(tmp_path: Path) -> None:
    for data in (line({"text": "x"}) * 500, b'{"a": 1}', b'[{"words": 1}]', b"{'x'}\n" + b'{"x": 1}\n' * 500):
        (tmp_path / "other.json").write_bytes(data)
        found = list(read_dump(tmp_path / "other.json"))
        assert [(one.where, one.reason) for one in found if isinstance(one, Rejection)] == [
            ("other.json:1", "not-a-page")
        ]


def test_submissions_go_first(tmp_path: Path) -> None:
    for name, data in {
        "a": comments(range(3)),
        "b": PACKERS["zst"](submissions(range(2))),
        "c": PAGES["0.txt"],
        "d": zipped({"RS": submissions(range(2))}),
        "e": PACKERS["zst"](submissions(range(2)))[:9],
        "f": b'{"id": 1',
    }.items():
        (tmp_path / name).write_bytes(data)
    paths = [tmp_path / name for name in ("a", "b", "c", "d", "e", "f", "missing")]
    assert [path.name for path in submissions_first(paths)] == ["b", "d", "a", "c", "e", "f", "missing"]


def test_a_wrapped_record_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    wrapped = line(
        {"kind": "t1", "data": {"id": "zz", "link_id": "t3_a1", "body": "x", "created_utc": 1.7e9}}
    )
    (tmp_path / "dump").write_bytes(b"\xef\xbb\xbf" + comment() + wrapped)
    (block,) = read_dump(tmp_path / "dump")
    assert isinstance(block, Block)
    assert [row[0] for row in block.comments] == [int("c1", 36), int("zz", 36)]
