"""The reader against real and rendered pages of the development data, field for field."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.dump import ParsedThread, Rejection
from bot.dumps import read_dump
from bot.dumps.formats.page import parse_page
from bot.dumps.formats.records import Block


def folded(text: str) -> str:
    return re.sub(r" (?=[,.;:!?])", "", " ".join(text.split()))


def as_truth(parsed: ParsedThread) -> dict[str, Any]:
    return {
        "title": folded(parsed.title),
        "domain": parsed.source,
        "submitter": parsed.submitter,
        "paragraphs": [folded(paragraph.text) for paragraph in parsed.paragraphs],
        "comments": [
            {"author": c.author, "posted_at": c.posted_at.isoformat(), "text": folded(c.text)}
            for c in parsed.comments
        ],
    }


def test_every_field_of_every_rendered_page(shared_data: Path) -> None:
    folder = shared_data / "pages" / "rendered"
    truths = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]
    assert len(truths) == 60
    for truth in truths:
        parsed = parse_page((folder / truth["file"]).read_bytes())
        wanted = {key: truth[key] for key in ("title", "domain", "submitter", "paragraphs", "comments")}
        wanted["title"] = folded(wanted["title"])
        wanted["paragraphs"] = [folded(text) for text in wanted["paragraphs"]]
        wanted["comments"] = [{**comment, "text": folded(comment["text"])} for comment in wanted["comments"]]
        assert as_truth(parsed) == wanted, (truth["file"], truth["variant"])
        furniture = sum(paragraph.furniture for paragraph in parsed.paragraphs)
        assert furniture == (2 if truth["variant"] == "promo" else 0), truth["file"]


def test_the_folder_as_a_dump(shared_data: Path) -> None:
    items = list(read_dump(shared_data / "pages" / "rendered"))
    assert sum(isinstance(item, ParsedThread) for item in items) == 60
    assert not any(isinstance(item, Rejection) for item in items)
    assert {item.where for item in items if isinstance(item, Block)} == {"rendered/truth.jsonl"}


def test_the_captured_page(shared_data: Path) -> None:
    (path,) = (shared_data / "pages").glob("*.txt")
    parsed = parse_page(path.read_bytes())
    lines = path.read_text("utf-8").split("\n")
    assert parsed.title == lines[0]
    assert (parsed.source, parsed.submitter) == ("washingtonexaminer.com", "Sorceress683")
    furniture = [paragraph.text for paragraph in parsed.paragraphs if paragraph.furniture]
    assert len(parsed.paragraphs) - len(furniture) == 11
    assert len(furniture) == 2
    assert all(text == text.upper() and text in lines for text in furniture)
    assert [(c.author, c.posted_at) for c in parsed.comments] == [
        ("yorkton", datetime(2021, 8, 22, 8, 26, tzinfo=UTC)),
        ("Squm9", datetime(2021, 8, 22, 8, 22, tzinfo=UTC)),
        ("greenman5252", datetime(2021, 8, 22, 3, 42, tzinfo=UTC)),
    ]
    assert all(comment.text in lines for comment in parsed.comments)
    assert (parsed.posted_at, parsed.inferred) == (datetime(2021, 8, 22, 3, 42, tzinfo=UTC), True)
