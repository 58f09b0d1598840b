"""What must hold for every input: readers refuse by name and never otherwise; what is rendered reads back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.dump import ParsedComment, ParsedThread, Rejection
from bot.dumps import Limits, read_dump
from bot.dumps.containers.sniff import HEAD_BYTES, sniff
from bot.dumps.formats.comment_headers import parse_header
from bot.dumps.formats.page import parse_page
from bot.dumps.formats.records import Block
from bot.dumps.rejections import Rejected
from tests.support.archives import PACKERS, tarred, zipped
from tests.support.dump_pages import NOON, page, thread

pytestmark = pytest.mark.slow


SMALL = Limits(members=100, single=1 << 16, nested=1 << 16, total=1 << 20, slack=1 << 18)
PAGE = page(comments=thread(3)).encode()

pieces = st.sampled_from(
    [
        *(
            "Authored by ",
            "and submitted by ",
            "image for ",
            "ann on March 12th, 2024 at 12:00 UTC »",
            " »",
            "\n",
            "\n\n",
        ),
        *(
            "> ",
            "    ",
            "CLICK HERE TO READ",
            "a title",
            "March 12, 2024",
            "\r\n",
            "\x00",
            "\ufeff",
            "\ud800",
            "é",
        ),
    ]
)
jumbles = st.lists(st.one_of(pieces, st.text(max_size=20)), max_size=60).map("".join)


def outcome(data: bytes | str) -> ParsedThread | Rejected:
    try:
        return parse_page(data)
    except Rejected as rejected:
        return rejected


def read_or_refused(data: bytes | str) -> None:
    result = outcome(data)
    if isinstance(result, Rejected):
        assert result.reason.replace("-", "").isalpha()
        assert str(result)
        assert result.line is None or result.line >= 1
        return
    assert result.title.strip()
    texts = [result.title, *(p.text for p in result.paragraphs), *(c.text for c in result.comments)]
    "".join(texts).encode()  # a lone surrogate would raise, here as in the database
    assert "\x00" not in "".join(texts)
    assert all(p.text.strip() and "\n\n" not in p.text for p in result.paragraphs)
    assert all(c.posted_at.tzinfo is UTC for c in result.comments)


@given(st.binary(max_size=2000))
@settings(max_examples=150)
def test_any_bytes_through_the_page_reader(data: bytes) -> None:
    read_or_refused(data)


@given(jumbles)
@settings(max_examples=300)
def test_any_jumble_of_what_pages_are_made_of(text: str) -> None:
    read_or_refused(text)
    read_or_refused(text.encode("utf-8", "surrogatepass"))
    read_or_refused(text.encode("utf-16", "surrogatepass"))


@given(st.binary(max_size=HEAD_BYTES))
@settings(max_examples=100)
def test_any_bytes_are_some_kind(data: bytes) -> None:
    assert sniff(data)


def through_containers(data: bytes) -> list[ParsedThread | Rejection]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump"
        path.write_bytes(data)
        dump = read_dump(path, SMALL)
        items = [item for item in dump if not isinstance(item, Block)]
        assert dump.done == dump.total == len(data)
        assert list(Path(folder).rglob("*")) == [path]
    assert items
    return items


@given(st.binary(max_size=3000))
@settings(max_examples=60)
def test_any_bytes_through_the_containers(data: bytes) -> None:
    through_containers(data)


packers: list[Callable[[bytes], bytes]] = [
    lambda data: zipped({"a.txt": data, "b/c.txt": PAGE}),
    lambda data: tarred({"a.txt": data, "b/c.txt": PAGE}),
    *PACKERS.values(),
]


@given(
    data=st.one_of(st.just(PAGE), st.binary(max_size=300)),
    layers=st.lists(st.sampled_from(packers), min_size=1, max_size=5),
    damage=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=4),
    cut=st.floats(0, 1),
)
@settings(max_examples=150)
def test_any_damage_to_archives_within_archives(
    data: bytes, layers: list[Callable[[bytes], bytes]], damage: list[tuple[float, int]], cut: float
) -> None:
    for layer in layers:
        data = layer(data)
    spoiled = bytearray(data)
    for place, value in damage:
        spoiled[int(place * len(spoiled))] = value
    through_containers(bytes(spoiled[: max(1, int(len(spoiled) * cut))]))


@given(layers=st.lists(st.sampled_from(packers), max_size=4))
@settings(max_examples=60)
def test_a_page_comes_out_of_any_archives_as_it_went_in(layers: list[Callable[[bytes], bytes]]) -> None:
    data = PAGE
    for layer in layers:
        data = layer(data)
    threads = [item for item in through_containers(data) if isinstance(item, ParsedThread)]
    assert threads
    assert set(threads) == {parse_page(PAGE)}


def letters(*, lines: bool) -> st.SearchStrategy[str]:
    """Text of any script without what the format itself is made of."""
    alphabet = st.characters(categories=("L", "M", "N", "P", "S", "Zs"), exclude_characters="»\ufeff")
    line = st.text(alphabet, min_size=1, max_size=60).filter(lambda text: bool(text.strip()))
    return st.lists(line, min_size=1, max_size=4).map("\n".join) if lines else line


def plain(text: str) -> bool:
    return not text.strip().startswith(("Authored by", "image for"))


names = st.one_of(st.just("[deleted]"), st.from_regex(r"[A-Za-z0-9_-]{3,20}", fullmatch=True))
minutes = st.integers(0, 10_000_000)


@st.composite
def threads(draw: st.DrawFn) -> tuple[str, str | None, str, list[str], list[ParsedComment]]:
    ages = sorted(draw(st.lists(minutes, max_size=12)))
    comments = [
        ParsedComment(draw(names), NOON - timedelta(minutes=age), draw(letters(lines=True))) for age in ages
    ]
    return (
        draw(letters(lines=False).filter(plain)),
        draw(st.none() | st.from_regex(r"[a-z0-9-]{1,20}\.(com|co\.uk|example)", fullmatch=True)),
        draw(names),
        draw(st.lists(letters(lines=False).filter(plain), max_size=6)),
        comments,
    )


def without_blanks(text: str) -> str:
    """Runs of blanks, and blanks before commas and full stops, are the reader's to mend."""
    return "".join(text.split())


@given(threads(), st.booleans(), st.sampled_from(["st", "nd", "rd", "th"]), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=200)
def test_what_is_rendered_reads_back(
    made: tuple[str, str | None, str, list[str], list[ParsedComment]], image: bool, ending: str, newline: str
) -> None:
    title, source, submitter, body, comments = made
    text = page(
        title,
        byline=f"Authored by {source or ''} and submitted by {submitter}",
        image=f"image for {title}" if image else None,
        body=body,
        comments=comments,
        ending=ending,
    )
    parsed = parse_page(text.replace("\n", newline).encode())
    assert parsed.title == " ".join(title.split())
    assert (parsed.source, parsed.submitter) == (source, submitter)
    assert [without_blanks(p.text) for p in parsed.paragraphs] == [without_blanks(text) for text in body]
    assert [(c.author, c.posted_at) for c in parsed.comments] == [(c.author, c.posted_at) for c in comments]
    for read, written in zip(parsed.comments, comments, strict=True):
        assert read.text.split() == written.text.split()
    assert parsed.posted_at == min((c.posted_at for c in comments), default=None)


@given(names, st.integers(1, 68_000_000), st.sampled_from(["st", "nd", "rd", "th"]))
@settings(max_examples=100)
def test_headers_read_back(author: str, minute: int, ending: str) -> None:
    at = datetime.fromtimestamp(minute * 60, UTC)
    line = f"{author} on {at:%B} {at.day}{ending}, {at.year} at {at:%H:%M} UTC »"
    assert parse_header(line) == (author, at)
    assert parse_header(f"> {line}") is None
    assert parse_header(f"{line} and more") is None
