"""Quotations, links, spoilers and replies in the terminal and as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import Desk
from tests.support.reddit_records import comment, submission

pytestmark = pytest.mark.slow

QUOTED = "The port has lied to us for ten years."
SECRET = "the harbour master sank it"


@pytest.fixture
def told(desk: Desk, tmp_path: Path) -> Desk:
    texts = [
        ("anna", "The pier can be mended in ten days.", "t3_p1"),
        ("carl", f"> {QUOTED}\n\nThat is a lie.", "t1_c0"),
        ("dora", f"In the end >!{SECRET}!<, see [the log](https://port.example/log_(1)).", "t1_c1"),
    ]
    records = [
        submission(
            id="p1", title="Pier closed", selftext=f"It shut. Why? >!{SECRET}!<, they say.", domain="self.p"
        )
    ]
    records += [
        comment(
            id=f"c{n}",
            link_id="t3_p1",
            parent_id=parent,
            author=author,
            body=text,
            created_utc=1_606_800_000 + n,
        )
        for n, (author, text, parent) in enumerate(texts)
    ]
    dump = tmp_path / "pier.ndjson"
    dump.write_bytes(b"".join(records))
    assert desk("load", dump).code == 0
    return desk


def test_replies_are_indented_below_what_they_answer(told: Desk) -> None:
    lines = told("article", "t3_p1").out.splitlines()
    assert [line.split(" · ")[:2] for line in lines if "Dec 2020" in line][-2:] == [
        ["  carl", "replying to anna"],
        ["    dora", "replying to carl"],
    ]
    assert f"    > {QUOTED}" in lines
    assert "    That is a lie." in lines
    newest = told("article", "--newest", "t3_p1").out
    assert newest.index("dora ·") < newest.index("carl ·") < newest.index("\nanna ·")


@pytest.mark.parametrize(
    "command",
    [
        ("article", "t3_p1"),
        ("summary", "t3_p1"),
        ("comments", "t3_p1"),
        ("search", "sank", "OR", "log", "OR", "shut"),
        ("ask", "Who sank the pier?"),
        ("ask", "What do people think of the pier?"),
    ],
)
def test_no_spoiler_and_no_quotation_is_anybodys_words(told: Desk, command: tuple[str, ...]) -> None:
    shown = told(*command).out
    assert "harbour master" not in shown
    assert "](" not in shown
    if command[0] != "article":
        assert "lied" not in shown


def test_programs_learn_what_to_hide(told: Desk) -> None:
    article = told("article", "t3_p1", "--json").json
    dora, carl, anna = article["comments"]
    assert [dora["text"][start:end] for start, end in dora["masks"]] == [SECRET]
    assert [carl["replies_to"], anna["replies_to"], anna["masks"]] == ["anna", None, []]
    [body] = [one for one in article["paragraphs"] if one["masks"]]
    assert [body["text"][start:end] for start, end in body["masks"]] == [SECRET]
    [hit] = told("search", "log", "--json").json["hits"]
    assert [hit["excerpt"][start:end] for start, end in hit["masks"]] in ([], [SECRET])
    assert SECRET not in hit["excerpt"] or hit["masks"]
    quotes = told("comments", "t3_p1", "--json").json["few"]
    assert [quote["text"] for quote in quotes[:2]] == [anna["text"], "That is a lie."]
    assert [quotes[2]["text"][start:end] for start, end in quotes[2]["masks"]] == [SECRET]
    for quote, stored in zip(quotes, (anna, carl, dora), strict=True):
        assert stored["text"][quote["start"] : quote["end"]] == quote["text"]


def test_comments_are_listed_in_an_order_with_their_source(told: Desk) -> None:
    listed = told("comments", "t3_p1", "--list", "--order", "oldest", "--limit", "2", "--json").json
    assert [one["author"] for one in listed["comments"]] == ["anna", "carl"]
    assert (listed["order"], listed["total"], listed["bots"]) == ("oldest", 3, 0)
    first = listed["comments"][0]
    assert first["link"] == f"{listed['link']}_/c0/"
    assert (first["replies"], first["origin"]["load"], first["origin"]["name"]) == (2, 1, "pier.ndjson")
    below = told("comments", "t3_p1", "--replies", str(first["id"]), "--json").json
    assert [(one["author"], one["depth"]) for one in below["comments"]] == [("carl", 0), ("dora", 1)]
    lines = told("comments", "t3_p1", "--list").out.splitlines()
    carl = next(
        number for number, line in enumerate(lines) if line.startswith("  carl · replying to anna · ")
    )
    assert "comments/p1/_/c1/ · loaded " in lines[carl + 4]
    assert lines[-1] == "1–3 of 3 · oldest first, replies below"
    assert told("comments", "t3_p1", "--replies", "999").code != 0
