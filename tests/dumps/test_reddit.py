"""Reddit dumps: every field variant is read, every bad line is named, memory and time stay bounded."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import IO

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dumps.formats.json_lines import MAX_LINE_BYTES, read_blocks
from bot.dumps.formats.records import Block, RecordFilter
from bot.dumps.formats.reddit_listing import read_listing
from bot.dumps.rejections import Rejected

COMMENT = {
    "id": "c1",
    "link_id": "t3_a1",
    "parent_id": "t3_a1",
    "author": "gull",
    "body": "Chips.",
    "created_utc": 1700000000,
    "score": 3,
}
SUBMISSION = {"id": "a1", "title": "Gulls vote", "created_utc": 1700000000, "author": "tern"}


def comment(**changes: object) -> bytes:
    return json.dumps(COMMENT | changes).encode() + b"\n"


def submission(**changes: object) -> bytes:
    return json.dumps(SUBMISSION | changes).encode() + b"\n"


def read(data: bytes, wanted: RecordFilter = RecordFilter(), **options: int) -> Block:  # noqa: B008 - frozen
    """All blocks of `data` as one."""
    whole = Block()
    for block in read_blocks(io.BytesIO(data), wanted, **options):
        whole.comments = [*whole.comments, *block.comments]
        whole.submissions += block.submissions
        whole.rejections += block.rejections
        whole.article_counts.add(block.article_counts)
        whole.comment_counts.add(block.comment_counts)
        whole.offset, whole.line = block.offset, block.line
    return whole


def test_a_comment_becomes_a_row() -> None:
    (row,) = read(comment(parent_id="t1_zz")).comments
    assert row == (int("c1", 36), int("a1", 36), int("zz", 36), "gull", 1700000000, 3, "Chips.", None)


@pytest.mark.parametrize("when", [1700000000, 1700000000.0, "1700000000", "1700000000.0"])
def test_times_come_as_int_float_and_string(when: object) -> None:
    assert read(comment(created_utc=when)).comments[0][4] == 1700000000
    assert read(submission(created_utc=when)).submissions[0].posted_at == 1700000000


def test_escapes_are_undone_once() -> None:
    (row,) = read(comment(body="&gt; a &amp;lt; b\r\nAT&T &amp;#x200B;end\x00")).comments
    assert row[6] == "> a &lt; b\nAT&T end"


@pytest.mark.parametrize(
    ("meta", "text"),
    [
        ({"removal_type": "deleted"}, "[deleted]"),
        ({"removal_type": "removed"}, "[removed]"),
        ({"was_deleted_later": True}, "[deleted]"),
        ({"retrieved_2nd_on": 1700100000}, "Chips."),
    ],
)
def test_what_was_gone_at_the_second_look_is_gone(meta: dict[str, object], text: str) -> None:
    assert read(comment(_meta=meta)).comments[0][6] == text


def test_a_submission_becomes_a_row() -> None:
    block = read(
        submission(
            title=" Gulls &amp; terns\nvote ",
            domain="courier.example",
            url="https://courier.example/?a=1&amp;b=2",
            subreddit="harbour",
            link_flair_text="Birds",
            over_18=False,
            selftext="[removed]",
        )
    )
    (row,) = block.submissions
    assert (row.title, row.source, row.link) == (
        "Gulls & terns vote",
        "courier.example",
        "https://courier.example/?a=1&b=2",
    )
    assert (row.subreddit, row.flair, row.text) == ("harbour", "Birds", "")


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ({"is_self": True, "subreddit": "harbour"}, "self.harbour"),
        ({"is_self": True}, "self.reddit"),
        ({"is_self": True, "domain": "self.ports"}, "self.ports"),
        ({"is_self": False, "subreddit": "harbour"}, None),
    ],
)
def test_a_submitters_own_text_is_known_as_such(given: dict[str, object], source: str | None) -> None:
    assert read(submission(**given)).submissions[0].source == source


def test_bad_lines_are_named_and_the_rest_goes_on() -> None:
    data = (
        comment()
        + b"{broken\n"
        + b"\n"
        + b'{"x": 1}\n'
        + comment(created_utc="soon")
        + comment(created_utc=12)
        + comment(id="!")
        + submission(title="  ")
        + comment(id="c2", body="\ud800 lone")
    )
    block = read(data)
    assert [row[0] for row in block.comments] == [int("c1", 36), int("c2", 36)]
    assert block.comments[1][6] == "\ufffd lone"
    assert [(line, verdict.reason) for line, _, verdict in block.rejections] == [
        (2, "not-json"),
        (4, "not-a-record"),
        (5, "bad-time"),
        (6, "bad-time"),
        (7, "bad-id"),
        (8, "no-title"),
    ]
    assert (block.line, block.offset) == (9, len(data))


def test_an_endless_line_is_passed_over_without_holding_it() -> None:
    class Endless(io.RawIOBase):
        """50 MB of one line, then a comment, made as it is read."""

        def __init__(self) -> None:
            self.left = 50 << 20
            self.end = io.BytesIO(b"\n" + comment())

        def read(self, size: int = -1) -> bytes:
            if not self.left:
                return self.end.read(size)
            size = min(size, self.left)
            self.left -= size
            return b"x" * size

    stream: IO[bytes] = Endless()  # type: ignore[assignment]  # has the one method that is called
    blocks = list(read_blocks(stream, RecordFilter()))
    assert [verdict.reason for block in blocks for _, _, verdict in block.rejections] == ["too-large"]
    assert sum(len(block.comments) for block in blocks) == 1
    assert max(len(raw) for block in blocks for _, raw, _ in block.rejections) <= 200
    assert blocks[-1].line == 2
    assert blocks[-1].offset == (50 << 20) + 1 + len(comment())
    assert MAX_LINE_BYTES < 50 << 20


@given(block_bytes=st.integers(1, 400), count=st.integers(1, 12), final=st.booleans())
@settings(max_examples=60)
def test_any_chunking_gives_the_same_rows_and_every_block_is_a_place_to_go_on(
    block_bytes: int, count: int, final: bool
) -> None:
    data = b"".join(comment(id=f"c{number}", body="é" * number) for number in range(count))
    data += b"nonsense\n" + comment(id="zz")
    data = data if final else data[:-1]
    whole = read(data)
    rows: list[object] = []
    lines: list[int] = []
    for block in read_blocks(io.BytesIO(data), RecordFilter(), block_bytes=block_bytes):
        rows.extend(block.comments)
        lines += [line for line, _, _ in block.rejections]
        rest = read(data[block.offset :], offset=block.offset, line=block.line)
        assert [*rows, *rest.comments] == whole.comments
        assert rest.line in (whole.line, 0)
    assert lines == [count + 1]


@given(st.binary(max_size=400))
@settings(max_examples=200)
def test_any_bytes_are_rows_or_rejections(data: bytes) -> None:
    block = read(data, block_bytes=64)
    assert block.line <= data.count(b"\n") + 1


def test_filters_leave_out_and_count() -> None:
    data = comment(subreddit="Harbour", score=1) + comment(id="c2", subreddit="Inland", score=9)
    wanted = RecordFilter(subreddits=frozenset({"harbour"}))
    assert [row[0] for row in read(data, wanted).comments] == [int("c1", 36)]
    assert read(data, wanted).left_out == {"subreddit": 1}
    assert [row[5] for row in read(data, RecordFilter(min_score=5)).comments] == [9]
    assert read(data, RecordFilter(min_length=7)).comments == []
    assert read(data, RecordFilter(after=1700000001)).left_out == {"after": 2}
    assert read(data, RecordFilter(before=1700000000)).left_out == {"before": 2}
    adult = submission(over_18=True)
    assert read(adult).submissions == []
    assert len(read(adult, RecordFilter(over_18=True)).submissions) == 1


def test_a_thread_with_replies_is_read_whole() -> None:
    def thing(kind: str, data: dict[str, object]) -> dict[str, object]:
        return {"kind": kind, "data": data}

    def listing(*children: dict[str, object]) -> dict[str, object]:
        return thing("Listing", {"children": list(children)})

    reply = thing("t1", COMMENT | {"id": "c2", "parent_id": "t1_c1", "replies": ""})
    first = thing("t1", COMMENT | {"replies": listing(reply, thing("more", {"children": ["c9"]}))})
    document = [listing(thing("t3", dict(SUBMISSION))), listing(first)]
    block = read_listing(json.dumps(document).encode(), RecordFilter())
    assert [row.title for row in block.submissions] == ["Gulls vote"]
    assert [(row[0], row[2]) for row in block.comments] == [
        (int("c1", 36), None),
        (int("c2", 36), int("c1", 36)),
    ]


def test_a_stub_of_more_comments_as_praw_has_it_is_no_record() -> None:
    more = {"count": 3, "children": ["c7", "c8", "c9"], "name": "t1_c7", "id": "c7", "depth": 1}
    document = SUBMISSION | {"comments": [COMMENT | {"replies": [more]}]}
    block = read_listing(json.dumps(document).encode(), RecordFilter())
    assert (len(block.submissions), len(block.comments), block.rejections) == (1, 1, [])
    assert block.seen.numbers() == {int(str(SUBMISSION["id"]), 36): 4}


@pytest.mark.parametrize("key", ["posts", "data", "items"])
def test_what_counts_its_records_is_no_stub_of_more_comments(key: str) -> None:
    document = {"count": 1, "children": [], key: [SUBMISSION]}
    block = read_listing(json.dumps(document).encode(), RecordFilter())
    assert len(block.submissions) == 1


def test_an_empty_link_does_not_hide_another() -> None:
    record = {key: value for key, value in SUBMISSION.items() if key not in ("subreddit", "permalink")}
    link = f"https://www.reddit.com/r/harbour/comments/{SUBMISSION['id']}/x/"
    block = read_listing(json.dumps(record | {"permalink": "", "full_link": link}).encode(), RecordFilter())
    assert [submission.subreddit for submission in block.submissions] == ["harbour"]


@pytest.mark.parametrize(("data", "reason"), [(b"{", "not-json"), (b"[]", "not-a-listing")])
def test_other_json_is_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_listing(data, RecordFilter())
    assert caught.value.reason == reason


def test_a_strange_record_in_a_listing_is_a_rejection() -> None:
    block = read_listing(b"[{}]", RecordFilter())
    assert [verdict.reason for _, _, verdict in block.rejections] == ["not-a-record"]


@pytest.mark.parametrize(
    ("name", "comments", "submissions"),
    [
        ("RC_2005-12.zst", 1075, 0),
        ("RC_2019-08_sample.zst", 204, 0),
        ("2024_comments.ndjson", 26, 0),
        ("2024_submissions.ndjson", 0, 25),
    ],
)
def test_real_dumps_are_read_to_the_last_record(
    shared_data: Path, name: str, comments: int, submissions: int
) -> None:
    raw = (shared_data / "reddit" / name).read_bytes()
    if name.endswith(".zst"):
        raw = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(raw).read()
    block = read(raw)
    assert (len(block.comments), len(block.submissions)) == (comments, submissions)
    assert block.rejections == []


def test_a_real_listing_is_read(shared_data: Path) -> None:
    block = read_listing((shared_data / "reddit" / "worldnews_hot_2020-08.json").read_bytes(), RecordFilter())
    assert len(block.submissions) == 25
    assert block.rejections == []
    assert all(row.link and row.source for row in block.submissions)


@pytest.mark.parametrize("number", ["-5", "1_0", " 1", "\u0663", "", "zzzzzzzzzzzzz"])
def test_what_is_no_number_of_reddits_is_rejected_wherever_it_stands(number: str) -> None:
    bad = (
        comment(id=number),
        comment(link_id=f"t3_{number}"),
        comment(parent_id=f"t1_{number}"),
        submission(id=number),
    )
    for line in bad:
        block = read(line)
        assert [rejected.reason in ("bad-id", "not-a-record") for *_, rejected in block.rejections] == [True]
        assert (list(block.comments), block.submissions) == ([], [])
