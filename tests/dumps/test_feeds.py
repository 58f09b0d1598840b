"""RSS and Atom files: a site's articles, and Reddit's feeds as the records that they are."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.dump import Rejection
from bot.dumps import read_dump
from bot.dumps.formats.html_tree import MAX_TAGS
from bot.dumps.formats.records import Block, RecordFilter
from tests.support.growth import assert_linear
from tests.support.web_pages import ATOM, REDDIT_FEED, RSS


def content(folder: Path, data: str, filters: RecordFilter = RecordFilter()) -> Block:  # noqa: B008 - frozen
    path = folder / "dump"
    path.write_bytes(data.encode("utf-8", "replace"))
    (item,) = read_dump(path, filters=filters)
    assert isinstance(item, Block), item
    return item


def refused(folder: Path, data: str) -> str:
    path = folder / "dump"
    path.write_bytes(data.encode())
    (item,) = read_dump(path)
    assert isinstance(item, Rejection), item
    return item.detail


def test_entries_with_their_whole_text_and_with_a_summary(tmp_path: Path) -> None:
    block = content(tmp_path, RSS)
    ferry, tides = block.articles
    assert (ferry.title, ferry.source, ferry.submitter) == (
        "Ferry returns & stays",
        "harbourbell.example",
        "Ines Morrow",
    )
    assert ferry.posted_at == datetime(2023, 4, 11, 5, 30, tzinfo=UTC)
    assert ferry.link == "https://www.harbourbell.example/ferry"
    assert [part.text for part in ferry.paragraphs] == [
        "The ferry ran again on Tuesday.",
        "It took eleven minutes.",
    ]
    assert not ferry.is_excerpt
    assert ([part.text for part in tides.paragraphs], tides.posted_at) == (["High water at noon."], None)
    assert tides.is_excerpt
    assert [(line, rejected.reason) for line, _, rejected in block.rejections] == [(3, "no-title")]


def test_an_atom_feed(tmp_path: Path) -> None:
    (ferry,) = content(tmp_path, ATOM).articles
    assert (ferry.title, ferry.submitter, ferry.is_excerpt) == ("Ferry returns", "Ines Morrow", True)
    assert ferry.posted_at == datetime(2023, 4, 11, 5, 30, tzinfo=UTC)


def test_a_feed_of_reddit_has_submissions_and_comments(tmp_path: Path) -> None:
    block = content(tmp_path, REDDIT_FEED)
    (submission,) = block.submissions
    assert (submission.key, submission.title, submission.submitter) == (int("abc12", 36), "Tolls", "mira")
    assert (submission.link, submission.subreddit) == ("https://bell.example/a", "localnews")
    (comment,) = block.comments
    assert comment[:2] == (int("c1", 36), int("abc12", 36))
    assert (comment[3], comment[4], comment[6]) == ("olaf", 1680001200, "First words.\n\nMore.")


def test_filters_leave_out_entries_with_their_reason(tmp_path: Path) -> None:
    block = content(tmp_path, RSS, RecordFilter(after=1_800_000_000))
    assert ([thread.title for thread in block.articles], dict(block.left_out)) == (
        ["Tide tables"],
        {"after": 1},
    )


def test_feeds_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    assert "no entries" in refused(tmp_path, RSS[: RSS.index("<item>")] + "</channel></rss>")
    assert "HTML tags" in refused(tmp_path, RSS.replace("<item>", "<item>" + "<b/>" * MAX_TAGS, 1))
    assert "256 deep" in refused(tmp_path, RSS.replace("<item>", "<item>" + "<b>" * 300, 1))


def test_nothing_is_fetched_and_entities_stay_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    outside = f'<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y SYSTEM "http://e.example/">'
    kinds = f'<!ENTITY l0 "lol">{bomb}{outside}'
    calls: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda *where: calls.append(where))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **_: calls.append(where))
    feed = ATOM.replace("<feed", f'<!DOCTYPE feed SYSTEM "http://e.example/a.dtd" [{kinds}]><feed')
    (ferry,) = content(tmp_path, feed.replace("It ran.", "It ran. &x; &y; &l9;")).articles
    text = " ".join(part.text for part in ferry.paragraphs)
    assert "It ran." in text
    assert len(text) < 1000
    assert "the secret" not in text
    assert calls == []


@pytest.mark.parametrize(
    "make",
    [
        lambda size: "<rss><item><author>" + "a" * size,
        lambda size: "<rss><item><title>" + "& " * (size // 2),
        lambda size: "<rss><item " + " ".join(f'a{number}="b"' for number in range(size // 12)) + "/>",
        lambda size: "<rss><item>" + "<category>a</category>" * (size // 100),
        lambda size: "<rss>" + "<item><title>a</title></item>" * (size // 200),
        lambda size: "<rss>" + "<![CDATA[a" * (size // 10),
        lambda size: "<!DOCTYPE a><rss>" + "<!DOCTYPE [" * (size // 11),
    ],
    ids=["a name", "ampersands", "attributes", "elements", "entries", "sections", "declarations"],
)
def test_what_is_made_to_be_slow_takes_linear_time(tmp_path: Path, make: Callable[[int], str]) -> None:
    path = tmp_path / "dump"

    def read(feed: str) -> None:
        path.write_text(feed)
        list(read_dump(path))

    assert_linear(make, read, 200_000)


WORDS = """<item> </item> <entry> <title> </title> <link> <link/href='http://[::1'/> </link> <pubDate>
2023-04-11T05:30:00Z Tue,99Apr2023 </pubDate> <content/type='xhtml'> <id>t3_a</id> <![CDATA[ ]]>
&lt;p&gt; &amp; &#0; <summary> <b> \x00 é A-title <!-- <?x"""
pieces = st.sampled_from(WORDS.split())


@pytest.mark.slow
@given(st.lists(st.one_of(pieces, st.text(max_size=10)), max_size=40).map("".join), st.booleans())
@settings(max_examples=80)
def test_any_jumble_of_what_feeds_are_made_of(jumble: str, atom: bool) -> None:
    start = '<feed xmlns="http://www.w3.org/2005/Atom"><entry>' if atom else "<rss><channel><item>"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump"
        path.write_bytes((start + jumble).encode("utf-8", "replace"))
        (item,) = read_dump(path)
    assert isinstance(item, Rejection) or item


@pytest.mark.parametrize("feed", [RSS, ATOM, REDDIT_FEED])
def test_a_feed_that_breaks_off_is_named(tmp_path: Path, feed: str) -> None:
    words = "This feed breaks off before its end. Get a new copy of the file."
    for data, is_cut in ((feed + "<!-- served by a cache -->", False), (feed.rstrip()[:-3], True)):
        details = [str(rejected) for _, _, rejected in content(tmp_path, data).rejections]
        assert (words in details) == is_cut
