"""WARC archives of web pages, as crawlers write them: what they hold, and where reading resumes."""

from __future__ import annotations

import gzip
import tempfile
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.dump import ParsedThread, Rejection
from bot.dumps import Limits, read_dump
from bot.dumps.formats.records import Block
from bot.dumps.reader import Position
from bot.dumps.rejections import BrokenDumpError
from tests.support.web_pages import ARTICLE, PARAGRAPHS, WarcFile, warc

damage = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=4)), max_size=6)


class Content:
    """All that an archive holds, up to where it breaks."""

    def __init__(self, folder: Path, data: bytes, start: Position = Position()) -> None:  # noqa: B008 - frozen
        self.articles: list[ParsedThread] = []
        self.details: list[str] = []
        self.reasons: list[str] = []
        self.places: list[Position] = []
        self.is_broken = False
        path = folder / "dump"
        path.write_bytes(data)
        dump = read_dump(path, Limits(), start=start)
        try:
            for item in dump:
                if isinstance(item, Block):
                    self.articles += item.articles
                    self.details += [str(rejected) for _, _, rejected in item.rejections]
                    self.reasons += [rejected.reason for _, _, rejected in item.rejections]
                elif isinstance(item, Rejection):
                    self.details.append(item.detail)
                    self.reasons.append(item.reason)
                self.places.append(dump.position)
        except BrokenDumpError as error:
            self.is_broken = True
            self.reasons.append(error.rejection.reason)

    @property
    def titles(self) -> list[str]:
        return [thread.title for thread in self.articles]


@pytest.mark.parametrize(
    "data",
    [warc(pages=3), warc(packed=True, pages=3), gzip.compress(warc(pages=3))],
    ids=["plain", "members", "gz"],
)
def test_the_pages_of_an_archive_and_the_number_of_other_answers(tmp_path: Path, data: bytes) -> None:
    content = Content(tmp_path, data)
    assert content.titles == [
        "Ferry returns to Lower Quay after nine years",
        *(f"Tolls of bridge {number} end in March" for number in range(3)),
    ]
    assert [part.text for part in content.articles[0].paragraphs if not part.furniture] == PARAGRAPHS
    assert [len(thread.comments) for thread in content.articles] == [0, 2, 2, 2]
    assert len(content.details) == 1
    assert "2 other answers of servers are not web pages" in content.details[0]


def test_the_address_of_an_answer_is_its_links(tmp_path: Path) -> None:
    archive = WarcFile()
    archive.add("https://bell.example/ferry", ARTICLE.replace('<link rel="canonical"', "<link").encode())
    assert Content(tmp_path, archive.data).articles[0].link == "https://bell.example/ferry"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (zlib.compress(ARTICLE.encode()), "deflate"),
        (zlib.compress(ARTICLE.encode())[2:-4], "deflate"),
        (ARTICLE.encode(), "gzip"),
        (ARTICLE.encode(), "br"),
    ],
    ids=["deflate", "raw deflate", "not gzip at all", "not brotli at all"],
)
def test_answers_as_servers_pack_them(tmp_path: Path, body: bytes, encoding: str) -> None:
    archive = WarcFile()
    archive.add("https://bell.example/ferry", body, f"Content-Encoding: {encoding}")
    assert len(Content(tmp_path, archive.data).articles) == 1


def test_pages_that_cannot_be_read_are_named_and_the_others_are_read(tmp_path: Path) -> None:
    archive = WarcFile()
    archive.add("https://bell.example/1", b"\x8b\x02\x80", "Content-Encoding: br")
    archive.add("https://bell.example/2", b"<html>" + b"a" * Limits().single)
    bomb = gzip.compress(b"<html>" + b"a" * 3 * Limits().single)
    archive.add("https://bell.example/3", bomb, "Content-Encoding: gzip")
    archive.add("https://bell.example/4", ARTICLE.encode())
    content = Content(tmp_path, archive.data)
    assert content.reasons == ["unsupported", "too-large", "too-large"]
    assert len(content.articles) == 1


def test_reading_resumes_after_any_block(tmp_path: Path) -> None:
    data = warc(packed=True, pages=70)
    whole = Content(tmp_path, data)
    assert len(whole.places) > 3
    seen = 0
    for place in whole.places[:-2]:
        rest = Content(tmp_path, data, place)
        seen = len(whole.articles) - len(rest.articles)
        assert rest.articles == whole.articles[seen:]
        assert rest.details == whole.details
    assert 0 < seen < len(whole.articles)


@pytest.mark.parametrize("packed", [False, True])
def test_a_truncated_archive_says_so_after_what_it_holds(tmp_path: Path, packed: bool) -> None:
    data = warc(packed=packed, pages=30)
    content = Content(tmp_path, data[: len(data) * 2 // 3])
    assert content.is_broken
    assert content.reasons == ["broken-archive"]
    assert 5 < len(content.articles) < 31


def test_a_damaged_header_is_named(tmp_path: Path) -> None:
    data = warc(pages=30)
    place = data.index(b"WARC/1", len(data) // 2)
    content = Content(tmp_path, data[:place] + b"XXXX" + data[place + 4 :])
    assert content.reasons == ["not-a-record"]
    assert 5 < len(content.articles) < 31


@pytest.mark.parametrize(
    "tail",
    [b"WARC/1.0\r\nA: " + b"b" * (4 << 20), b"WARC/1.0\r\n" + b"A: b\r\n" * 200_000, b"\r\n" * (1 << 20)],
)
def test_headers_have_bounded_lengths(tmp_path: Path, tail: bytes) -> None:
    data = warc() + tail
    tracemalloc.start()
    content = Content(tmp_path, data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert content.reasons[-1:] == ["not-a-record"]
    assert peak < 60 << 20


@pytest.mark.slow
@given(damage, st.floats(0, 1))
@settings(max_examples=60)
def test_any_damage_ends_in_pages_or_named_rejections(edits: list[tuple[float, bytes]], end: float) -> None:
    data = bytearray(warc(pages=2).replace(b"A" * 20_000, b""))
    for place, new in edits:
        at = int(place * len(data))
        data[at : at + len(new)] = new
    with tempfile.TemporaryDirectory() as folder:
        content = Content(Path(folder), bytes(data[: max(1, int(end * len(data)))]))
    assert content.articles or content.reasons
