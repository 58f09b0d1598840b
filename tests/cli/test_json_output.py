"""The JSON that programs read, against its published form."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.domain.follows import FollowTarget
from bot.domain.loads import Person
from bot.services import open_services
from tests.support.command_line import Desk
from tests.support.dump_folders import page
from tests.support.paths import ROOT

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
MAYBE_TEXT = {"type": ["string", "null"]}
MAYBE_NUMBER = {"type": ["integer", "null"]}
TIME = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$",
}
MAYBE_TIME = {"anyOf": [TIME, {"type": "null"}]}


def listed(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def thing(**fields: dict[str, Any]) -> dict[str, Any]:
    """An object that has these fields, and may have more."""
    return {"type": "object", "properties": fields, "required": list(fields)}


COUNTS = thing(new=NUMBER, updated=NUMBER, unchanged=NUMBER)
SPAN = {"type": "array", "prefixItems": [NUMBER, NUMBER], "minItems": 2, "maxItems": 2}
QUOTE = thing(comment=NUMBER, author=TEXT, posted_at=TIME, text=TEXT, start=NUMBER, end=NUMBER)
MAYBE_SPAN = {"anyOf": [SPAN, {"type": "null"}]}
CITATION = thing(
    kind={"enum": ["article", "title", "comment"]},
    article=NUMBER,
    comment=MAYBE_NUMBER,
    paragraph=MAYBE_NUMBER,
    start=NUMBER,
    end=NUMBER,
    quote=TEXT,
    posted_at=MAYBE_TIME,
)
_KEPT = ("new", "updated", "unchanged", "older", "waiting", "rejected")
BOOKS = thing(
    **dict.fromkeys(("total", "read", *_KEPT, "missing"), NUMBER),
    left_out={"type": "object", "additionalProperties": NUMBER},
)
LOAD = thing(
    load=NUMBER,
    state={"enum": ["queued", "running", "paused", "done", "cancelled", "failed", "undoing", "undone"]},
    articles=COUNTS,
    comments=COUNTS,
    books=thing(articles=BOOKS, comments=BOOKS),
    ids=listed(NUMBER),
    skipped=NUMBER,
    left_out={"type": "object", "additionalProperties": NUMBER},
    rejected=listed(thing(where=TEXT, reason=TEXT, detail=TEXT)),
    seconds={"type": "number"},
)
FORMS = {
    "load": LOAD,
    "loads": thing(loads=listed(LOAD)),
    "undo": thing(load=NUMBER, articles=thing(removed=NUMBER), comments=thing(removed=NUMBER)),
    "search": thing(
        query=TEXT,
        instead=MAYBE_TEXT,
        cut={"type": "boolean"},
        ignored=listed(TEXT),
        counts=listed(thing(word=TEXT, texts=NUMBER, capped={"type": "boolean"})),
        near={"anyOf": [SPAN, {"type": "null"}]},
        near_words=listed(TEXT),
        hits=listed(
            thing(
                article=NUMBER,
                comment=MAYBE_NUMBER,
                key=MAYBE_TEXT,
                title=TEXT,
                source=MAYBE_TEXT,
                author=MAYBE_TEXT,
                posted_at=MAYBE_TIME,
                excerpt=TEXT,
                matches=listed(SPAN),
                threads=NUMBER,
                papers=NUMBER,
            )
        ),
    ),
    "ask": thing(
        question=TEXT,
        claims=listed(thing(role=TEXT, text=TEXT, citations=listed(CITATION), lead=MAYBE_SPAN)),
        refused={"type": "boolean"},
        reason=MAYBE_TEXT,
        closest=listed(CITATION),
    ),
    "article": thing(
        article=NUMBER,
        key=MAYBE_TEXT,
        title=TEXT,
        source=MAYBE_TEXT,
        submitter=MAYBE_TEXT,
        posted_at=MAYBE_TIME,
        inferred={"type": "boolean"},
        paragraphs=listed(thing(text=TEXT, furniture={"type": "boolean"})),
        comments=listed(
            thing(
                id=NUMBER,
                key=MAYBE_TEXT,
                author=TEXT,
                posted_at=TIME,
                text=TEXT,
                score=MAYBE_NUMBER,
                parent=MAYBE_NUMBER,
            )
        ),
    ),
    "summary": thing(
        article=NUMBER,
        sentences=listed(thing(text=TEXT, paragraph=NUMBER)),
        of=NUMBER,
        minutes=NUMBER,
        terms=thing(who=listed(TEXT), where=listed(TEXT), when=listed(TEXT)),
    ),
    "browse": thing(by=TEXT, total=NUMBER, offset=NUMBER, values=listed(thing(value=TEXT, articles=NUMBER))),
    "timeline": thing(
        article=NUMBER,
        threads=listed(thing(article=NUMBER, source=MAYBE_TEXT, posted_at=MAYBE_TIME, comments=NUMBER)),
        papers=NUMBER,
    ),
    "trend": thing(query=TEXT, unit=TEXT, total=NUMBER, points=listed(thing(start=TIME, texts=NUMBER))),
    "related": thing(
        article=NUMBER,
        related=listed(
            thing(
                article=NUMBER,
                title=TEXT,
                source=MAYBE_TEXT,
                posted_at=MAYBE_TIME,
                similarity={"type": "number", "minimum": 0, "maximum": 1},
                reasons={"type": "array", "items": TEXT, "minItems": 1, "maxItems": 3},
            )
        ),
    ),
    "comments": thing(
        article=NUMBER,
        title=TEXT,
        total=NUMBER,
        read=NUMBER,
        themes=listed(
            thing(
                comments=listed(NUMBER),
                quotes=listed(QUOTE),
                replies=listed(NUMBER),
                words=listed(TEXT),
                mentioning=listed(NUMBER),
            )
        ),
        rest=listed(thing(kind=TEXT, comments=listed(NUMBER), subject=TEXT)),
        subjects=listed(listed({})),
        mentioned=listed(thing(kind=TEXT, comments=listed(NUMBER), subject=TEXT)),
        few=listed(QUOTE),
        deleted=NUMBER,
        bots=NUMBER,
        copies=NUMBER,
        brief=NUMBER,
        unread=NUMBER,
        scored={"type": "boolean"},
        questions=listed(QUOTE),
        single_points=listed(QUOTE),
        beyond=listed(
            thing(
                kind={"enum": ["contradicts", "adds"]},
                said=TEXT,
                comments=listed(NUMBER),
                quotes=listed(QUOTE),
                article_says=MAYBE_TEXT,
                sentence={"anyOf": [{"type": "null"}, thing(text=TEXT, paragraph=NUMBER)]},
            )
        ),
        links=listed(thing(url=TEXT, host=TEXT, comments=listed(NUMBER))),
        busy={
            "anyOf": [
                {"type": "null"},
                thing(start=TIME, step={"type": "number"}, counts=listed(NUMBER)),
            ]
        },
    ),
    "stats": thing(
        articles=NUMBER, comments=NUMBER, sources=NUMBER, loads=NUMBER, first=MAYBE_TIME, last=MAYBE_TIME
    ),
    "schedules": thing(
        schedules=listed(
            thing(
                schedule=NUMBER,
                guild=NUMBER,
                channel=NUMBER,
                state={"enum": ["active", "paused"]},
                reason=MAYBE_TEXT,
                next_at=MAYBE_TIME,
                by=thing(id=MAYBE_NUMBER, name=TEXT),
                made_at=TIME,
                timing=thing(every=TEXT, minute=NUMBER, day=MAYBE_NUMBER, cron=MAYBE_TEXT, zone=TEXT),
                choice=thing(what=TEXT, text=TEXT, days=MAYBE_NUMBER, count=NUMBER),
                style=TEXT,
                late=NUMBER,
                skip_empty={"type": "boolean"},
            )
        )
    ),
    "deliveries": thing(
        deliveries=listed(
            thing(
                delivery=NUMBER,
                schedule=NUMBER,
                guild=NUMBER,
                channel=NUMBER,
                due_at=TIME,
                manual={"type": "boolean"},
                state={"enum": ["claimed", "sending", "posted", "empty", "missed", "failed"]},
                reason=MAYBE_TEXT,
                tries=NUMBER,
                message=MAYBE_NUMBER,
                link=MAYBE_TEXT,
                sent_at=MAYBE_TIME,
                decisions=listed(thing(article=NUMBER, title=TEXT, rule=TEXT, picked={"type": "boolean"})),
            )
        )
    ),
    "follows": thing(
        follows=listed(
            thing(
                follow=NUMBER,
                guild=NUMBER,
                channel=MAYBE_NUMBER,
                member=MAYBE_NUMBER,
                state={"enum": ["active", "paused"]},
                reason=MAYBE_TEXT,
                by=thing(id=MAYBE_NUMBER, name=TEXT),
                made_at=TIME,
                watch=thing(
                    query=TEXT,
                    source=MAYBE_TEXT,
                    author=MAYBE_TEXT,
                    after=MAYBE_TIME,
                    before=MAYBE_TIME,
                    article=MAYBE_NUMBER,
                ),
            )
        )
    ),
    "backup": thing(files=listed(thing(path=TEXT, bytes=NUMBER))),
    "purge": thing(articles=thing(deleted=NUMBER), comments=thing(deleted=NUMBER)),
    "restore": thing(data=TEXT, aside=MAYBE_TEXT, findings=listed(thing(subject=TEXT, detail=TEXT))),
    "transfer": thing(rows=NUMBER),
    "check": thing(
        ok={"type": "boolean"},
        findings=listed(thing(ok={"type": "boolean"}, subject=TEXT, detail=TEXT, advice=TEXT)),
    ),
}


async def schedule(data: Path) -> None:
    """One digest, one delivery of it, and one follow."""
    plan = DigestConfig(11, 22, Timing("daily", 510, zone="Europe/Berlin"), ContentSource("newest"))
    now = datetime(2024, 3, 12, 9, 0, tzinfo=UTC)
    async with open_services(data) as services:
        made = await services.digests.create(plan, Person(7, "mod"), now, "draft")
        await services.digests.run_now(11, made.id, now)
        await services.follows.add(11, 22, FollowTarget("rail yard"), Person(7, "mod"), now, direct=False)


@pytest.fixture
def sequel(tmp_path: Path) -> Path:
    """A page on the same subject as the market's."""
    path = tmp_path / "sequel.txt"
    body = [
        "The fish market will open in the old rail yard in May, and stallholders ask who pays.",
        "The harbour council voted for the move in March. A petition against the rail yard has 3,400 names.",
    ]
    path.write_text(page("Stallholders ask who pays for the fish market's move", "a.example", "tern", body))
    return path


@pytest.mark.parametrize("command", FORMS)
def test_every_command_keeps_its_form(command: str, loaded: Desk, request: pytest.FixtureRequest) -> None:
    arguments = {
        "load": (request.getfixturevalue("dump"),),
        "search": ("rail", "yard"),
        "ask": ("How did the council vote on the market?",),
        "article": ("2",),
        "summary": ("2",),
        "browse": ("month",),
        "trend": ("market",),
        "related": ("2",),
        "timeline": ("2",),
        "comments": ("2",),
        "undo": ("1",),
        "backup": (loaded.data.parent / "copies",),
        "purge": ("--before", "2100"),
        "restore": (loaded.data.parent / "copies",),
        "transfer": ("--to", loaded.data.parent / "moved"),
    }
    if command == "restore":
        loaded("backup", loaded.data.parent / "copies")
    asyncio.run(schedule(loaded.data))
    if command == "related":
        loaded("load", request.getfixturevalue("sequel"))
    result = loaded(command, *arguments.get(command, ()), "--json")
    assert (result.code, result.err) == (0, "")
    validator = jsonschema.Draft202012Validator(FORMS[command])
    assert [error.message for error in validator.iter_errors(result.json)] == []


def documented() -> dict[str, Any]:
    """The examples of the manual by their command."""
    manual = (ROOT / "docs" / "command-line.md").read_text()
    return {
        name: json.loads(text) for name, text in re.findall(r"```json (\w+)\n(.*?)```", manual, re.DOTALL)
    }


@pytest.mark.parametrize("command", sorted(FORMS.keys() - {"loads"}))
def test_the_manual_shows_the_form(command: str) -> None:
    jsonschema.validate(documented()[command], FORMS[command])


@pytest.mark.parametrize("command", ["load", "search", "ask", "article", "summary", "comments", "stats"])
@pytest.mark.slow
def test_the_manual_shows_every_field(command: str, loaded: Desk, dump: Path) -> None:
    arguments = {"load": (dump,), "search": ("rail", "yard"), "ask": ("council", "vote"), "stats": ()}
    found = loaded(command, *arguments.get(command, ("2",)), "--json").json
    assert documented()[command].keys() == found.keys()


def test_an_article_says_all_that_the_page_says(loaded: Desk) -> None:
    article = loaded("article", "2", "--json").json
    assert article["title"] == "Harbour council votes to move the fish market"
    assert (article["source"], article["submitter"]) == ("courier.example", "tidewatcher")
    assert (article["posted_at"], article["inferred"]) == ("2024-03-12T09:14:00+00:00", True)
    assert [paragraph["furniture"] for paragraph in article["paragraphs"]] == [False, False, True, False]
    assert [(one["author"], one["posted_at"]) for one in article["comments"]] == [
        ("oysterjo", "2024-03-12T11:02:00+00:00"),
        ("netmender", "2024-03-12T09:14:00+00:00"),
    ]


def test_the_spans_of_a_hit_are_what_was_searched(loaded: Desk) -> None:
    page = loaded("search", "rail", "yard", "--json").json
    assert (page["query"], page["instead"], page["total"]) == ("rail yard", None, 2)
    for hit in page["hits"]:
        words = " ".join(hit["excerpt"][start:end] for start, end in hit["matches"])
        assert "rail yard" in words.casefold()
    assert {hit["article"]: hit["comment"] is not None for hit in page["hits"]} == {2: False, 1: True}


def test_the_sentences_of_a_summary_stand_in_their_paragraphs(loaded: Desk) -> None:
    paragraphs = loaded("article", "2", "--json").json["paragraphs"]
    sentences = loaded("summary", "2", "--sentences", "2", "--json").json["sentences"]
    assert len(sentences) == 2
    for sentence in sentences:
        paragraph = paragraphs[sentence["paragraph"]]
        assert sentence["text"] in paragraph["text"]
        assert not paragraph["furniture"]


@pytest.mark.slow
def test_every_quote_of_a_digest_is_to_the_character(loaded: Desk) -> None:
    texts = {comment["id"]: comment["text"] for comment in loaded("article", "2", "--json").json["comments"]}
    digest = loaded("comments", "2", "--json").json
    assert digest["total"] == digest["read"] == 2
    assert {quote["comment"] for quote in digest["few"]} == set(texts)
    for quote in digest["few"]:
        assert texts[quote["comment"]][quote["start"] : quote["end"]] == quote["text"]


def test_times_carry_their_offset(loaded: Desk) -> None:
    stats = loaded("stats", "--json").json
    assert datetime.fromisoformat(stats["first"]).utcoffset() is not None
    assert stats["first"] == "2023-06-02T22:10:00+00:00"


def test_text_is_utf8_whatever_the_terminal_says(loaded: Desk) -> None:
    assert loaded("search", "rail", "“yard”", "--json").json["query"] == "rail “yard”"
