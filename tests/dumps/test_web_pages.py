"""Saved web pages of articles, of the mirror and of Reddit, as people and browsers save them."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.dump import ParsedThread, Rejection
from bot.dumps import Limits, read_dump
from bot.dumps.formats.html_page import MAX_ELEMENTS, add_page
from bot.dumps.formats.html_tree import MAX_TAGS, decode_html, parse_html, text_of
from bot.dumps.formats.page import parse_page
from bot.dumps.formats.records import Block, RecordFilter
from bot.dumps.rejections import Rejected
from tests.support.growth import assert_linear
from tests.support.web_pages import ARTICLE, MIRROR, MIRROR_TEXT, NEW_REDDIT, OLD_REDDIT, PARAGRAPHS, mhtml

NOBODY = RecordFilter()
TITLE = "Ferry returns to Lower Quay after nine years"


def content(folder: Path, data: str | bytes, filters: RecordFilter = NOBODY) -> Block:
    path = folder / "dump"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (item,) = read_dump(path, filters=filters)
    assert isinstance(item, Block), item
    return item


def article(folder: Path, data: str | bytes) -> ParsedThread:
    (thread,) = content(folder, data).articles
    return thread


def refused(folder: Path, data: str | bytes) -> tuple[str, str]:
    path = folder / "dump"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (item,) = read_dump(path)
    assert isinstance(item, Rejection), item
    return item.reason, item.detail


def words(thread: ParsedThread) -> list[str]:
    return [paragraph.text for paragraph in thread.paragraphs if not paragraph.furniture]


def test_an_article_with_what_its_page_tells_programs(tmp_path: Path) -> None:
    thread = article(tmp_path, ARTICLE)
    assert (thread.title, thread.source, thread.submitter) == (TITLE, "harbourbell.example", "Ines Morrow")
    assert thread.posted_at == datetime(2023, 4, 11, 5, 30, tzinfo=UTC)
    assert thread.link == "https://www.harbourbell.example/news/ferry-returns"
    assert words(thread) == PARAGRAPHS
    assert not thread.is_excerpt


@pytest.mark.parametrize(
    "start",
    [
        "<!--\n Page saved with SingleFile\n url: https://bell.example/a/ferry \n saved date: Tue -->",
        "<!-- saved from url=(0030)https://bell.example/a/ferry -->",
    ],
    ids=["SingleFile", "a browser"],
)
def test_the_address_comes_from_the_program_that_saved_the_page(tmp_path: Path, start: str) -> None:
    page = ARTICLE.replace("<head>", f"{start}<head>").replace('<link rel="canonical"', "<link")
    thread = article(tmp_path, page)
    assert (thread.link, thread.source) == ("https://bell.example/a/ferry", "bell.example")


# The byline of the page's own text names Ines Morrow.
PERSON = {"@type": "Person", "name": "Olga Tern"}
NEWS = {"@context": "https://schema.org", "@type": "NewsArticle"}


@pytest.mark.parametrize(
    "data",
    [
        {"author": {"name": "Olga Tern"}},
        {"author": ["Olga Tern"]},
        {"author": [None, {"name": ["Olga Tern"]}]},
        {"creator": "Olga Tern"},
        {"@type": "NewsArticle", "author": PERSON},
        {"@context": {"@vocab": "https://schema.org/"}, "@type": ["NewsArticle"], "author": PERSON},
        NEWS | {"@type": "https://schema.org/AnalysisNewsArticle", "author": PERSON},
        {"@type": "WebPage", "mainEntity": {"author": {"name": "Olga Tern"}}},
        {"@graph": [{"author": {"@id": "#olga"}}, PERSON | {"@id": "#olga"}, {"@type": "WebSite"}]},
        [7, {"@type": "BreadcrumbList"}, NEWS | {"author": {"givenName": "Olga", "familyName": "Tern"}}],
    ],
)
def test_authors_are_read_however_a_page_states_them(tmp_path: Path, data: Any) -> None:
    for part in (data, data.get("mainEntity"), *data.get("@graph", ())) if isinstance(data, dict) else data:
        if isinstance(part, dict) and {"author", "creator"} & part.keys():
            part["headline"] = TITLE
    start, end = ARTICLE.index('{"@context"'), ARTICLE.index("</script>")
    assert article(tmp_path, ARTICLE[:start] + json.dumps(data) + ARTICLE[end:]).submitter == "Olga Tern"


def test_data_about_other_things_does_not_replace_the_byline(tmp_path: Path) -> None:
    start, end = ARTICLE.index('{"@context"'), ARTICLE.index("</script>")
    for data in ({"author": None, "headline": TITLE}, {"@type": "JobPosting", "author": "Olga Tern"}):
        assert (
            article(tmp_path, ARTICLE[:start] + json.dumps(data) + ARTICLE[end:]).submitter == "Ines Morrow"
        )


def test_broken_data_for_programs_is_read_as_it_was_meant(tmp_path: Path) -> None:
    page = ARTICLE.replace('"name": "Ines Morrow"}}', '"name": "Ines Morrow"}, "about": "a\nb\\ud800",}')
    assert article(tmp_path, page) == article(tmp_path, ARTICLE)


def test_data_that_is_made_to_be_slow_is_dropped(tmp_path: Path) -> None:
    data = '{"headline": "' + '\\"' * 49_000
    page = ARTICLE.replace("<head>", f'<head><script type="application/ld+json">{data}</script>')
    start = time.process_time()
    assert article(tmp_path, page).title == TITLE
    assert time.process_time() - start < 2


def test_a_page_in_one_file_may_be_larger_than_a_page(tmp_path: Path) -> None:
    picture = "<img src='data:image/jpeg;base64," + "QUJD" * (Limits().single // 4) + "'>"
    page = ARTICLE.replace("</h1>", f"</h1>{picture}", 1)
    assert len(page) > Limits().single
    assert words(article(tmp_path, page)) == PARAGRAPHS


def test_pages_that_browsers_save_with_their_pictures(tmp_path: Path) -> None:
    assert article(tmp_path, mhtml()) == article(tmp_path, ARTICLE)
    without_address = ARTICLE.replace('<link rel="canonical"', "<link")
    assert article(tmp_path, mhtml(without_address)).link == "https://www.harbourbell.example/saved"
    close = mhtml().replace(b"\r\n\r\n\r\n", b"\r\n\r\n", 1)  # as other programs than browsers write them
    assert article(tmp_path, close) == article(tmp_path, ARTICLE)
    large = mhtml() + b"Content-Type: image/png\r\n\r\n" + b"A" * Limits().single
    assert words(article(tmp_path, large)) == PARAGRAPHS


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "gb18030", "utf-16", "utf-8-sig"])
def test_pages_in_the_encoding_that_they_name(tmp_path: Path, encoding: str) -> None:
    named = {"gb18030": "gb2312"}.get(encoding, encoding)
    text = "Паром снова ходит" if encoding != "gb18030" else "渡轮恢复通航"
    page = ARTICLE.replace('charset="utf-8"', f'charset="{named}"').replace(TITLE, text)
    assert article(tmp_path, page.encode(encoding, "xmlcharrefreplace")).title == text


def test_a_page_of_the_mirror_is_the_same_as_its_text(tmp_path: Path) -> None:
    assert article(tmp_path, MIRROR) == parse_page(MIRROR_TEXT)


def test_a_page_of_the_mirror_without_comments_ends_where_its_article_ends(tmp_path: Path) -> None:
    page = MIRROR[: MIRROR.index("<section>")] + MIRROR[MIRROR.index("</section>") + len("</section>") :]
    thread = article(tmp_path, page)
    assert words(thread) == words(parse_page(MIRROR_TEXT))
    assert thread.comments == ()


def test_an_edition_of_the_mirror_is_called_an_index_page(tmp_path: Path) -> None:
    item = "<h2>Tolls end</h2><p>Authored by <a>weir.example</a></p><p>Drivers will not pay.</p>"
    assert (
        refused(tmp_path, f"<html><body><h1>March 12, 2024</h1>{item * 3}</body></html>")[0] == "index-page"
    )


@pytest.mark.parametrize("page", [OLD_REDDIT, NEW_REDDIT], ids=["old", "new"])
def test_a_page_of_reddit_keeps_the_tree_of_comments(tmp_path: Path, page: str) -> None:
    block = content(tmp_path, page)
    (submission,) = block.submissions
    assert (submission.key, submission.title, submission.source) == (
        int("abc12", 36),
        "Tolls & more",
        "bell.example",
    )
    assert (submission.submitter, submission.score, submission.subreddit) == ("mira", 77, "localnews")
    assert (submission.posted_at, submission.link) == (1680000000, "https://bell.example/a")
    first, second = block.comments
    text = "> Tolls\n\nSee [this](https://z.example/q), I said 1 < 2. >!It ends.!<"
    assert first[:7] == (int("c1", 36), int("abc12", 36), None, "olaf", 1680001200, 5, text)
    assert second[:7] == (
        int("c2", 36), int("abc12", 36), int("c1", 36), "[deleted]", 1680004800, None, "[deleted]",
    )  # fmt: skip


def test_filters_leave_out_pages_with_their_reason(tmp_path: Path) -> None:
    block = content(tmp_path, MIRROR, RecordFilter(after=1_800_000_000))
    assert (block.articles, dict(block.left_out)) == ([], {"after": 3})
    short = RecordFilter(min_length=30)
    assert [len(thread.comments) for thread in content(tmp_path, MIRROR, short).articles] == [1]


@pytest.mark.parametrize(
    ("data", "reason", "words"),
    [
        ("<html><body><nav><a href='/'>Home</a></nav></body></html>", "not-a-page", "no article"),
        (
            "<html><title>App</title><body>Please turn on JavaScript.</body></html>",
            "not-a-page",
            "no article",
        ),
        ("<!doctype html>", "not-a-page", "no article"),
        ("<html>" + "<p>" * MAX_TAGS, "too-large", "400000 HTML tags"),
        ("<html><article>" + "<i>a</i> " * MAX_ELEMENTS, "too-large", "30000 elements"),
        ("<html>" + "<div>" * 300, "too-deep", "256 deep"),
        ("<html><body><article><p>" + "words and words. " * 300_000, "too-large", "4 MB"),
        ("<html><body><article>" + f"<p>{PARAGRAPHS[0]}</p>" * 5, "no-title", "no title"),
        (
            ARTICLE.replace("/news/ferry-returns", "/").replace('"article"', '"website"'),
            "index-page",
            "index",
        ),
        ('<?xml version="1.0"?><urlset><url/></urlset>', "not-a-page", "XML"),
        (mhtml().replace(b"Content-Type: text/html", b"Content-Type: text/css"), "not-a-page", "no article"),
    ],
)
def test_what_is_no_article_is_called_by_its_name(tmp_path: Path, data: str, reason: str, words: str) -> None:
    given_reason, detail = refused(tmp_path, data)
    assert given_reason == reason
    assert words in detail.replace(",", "")


def test_without_the_libraries_the_reader_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    monkeypatch.delitem(sys.modules, "bot.dumps.formats.html_page")
    reason, detail = refused(tmp_path, ARTICLE)
    assert reason == "unsupported"
    assert "pip install 'newsdesk[html]'" in detail


def test_the_libraries_are_imported_only_to_read_such_files() -> None:
    code = (
        "import sys, bot.cli.parser; print({'trafilatura', 'lxml', 'warcio', 'feedparser'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    kinds = f'<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y SYSTEM "http://dtd.example/y">'
    head = f'<?xml version="1.0"?><!DOCTYPE html SYSTEM "http://dtd.example/a.dtd" [{kinds}]>'
    inside = (
        f'<p>&x; &y;</p><xi:include href="{secret.as_uri()}"/><iframe src="http://frame.example/"></iframe>'
    )
    page = ARTICLE.replace("<!DOCTYPE html>", head).replace("<h2>", f"{inside}<h2>")
    calls: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda *where: calls.append(where))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **_: calls.append(where))
    thread = article(tmp_path, page)
    assert thread.title == TITLE
    assert "the secret" not in " ".join(words(thread))
    assert calls == []


@pytest.mark.parametrize(
    "make",
    [
        lambda size: "<html><p " + " ".join(f"a{number}=b" for number in range(size // 8)) + ">x",
        lambda size: (
            "<html>" + "<p>".join(" ".join(f"a{n}" for n in range(1000)) for _ in range(size // 5000))
        ),
        lambda size: "<a b='" * (size // 6),
        lambda size: "<script>" * (size // 8),
        lambda size: "<!--" * (size // 4),
        lambda size: "<a" + " a " * (size // 3),
        lambda size: "<html><table>" + "<tr><td>a</td></tr>" * (size // 100),
        lambda size: "<html><p>" + "&amp;" * (size // 5),
        lambda size: "<html>" + "<time>x</time>" * (size // 100),
    ],
    ids=["attributes", "names", "quotes", "scripts", "comments", "blanks", "a table", "entities", "times"],
)
def test_what_is_made_to_be_slow_takes_linear_time(make: object) -> None:
    def run(page: str) -> None:
        with suppress(Rejected):
            text_of(parse_html(page))

    assert_linear(make, run, 100_000)  # type: ignore[arg-type]


pieces = st.sampled_from(
    [
        *(
            "<html>",
            "<p>",
            "</p>",
            "<div class='thing' data-fullname='t1_x'>",
            "</div>",
            "<table><tr><td>",
            "<br>",
        ),
        *(
            "<article>",
            "<h1>A title</h1>",
            "<title>T</title>",
            "<script type='application/ld+json'>",
            "</script>",
        ),
        *(
            '{"@type": "NewsArticle", "headline": "A", "datePublished": "2023-99-11"}',
            "<!--",
            "-->",
            "&#0;",
            "&amp;",
        ),
        *(
            "<meta property='og:url' content='http://[::1'>",
            "<shreddit-comment thingid='t1_a' postid='t3_b'>",
            "<a ",
        ),
        *(
            "Authored by a.example and submitted by b",
            "ann on March 12th, 2024 at 12:00 UTC »",
            "\x00",
            "\ud800",
            "é",
        ),
        *(
            "A sentence of the usual length, with a comma in it. ",
            "<time datetime='2023-04-11'>",
            "<blockquote>",
        ),
    ]
)
jumbles = st.lists(st.one_of(pieces, st.text(max_size=20)), max_size=60).map("".join)


def read_or_refused(text: str) -> None:
    block = Block()
    try:
        add_page(decode_html(text.encode("utf-8", "surrogatepass")), None, NOBODY, block)
    except Rejected:
        return
    assert block.articles or block.submissions or block.comments or block.rejections
    for thread in block.articles:
        assert thread.title.strip()
        "".join([thread.title, *(part.text for part in thread.paragraphs)]).encode()


@pytest.mark.slow
@given(jumbles)
@settings(max_examples=60)
def test_any_jumble_of_what_pages_are_made_of(text: str) -> None:
    read_or_refused(text)
    read_or_refused("<html><body>" + text)


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, len(ARTICLE)), st.text(max_size=3)), max_size=6), st.booleans())
@settings(max_examples=60)
def test_any_damage_to_a_page(edits: list[tuple[int, str]], mirror: bool) -> None:
    page = MIRROR if mirror else ARTICLE.replace("A" * 20_000, "")
    for place, text in edits:
        cut = place % len(page)
        page = page[:cut] + text + page[cut + len(text) :]
    read_or_refused(page)
