"""A dry run says what the load would change, by the rules of the load itself, and changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.loads import Preview
from bot.loading import protocol
from bot.store.corpus.reader import CorpusReader
from bot.store.ingest import load_trial
from bot.ui.loads import cards
from tests.support.cards import components_of
from tests.support.engines import engine_at
from tests.support.loader import PERSON, Loader, contents
from tests.support.reddit_records import COMMENT, SUBMISSION, line
from tests.support.sample_dumps import WRITERS, SampleThread

BEFORE = [SampleThread(1, (1, 2), more=2), SampleThread(2, (1,)), SampleThread(3, (1, 2), captured=50)]
AFTER = [
    SampleThread(1, (1, 2, 3), captured=10),
    SampleThread(2, (1,)),
    SampleThread(3, (1, 2), captured=5),
    SampleThread(4, (1, 2)),
    SampleThread(1, (3, 4), captured=20),
]


def preview_of(loader: Loader, dump: Path, **more: Any) -> Preview:
    preview = loader.do(loader.job(dump, dry_run=True, **more))
    assert isinstance(preview, Preview)
    return preview


def told(result: Any) -> tuple[object, ...]:
    if isinstance(result, Preview):
        return (
            *(result.article_changes, result.comment_changes, result.article_books, result.comment_books),
            result.rejected,
        )
    return result.articles, result.comments, result.article_books, result.comment_books, result.rejected


@pytest.mark.parametrize("guild", [None, 7])
@pytest.mark.parametrize("format_", WRITERS)
def test_a_dry_run_tells_what_the_receipt_will_say(
    loader: Loader, tmp_path: Path, format_: str, guild: int | None
) -> None:
    for number, threads in enumerate((BEFORE, BEFORE, AFTER)):
        dump = tmp_path / f"dump{number}"
        dump.write_bytes(WRITERS[format_](threads).data)
        before = contents(loader.data) if number else None
        preview = preview_of(loader, dump, guild=guild)
        assert (contents(loader.data) if number else None) == before
        assert told(preview) == told(loader.load(dump, guild=guild))


def test_a_dry_run_into_an_empty_archive_creates_nothing(loader: Loader, tmp_path: Path) -> None:
    dump = tmp_path / "page"
    dump.write_bytes(WRITERS["page"](BEFORE).data)
    preview = preview_of(loader, dump)
    assert (preview.article_changes.new, preview.comment_changes.new) == (1, 2)
    assert not loader.data.exists()


def test_archives_of_other_servers_do_not_count(loader: Loader, tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    dump.write_bytes(WRITERS["JSON list"](BEFORE).data)
    loader.load(dump, guild=7)
    assert preview_of(loader, dump, guild=8).article_changes.new == 3
    assert preview_of(loader, dump).article_changes.new == 3
    assert preview_of(loader, dump, guild=7).article_changes.unchanged == 3


def test_forgotten_authors_stay_forgotten_in_a_dry_run(loader: Loader, tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    dump.write_bytes(line(SUBMISSION | {"author": "pierpoet"}) + line(COMMENT))
    loader.load(dump, guild=7)
    loader.do(protocol.EraseJob(data=loader.data, guild=7, by=PERSON, name="pierpoet"))
    preview = preview_of(loader, dump, guild=7)
    assert told(preview) == told(loader.load(dump, guild=7))
    assert preview.article_changes.unchanged == 1


@pytest.mark.usefixtures("small_pieces")
def test_a_dry_run_of_many_blocks_agrees(loader: Loader, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    records = [COMMENT | {"id": f"k{number:04}", "body": f"Remark {number}"} for number in range(300)]
    first.write_bytes(b"".join(map(line, records[:200])))
    changed = [record | {"body": f"{record['body']}!"} for record in records[100:150]]
    second.write_bytes(b"".join(map(line, [*changed, *records[150:], *records[250:260], SUBMISSION])))
    loader.load(first)
    preview = preview_of(loader, second)
    assert told(preview) == told(loader.load(second))
    assert (preview.comment_changes.new, preview.comment_changes.updated) == (100, 50)


@pytest.mark.parametrize("rows_at_once", [5000, 2])
def test_comments_of_hacker_news_find_their_thread_in_a_dry_run(
    loader: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_at_once: int
) -> None:
    """Items that name only what they answer, in two files."""
    monkeypatch.setattr(load_trial, "_ROWS_AT_ONCE", rows_at_once)
    story = {"id": 1, "type": "story", "by": "ann", "time": 1_700_000_000, "title": "Bridge opens"}
    items = [
        {"id": number, "type": "comment", "by": "bo", "text": f"Remark {number}", "parent": number - 1}
        | {"time": 1_700_000_000 + number}
        for number in range(2, 6)
    ]
    for number, part in enumerate(([items[1], items[3]], [story, *items], [story, *items])):
        dump = tmp_path / f"hn{number}.ndjson"
        dump.write_text("".join(f"{json.dumps(item)}\n" for item in part))
        preview = preview_of(loader, dump)
        assert told(preview) == told(loader.load(dump))


async def test_the_card_compares_with_the_archive(loader: Loader, tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    dump.write_bytes(WRITERS["JSON list"](BEFORE).data)
    loader.load(dump)
    dump.write_bytes(WRITERS["JSON list"](AFTER).data)
    shown = json.dumps(components_of(cards.preview("dump", preview_of(loader, dump))), ensure_ascii=False)
    assert "Compared with the archive:" in shown
    assert "1 new article · 2 updated" in shown, shown
    reader = CorpusReader.open(engine_at(loader.data))
    assert len(await reader.loads(None, 5)) == 1
    await reader.close()
