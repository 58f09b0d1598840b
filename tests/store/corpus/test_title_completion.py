"""Completing titles from what has been typed of them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.articles import Scope
from bot.store.corpus.reader import CorpusReader
from bot.store.corpus.title_completion import MAX_CANDIDATES, complete_titles
from bot.store.search.statistics import update_statistics
from bot.store.sqlite.connection import CORPUS
from bot.store.sqlite.migrations import migrations
from bot.store.sqlite.time_limit import SqliteBudget
from bot.text.search.analyzer import Analyzer
from tests.support.corpus_engines import corpus_at, only_sqlite
from tests.support.corpus_loads import START, load_into, thread

TITLES = [
    "Harbour council votes to move the fish market",
    "Fish market stalls protest",
    "The council says: no fish, no market",
    "Market for fish",
    'Élan vital, C++ and AT&T: "what\'s next?"',
    "Größere Fähren",
    "東京都で魚市場が移転",
    "क्या मछली बाज़ार",
]


@pytest.fixture(scope="module")
def data(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("titles")
    pages = [thread(title, posted_at=START + timedelta(days=day)) for day, title in enumerate(TITLES)]
    load_into(data, *pages)
    load_into(data, thread("Fish of the server", posted_at=START - timedelta(days=9)), guild=7)
    return data


@pytest.fixture
async def reader(data: Path) -> AsyncIterator[CorpusReader]:
    reader = CorpusReader.open(corpus_at(data))
    yield reader
    await reader.close()


async def titles(reader: CorpusReader, text: str, limit: int = 25, guild: int | None = None) -> list[str]:
    return [match.title for match in await reader.complete_titles(Scope(guild), text, limit)]


async def test_titles_that_begin_so_come_first_then_those_with_the_words_in_a_row(
    reader: CorpusReader,
) -> None:
    assert await titles(reader, "fish mar") == [TITLES[1], TITLES[0], TITLES[3], TITLES[2]]


async def test_equals_come_newest_first(reader: CorpusReader) -> None:
    assert await titles(reader, "fish", guild=7) == [
        TITLES[1],
        "Fish of the server",
        TITLES[3],
        TITLES[2],
        TITLES[0],
    ]


async def test_an_empty_text_lists_the_newest(reader: CorpusReader) -> None:
    assert await titles(reader, "", 3) == TITLES[:-4:-1]
    assert await titles(reader, " \t?!", 3) == TITLES[:-4:-1]
    assert await titles(reader, "", 1, guild=7) == [TITLES[-1]]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ÉLAN", 4),
        ("elan", 4),
        ("at&t", 4),
        ("what's", 4),
        ('"what', 4),
        ("grossere", None),
        ("größ", 5),
        ("GROẞ", 5),
        ("gro fah", 5),
        ("東京", 6),
        ("क्या", 7),
        ("market NOT fish", None),
        ("zeppelin", None),
    ],
)
async def test_what_is_typed_is_words(reader: CorpusReader, typed: str, found: int | None) -> None:
    assert await titles(reader, typed) == ([] if found is None else [TITLES[found]])


async def test_no_more_come_than_were_asked_for(reader: CorpusReader) -> None:
    assert len(await titles(reader, "fish", 2)) == 2
    assert await titles(reader, "fish", 0) == []


async def test_of_many_words_only_the_last_may_be_begun_unless_nothing_is_found(reader: CorpusReader) -> None:
    assert await titles(reader, "the council says no fish no mar") == [TITLES[2]]
    assert await titles(reader, "the coun says no fi no mar") == [TITLES[2]]
    assert await titles(reader, "the coun says no fi no zep") == []
    assert await titles(reader, "protest fish") == await titles(reader, "protes fish") == [TITLES[1]]
    assert await titles(reader, "harbou council") == await titles(reader, "Harbour coun") == [TITLES[0]]


async def test_of_very_many_the_newest_are_looked_at(tmp_path: Path) -> None:
    load_into(
        tmp_path, thread("Story of old"), *(thread(f"A story, part {part}") for part in range(MAX_CANDIDATES))
    )
    reader = CorpusReader.open(corpus_at(tmp_path))
    assert "Story of old" not in await titles(reader, "story", MAX_CANDIDATES + 1)
    assert await titles(reader, "story old") == ["Story of old"]
    await reader.close()


async def test_a_long_word_is_found_among_many_that_begin_alike(tmp_path: Path) -> None:
    pages = [thread(f"Harbour {number}", posted_at=START) for number in range(MAX_CANDIDATES + 5)]
    load_into(tmp_path, thread("Harbinger of rain", posted_at=START), *pages)
    reader = CorpusReader.open(corpus_at(tmp_path))
    assert await titles(reader, "harbing") == ["Harbinger of rain"]
    assert await titles(reader, "harbour 20") == [f"Harbour {n}" for n in (204, 203, 202, 201, 200, 20)]
    await reader.close()


async def test_words_that_too_many_titles_have_are_found_by_their_first_letters(
    reader: CorpusReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = SqliteBudget.rows

    def rows(budget: SqliteBudget, sql: str, values: Sequence[object]) -> tuple[list[Any], bool]:
        is_long = re.search(r"\w{5}", str(values[0])) is not None
        return ([], False) if is_long else whole(budget, sql, values)

    monkeypatch.setattr(SqliteBudget, "rows", rows)
    assert await titles(reader, "counc") == [TITLES[2], TITLES[0]]
    assert await titles(reader, "fish protes") == [TITLES[1]]
    assert await titles(reader, "marke votes") == [TITLES[0]]
    assert await titles(reader, "counter") == []


@only_sqlite
def test_titles_of_a_file_of_an_earlier_version_are_completed(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / CORPUS.file)) as old:
        old.executescript("".join(migrations("corpus")[:8]))
        old.execute(f"PRAGMA application_id = {CORPUS.application_id}")
        old.execute("PRAGMA user_version = 8")
        old.execute("INSERT INTO article (id, fingerprint, title) VALUES (1, 0, 'Zeppelin over the harbour')")
        old.execute("INSERT INTO title_fts (rowid, title) VALUES (1, 'Zeppelin over the harbour')")
        old.commit()
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        for typed in ("z", "zep", "zeppeli", "zepp har"):
            assert [match.title for match in complete_titles(db, (0,), typed, 5)] == [
                "Zeppelin over the harbour"
            ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=40)
    | st.text(st.sampled_from("fish\"*'()-+:^{}~ANDORNEAR ,\x00\u0301\u0337क्"), max_size=40)
)
def test_any_text_may_be_typed(data: Path, text: str) -> None:
    db = corpus_at(data).open_reader("corpus")
    try:
        assert len(complete_titles(db, (0,), text, 25)) <= len(TITLES)
    finally:
        db.close()


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("lod", "Łódź"),
        ("łód", "Lodz"),
        ("tromso", "Tromsø"),
        ("goethestras", "Goethestraße"),
        ("aero", "Ærø"),
        ("isik", "Işık"),
    ],
)
def test_letters_with_strokes_are_completed_from_their_plain_spelling(
    tmp_path: Path, typed: str, written: str
) -> None:
    load_into(tmp_path, thread(f"Trams of {written} run"), thread("Trams of Osmark run"))
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        update_statistics(db, Analyzer())
    with closing(corpus_at(tmp_path).open_reader("corpus")) as db:
        for text in (typed, f"trams of {typed}"):
            assert [match.title for match in complete_titles(db, (0,), text, 5)] == [
                f"Trams of {written} run"
            ]
