"""Exports load again into the same rows, in parts, and run no formulas."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import Scope
from bot.domain.exports import ExportFormat, ExportProgress
from bot.errors import BadInput, NotFound
from bot.services import Services, open_services
from bot.services.exports.writers import escape, safe_cell
from tests.support.corpus_state import rows_of
from tests.support.dump_folders import write_dump
from tests.support.loader import Loader
from tests.support.reddit_records import COMMENT, SUBMISSION, line
from tests.support.sample_dumps import WRITERS, SampleThread
from tests.support.world import comment, load, thread

THREADS = [
    SampleThread(1, (1, 2, 3), more=2),
    SampleThread(2, (1,), over_18=True),
    SampleThread(3, captured=9),
]
SHARED = Scope()


def content(data: Path) -> dict[str, list[Any]]:
    """All rows of threads, in the order of their ids, which differ."""
    rows = rows_of(data, ("article", "comment"))
    return {table: [tuple(row)[1:] for row in rows[table]] for table in rows}


async def export(
    services: Services, folder: Path, format_: ExportFormat = "ndjson", **more: Any
) -> list[Path]:
    exported = await services.exports.export(SHARED, None, format_, folder, **more)
    return [part.path for part in exported.parts]


@pytest.mark.parametrize("format_", WRITERS)
async def test_an_export_loads_again_into_the_same_rows(tmp_path: Path, format_: str) -> None:
    first, second = Loader(tmp_path / "first"), Loader(tmp_path / "second")
    dump = tmp_path / "dump"
    dump.write_bytes(WRITERS[format_](THREADS).data)
    paths = [dump, *([write_dump(tmp_path / "pages")] if format_ == "page" else [])]
    first.load(*paths)
    async with open_services(first.data) as services:
        if not await services.exports._reader.count(SHARED):
            with pytest.raises(NotFound, match="nothing-to-export"):
                await export(services, tmp_path)
            return
        [file] = await export(services, tmp_path)
    receipt = second.load(file)
    assert receipt.rejected == 0
    for books in (receipt.article_books, receipt.comment_books):
        assert books is not None
        assert books.unaccounted == 0
        assert books.read == books.new
    assert content(second.data)["comment"] == content(first.data)["comment"]
    assert [row[1:] for row in content(second.data)["article"]] == [
        row[1:] for row in content(first.data)["article"]
    ]
    again = first.load(file)
    assert (again.articles.new, again.articles.updated, again.comments.new, again.comments.updated) == (
        0,
        0,
        0,
        0,
    )


async def test_parts_are_small_and_each_loads_alone(tmp_path: Path) -> None:
    source, target = tmp_path / "source", Loader(tmp_path / "target")
    voices = [
        comment(f"voice{number}", f"Remark {number} " + "on the market " * 20, number)
        for number in range(200)
    ]
    load(
        source,
        None,
        [thread("Harbour council votes", "It met.", comments=voices), thread("The tram", "It waits.")],
    )
    reports: list[ExportProgress] = []
    async with open_services(source) as services:
        with pytest.raises(BadInput, match="export-too-large"):
            await export(services, tmp_path, max_bytes=20_000, max_parts=2)
        parts = await export(services, tmp_path, max_bytes=20_000, max_parts=9, report=reports.append)
    assert len(parts) > 2
    assert all(part.stat().st_size <= 20_000 for part in parts)
    assert (reports[-1].articles, reports[-1].comments, reports[-1].total) == (2, 200, 2)
    for part in parts:
        receipt = target.load(part)
        assert receipt.rejected == 0
        assert receipt.comment_books is not None
        assert receipt.comment_books.unaccounted == 0
    assert content(target.data)["comment"] == content(source)["comment"]


async def test_tables_run_no_formulas(tmp_path: Path) -> None:
    evil = (
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        " =cmd|' /C calc'!A0",
        "\u200b=1",
        "＝1+1",
        "%0A=1",
        "\r=1",
    )
    comments = [comment(text, f"{text}\nsecond line", number) for number, text in enumerate(evil)]
    load(
        tmp_path / "data", None, [thread('=HYPERLINK("https://evil.example")', "It met.", comments=comments)]
    )
    async with open_services(tmp_path / "data") as services:
        [file] = await export(services, tmp_path, "csv")
    text = file.read_bytes().decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["kind"] for row in table] == ["article", *["comment"] * len(evil)]
    assert table[0]["title"] == '\'=HYPERLINK("https://evil.example")'
    cells = [cell for row in table for cell in row.values() if cell]
    assert not [cell for cell in cells if cell.lstrip()[:1] in ("=", "+", "-", "@", "＝", "\u200b")]


@given(st.text())
def test_cells_keep_their_text(text: str) -> None:
    assert safe_cell(text).removeprefix("'") == text.removeprefix("'")
    assert not safe_cell(text).lstrip().startswith(("=", "+", "-", "@"))


async def test_markdown_shows_texts_as_they_are(tmp_path: Path) -> None:
    text = (
        "# Not a heading\n<script>alert(1)</script> [link](https://evil.example) *star*\n- no list\n1. none"
    )
    load(tmp_path / "data", None, [thread("Harbour *votes*", text, comments=[comment("a_b", text, 4)])])
    async with open_services(tmp_path / "data") as services:
        [file] = await export(services, tmp_path, "markdown")
    shown = file.read_text()
    assert shown.startswith("# Harbour \\*votes\\*\n\ncourier.example · submitted by tidewatcher")
    assert "\\# Not a heading" in shown
    assert "\\<script\\>" in shown
    assert "\\[link\\](https" in shown
    assert "> \\- no list\n> 1\\. none" in shown
    assert "**a\\_b** · 2024-03-12 09:04 UTC" in shown
    assert escape("2024 was dry") == "2024 was dry"


async def test_hidden_names_and_adult_threads_stay_hidden(tmp_path: Path) -> None:
    adult = thread("Grown-ups", "Only.", over_18=True)
    load(
        tmp_path / "data",
        7,
        [thread("Votes", "It met.", comments=[comment("netmender", "A bribe.", 4)]), adult],
    )
    load(tmp_path / "data", 8, [thread("Elsewhere", "It met.")])
    async with open_services(tmp_path / "data") as services:
        scope = Scope(7, shared=False, adult=False, pseudonyms=True)
        exported = await services.exports.export(scope, None, "ndjson", tmp_path)
    text = exported.parts[0].path.read_text()
    assert exported.articles == 1
    for hidden in ("netmender", "tidewatcher", "Grown-ups", "Elsewhere"):
        assert hidden not in text
    assert '"author":"Commenter A"' in text


async def test_nothing_that_leads_to_hidden_names_is_exported(tmp_path: Path) -> None:
    loader = Loader(tmp_path / "data")
    dump = tmp_path / "dump"
    dump.write_bytes(line(SUBMISSION) + line(COMMENT))
    loader.load(dump, guild=7)
    async with open_services(loader.data) as services:
        shown: dict[bool, str] = {}
        for hides in (False, True):
            scope = Scope(7, shared=False, adult=True, pseudonyms=hides)
            folder = tmp_path / str(hides)
            folder.mkdir()
            exported = await services.exports.export(scope, None, "ndjson", folder)
            shown[hides] = exported.parts[0].path.read_text()
            assert (exported.articles, exported.comments) == (1, 1)
    for leads in (str(SUBMISSION["id"]), str(COMMENT["id"])):
        assert f"_{leads}" in shown[False]
        assert f"_{leads}" not in shown[True]


async def test_a_search_is_exported_with_all_threads_of_an_event(tmp_path: Path) -> None:
    link = "https://courier.example/harbour"
    texts = [
        thread("Harbour council votes on market", "It met.", key=f"t3_a{n}", link=link) for n in range(3)
    ]
    load(tmp_path / "data", None, texts)
    async with open_services(tmp_path / "data") as services:
        page = await services.archive.search(SHARED, "harbour")
        assert len(page.hits) == 1
        assert len(await services.exports.search(SHARED, "harbour")) == 3
        with pytest.raises(NotFound, match="nothing-to-export"):
            await services.exports.search(Scope(9, shared=False), "harbour")
