"""The forms in which tools save Reddit's records: nested, in envelopes, one after another, re-encoded."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.base36 import base36
from bot.domain.dump import Rejection, SubmissionRow
from bot.dumps import read_dump
from bot.dumps.formats.records import Block, CommentRow, RecordFilter
from bot.dumps.reader import Position

NUMBERS = {name: int(name, 36) for name in ("p9lamp", "hq7one1", "hq7two2", "hq7tre3")}
LAMP, ONE, TWO, THREE = NUMBERS.values()
POST = {
    "id": "p9lamp",
    "title": "Ferry lamp replaced",
    "author": "wick",
    "created_utc": 1650000000,
    "url": "https://www.lantern.example/ferry?x=1",
    "permalink": "/r/islandnews/comments/p9lamp/ferry_lamp_replaced/",
}
TREE = [(ONE, LAMP, None), (TWO, LAMP, ONE), (THREE, LAMP, None)]


def said(key: str, **fields: object) -> dict[str, object]:
    return {"id": key, "author": "buoy", "body": f"{key} says.", "created_utc": 1650000100, **fields}


def flat() -> list[dict[str, object]]:
    return [
        said("hq7one1", link_id="t3_p9lamp", parent_id="t3_p9lamp"),
        said("hq7two2", link_id="t3_p9lamp", parent_id="t1_hq7one1"),
        said("hq7tre3", link_id="t3_p9lamp", parent_id="t3_p9lamp"),
    ]


def nested(**fields: object) -> dict[str, Any]:
    inner = said("hq7two2", replies=[])
    return POST | {"comments": [said("hq7one1", replies=[inner], **fields), said("hq7tre3", **fields)]}


def _named_by_kind(document: dict[str, Any]) -> dict[str, Any]:
    """The same with names as home-made scripts give them, which write both kinds of records."""
    kind = "submission_id" if "title" in document else "comment_id"
    record = {kind if name == "id" else name: value for name, value in document.items()}
    for name in {"comments", "replies"}.intersection(record):
        record[name] = list(map(_named_by_kind, record[name]))
    return record


def lines(*documents: object) -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


def indented(*documents: object) -> bytes:
    return b"".join(json.dumps(document, indent=2).encode() + b"\n" for document in documents)


class Content:
    """All that a file holds."""

    def __init__(self, folder: Path, data: bytes, filters: RecordFilter = RecordFilter()) -> None:  # noqa: B008 - frozen
        self.submissions: list[SubmissionRow] = []
        self.comments: list[CommentRow] = []
        self.reasons: list[str] = []
        self.skipped = 0
        path = folder / "dump"
        path.write_bytes(data)
        for item in read_dump(path, filters=filters):
            if isinstance(item, Block):
                self.submissions += item.submissions
                self.comments += item.comments
                self.reasons += [rejected.reason for *_, rejected in item.rejections]
                self.skipped += sum(item.left_out.values())
            elif isinstance(item, Rejection):
                self.reasons.append(item.reason)

    @property
    def tree(self) -> list[tuple[int, int, int | None]]:
        return [row[:3] for row in self.comments]


@pytest.mark.parametrize("write", [lines, indented])
@pytest.mark.parametrize(
    "document",
    [
        nested(),
        nested(submission="p9lamp"),
        nested(link_id="t3_p9lamp"),
        {"submission": POST, "comments": nested()["comments"]},
        [nested()],
        {"data": [nested()], "error": None},
        POST | {"comments": {comment["id"]: comment for comment in nested()["comments"]}},
        _named_by_kind(nested()),
    ],
)
def test_comments_inside_a_submission_are_its_comments(
    tmp_path: Path, write: object, document: object
) -> None:
    assert callable(write)
    content = Content(tmp_path, write(document))
    assert content.tree == TREE
    assert content.reasons == []
    [row] = content.submissions
    assert (row.key, row.source, row.subreddit) == (LAMP, "lantern.example", "islandnews")


def test_nested_comments_pass_filters_by_what_their_submission_says(tmp_path: Path) -> None:
    here = RecordFilter(subreddits=frozenset({"islandnews"}))
    assert Content(tmp_path, lines(nested()), here).tree == TREE
    assert Content(tmp_path, lines(nested() | {"over_18": True})).skipped == 4


def test_what_stands_in_place_of_a_comment_is_rejected_once(tmp_path: Path) -> None:
    content = Content(tmp_path, lines(POST | {"comments": ["hq7one1", "hq7two2"]}))
    assert (len(content.submissions), content.reasons) == (1, ["not-a-record"])


def test_replies_to_a_lost_comment_stay(tmp_path: Path) -> None:
    lost = {"id": "hq7one1", "replies": [said("hq7two2")]}
    content = Content(tmp_path, lines(POST | {"comments": [lost]}))
    assert content.tree == [(TWO, LAMP, ONE)]
    assert content.reasons == ["not-a-record"]


@pytest.mark.parametrize(
    ("parent", "key"),
    [
        (None, None),
        (ONE, ONE),
        (float(ONE), ONE),
        (str(ONE), ONE),
        ("hq7one1", ONE),
        ("t1_hq7one1", ONE),
        (LAMP, None),
        ("p9lamp", None),
        ("t3_p9lamp", None),
    ],
)
def test_a_parent_in_any_form_keeps_the_tree(tmp_path: Path, parent: object, key: int | None) -> None:
    content = Content(tmp_path, lines(said("hq7two2", link_id="t3_p9lamp", parent_id=parent)))
    assert content.tree == [(TWO, LAMP, key)]


@pytest.mark.parametrize("parent", [-ONE, 1 << 70, "no/id", "9" * 4000])
def test_what_is_no_parent_is_rejected(tmp_path: Path, parent: object) -> None:
    content = Content(tmp_path, lines(said("hq7two2", link_id="p9lamp", parent_id=parent), POST))
    assert (content.tree, len(content.reasons)) == ([], 1)


def things() -> list[dict[str, object]]:
    more: dict[str, object] = {"kind": "more", "data": {"count": 2, "id": "hq7zzz", "children": ["hq7zzz"]}}
    comments: list[dict[str, object]] = [{"kind": "t1", "data": record} for record in flat()]
    return [*comments, more]


@pytest.mark.parametrize("write", [lines, indented])
@pytest.mark.parametrize(
    "envelope",
    [
        {"data": flat()},
        {"data": flat(), "error": None, "metadata": {"total_results": 3}},
        {"metadata": {"total_results": 3}, "data": flat()},
        {"data": things()},
        {"json": {"errors": [], "data": {"things": things()}}},
        {"kind": "Listing", "data": {"children": things()}},
        flat(),
    ],
)
def test_answers_of_apis_are_read_alone_and_one_after_another(
    tmp_path: Path, write: object, envelope: object
) -> None:
    assert callable(write)
    assert Content(tmp_path, write(envelope)).tree == TREE
    assert Content(tmp_path, write(envelope, {"data": [POST]}, envelope)).tree == TREE * 2


@pytest.mark.parametrize("write", [lines, indented])
@pytest.mark.parametrize("document", [(POST, *flat()), ([POST, *flat()],), ({"data": [POST, *flat()]},)])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_read(
    tmp_path: Path, write: object, document: tuple[object, ...], encoding: str
) -> None:
    assert callable(write)
    text = write(*document).decode()
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    content = Content(tmp_path, mark + text.encode(encoding))
    assert (content.tree, len(content.submissions), content.reasons) == (TREE, 1, [])


def test_a_long_stream_of_documents_resumes_after_any_block(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    names = [base36(LAMP + number) for number in range(40)]
    path.write_bytes(indented(*(said(name, link_id="t3_p9lamp", body="oil " * 30_000) for name in names)))
    dump = read_dump(path)
    places: list[tuple[Position, int]] = []
    count = 0
    for block in dump:
        assert isinstance(block, Block)
        count += len(block.comments)
        places.append((dump.position, count))
    assert count == len(names)
    assert len(places) > 2
    for place, before in places:
        rest = [block for block in read_dump(path, start=place) if isinstance(block, Block)]
        assert before + sum(len(block.comments) for block in rest) == len(names)


def test_a_broken_document_among_others_is_named(tmp_path: Path) -> None:
    content = Content(tmp_path, indented(POST) + b'{\n  "id": }\n' + indented(*flat()))
    assert (len(content.submissions), content.tree, content.reasons) == (1, TREE, ["not-json"])


@pytest.mark.parametrize("write", [lines, indented])
@pytest.mark.parametrize("zeros", [b"\0" * 3, b"\0" * 3000, b"\0\n\0\0\n"])
def test_zero_bytes_between_records_are_named_and_lose_nothing_else(
    tmp_path: Path, write: object, zeros: bytes
) -> None:
    assert callable(write)
    content = Content(tmp_path, write(POST) + zeros + write(*flat()))
    assert (len(content.submissions), content.tree) == (1, TREE)
    assert set(content.reasons) == {"not-json"}


def test_a_record_that_zero_bytes_cut_is_named_too(tmp_path: Path) -> None:
    content = Content(tmp_path, lines(POST) + lines(said("hq7tre3"))[:30] + b"\0" * 50 + lines(*flat()))
    assert (len(content.submissions), content.tree, content.reasons) == (1, TREE, ["not-json"] * 2)


@pytest.mark.parametrize(
    "when",
    [
        1650000000000,
        "1650000000000",
        1650000000000.0,
        "2022-04-15T05:20:00Z",
        "2022-04-15T07:20:00.000+02:00",
        "2022-04-15 05:20:00",
        "2022-04-15 05:20:00 UTC",
    ],
)
def test_times_in_milliseconds_and_iso_8601(tmp_path: Path, when: object) -> None:
    content = Content(tmp_path, lines(POST | {"created_utc": when}))
    assert [row.posted_at for row in content.submissions] == [1650000000]
    content = Content(tmp_path, lines(*(record | {"created_utc": when} for record in flat())))
    assert [row[4] for row in content.comments] == [1650000000] * 3


def test_ids_as_numbers_are_read_where_they_are_unambiguous(tmp_path: Path) -> None:
    content = Content(tmp_path, lines(POST | {"id": LAMP}, said("x", link_id=LAMP) | {"id": ONE}))
    assert (content.submissions[0].key, content.tree) == (LAMP, [(ONE, LAMP, None)])
    named = said("x", link_id="t3_p9lamp", name="t1_1234567") | {"id": 1234567}
    assert Content(tmp_path, lines(named)).tree == [(int("1234567", 36), LAMP, None)]
    linked = said("x", full_link="https://www.reddit.com/r/a/comments/p9lamp/x/1234567/") | {"id": 1234567}
    assert Content(tmp_path, lines(linked)).tree == [(int("1234567", 36), LAMP, None)]


def test_a_document_of_other_records_is_read_no_further_than_memory_allows(tmp_path: Path) -> None:
    content = Content(tmp_path, lines(POST, {"data": [{}] * 12_000}, {"data": flat()}))
    assert (len(content.submissions), content.tree, len(content.reasons)) == (1, TREE, 10_001)


pieces = st.sampled_from(
    [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b"\n",
        b"\r\n",
        b"\x00\x00\x00",
        b'"data": ',
        b'"comments": [',
        b'"replies": {"kind":',
        codecs.BOM_UTF8,
        codecs.BOM_UTF16_LE,
        lines(POST),
        indented(nested()),
        lines({"data": flat()}),
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["kind", "data", "id", "name", "title", "body", "link_id", "parent_id", "created_utc"]
            )
            | st.sampled_from(
                ["comments", "replies", "submission", "children", "permalink", "url", "json", "score"]
            ),
            inner | st.sampled_from(["t1", "t3", "Listing", "p9lamp"]),
            max_size=6,
        )
    ),
    max_leaves=20,
)


@pytest.mark.slow
@given(
    st.lists(pieces | st.binary(max_size=9), max_size=12).map(b"".join)
    | st.lists(values).map(lambda v: lines(*v))
)
@settings(max_examples=300)
def test_any_mixture_ends_in_rows_or_named_rejections(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    content = Content(tmp_path_factory.mktemp("mixture"), data)
    assert all(content.reasons)


def test_a_submission_of_few_fields_is_no_article_from_elsewhere(tmp_path: Path) -> None:
    bare = {
        "id": "p9lamp",
        "title": "Lamp",
        "url": "https://lantern.example",
        "score": 3,
        "created": 1650000000.0,
    }
    assert [row.key for row in Content(tmp_path, lines(bare)).submissions] == [LAMP]


def test_malformed_records_are_rejected_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(
        lines(POST)[:-30] + b"\n{'id': 'p9lamp'}\n" + lines(said("hq7one1", link_id=["p9lamp"]), POST)
    )
    details = [
        str(rejected)
        for item in read_dump(tmp_path / "dump")
        if isinstance(item, Block)
        for *_, rejected in item.rejections
    ]
    assert details == [
        "The JSON breaks off here, in the middle of a record. Get a new copy of the file.",
        "This line is not valid JSON: the fault is at “'id': 'p9lamp'}”.",
        "This is not a valid Reddit comment or submission: its field “link_id” is missing or wrong.",
    ]


def _submission(data: bytes, folder: Path) -> list[SubmissionRow]:
    (folder / "dump").write_bytes(data)
    blocks = list(read_dump(folder / "dump"))
    assert all(isinstance(block, Block) and not block.rejections for block in blocks), blocks
    return [row for block in blocks if isinstance(block, Block) for row in block.submissions]


@pytest.mark.parametrize(
    "time",
    [
        {"$numberLong": "1650000000"},
        {"$numberInt": "1650000000"},
        {"$numberDouble": "1650000000.0"},
        {"$date": "2022-04-15T05:20:00Z"},
        {"$date": {"$numberLong": "1650000000000"}},
    ],
)
def test_values_that_mongodb_wraps_are_read(tmp_path: Path, time: object) -> None:
    post = POST | {"_id": {"$oid": "5f2b"}, "created_utc": time, "score": {"$numberInt": "7"}}
    [row] = _submission(lines(post), tmp_path)
    assert (row.key, row.posted_at, row.score) == (LAMP, 1650000000, 7)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_python_writes_for_none_are_none(tmp_path: Path, number: float) -> None:
    [row] = _submission(lines(POST | {"score": number}), tmp_path)
    assert (row.key, row.score) == (LAMP, None)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_sequence_of_documents_with_separators_is_read(tmp_path: Path, indent: int | None) -> None:
    posts = [POST, POST | {"id": "p9rope"}, POST | {"id": "p9bell"}]
    for post in posts:
        post["permalink"] = ""
    data = "".join(f"\x1e{json.dumps(post, indent=indent)}\n" for post in posts)
    assert [base36(row.key) for row in _submission(data.encode(), tmp_path)] == ["p9lamp", "p9rope", "p9bell"]


@pytest.mark.parametrize("time", [None, ""])
def test_a_record_without_its_time_is_refused_by_the_name_of_the_field(tmp_path: Path, time: object) -> None:
    post = POST | {"selftext": "It burns."}
    (tmp_path / "dump").write_bytes(lines(post, post | {"created_utc": time}))
    [block] = read_dump(tmp_path / "dump")
    assert isinstance(block, Block)
    [(line, _, rejected)] = block.rejections
    assert (line, rejected.reason) == (2, "bad-time")
    assert "its field \u201ccreated_utc\u201d is missing" in str(rejected)
