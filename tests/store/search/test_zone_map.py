"""A search between dates looks at every row that may be of these, and steps over long stretches of others."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.search import Filters
from bot.store.ingest.writer import CorpusWriter
from bot.store.search import zone_map
from bot.store.search.index import SearchIndex
from bot.store.search.limits import SearchLimits
from bot.store.sqlite.sqlite_connection import SqliteConnection
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support import corpus_loads
from tests.support.corpus_engines import corpus_at, only_sqlite
from tests.support.corpus_rows import START, Said, Thread, fill

times = st.integers(0, 20)
known = st.dictionaries(st.integers(0, 40), st.tuples(times, times).map(sorted), max_size=30)


@only_sqlite  # no database is needed but one in memory
@given(known, st.none() | times, st.none() | times)
def test_only_zones_that_hold_no_wanted_row_are_stepped_over(
    known: dict[int, list[int]], after: int | None, before: int | None
) -> None:
    with closing(sqlite3.connect(":memory:", factory=SqliteConnection)) as db:
        db.execute("CREATE TABLE zone (comments, no, oldest, newest)")
        db.executemany("INSERT INTO zone VALUES (1, ?, ?, ?)", [(no, *span) for no, span in known.items()])
        filters = Filters(
            after=None if after is None else datetime.fromtimestamp(after, UTC),
            before=None if before is None else datetime.fromtimestamp(before, UTC),
        )
        found = zone_map.id_ranges(db, 0, filters, comments=True)
    assert found == sorted(found, reverse=True)
    inside = {
        no
        for first, last in found
        for no in range(first >> zone_map.SHIFT, min(last >> zone_map.SHIFT, 49) + 1)
    }
    wanted = {
        no
        for no in range(50)
        if no not in known
        or no == max(known)
        or ((after is None or known[no][1] >= after) and (before is None or known[no][0] < before))
    }
    assert inside == wanted


async def test_old_rows_are_found_behind_any_number_of_new_ones(tmp_path: Path) -> None:
    talk = [Said(f"market talk {n}", at=START + n) for n in range(9000)]
    fill(tmp_path, [Thread("Market", "The market.", talk)])
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer(), limits=SearchLimits(max_filtered_rows=5000))
    long_ago = Filters(before=datetime.fromtimestamp(START + 100, UTC))
    page = await index.search((0,), parse_query("market talk"), long_ago, "comments")
    await index.close()
    assert [(hit.title, hit.more) for hit in page.hits] == [("Market", 99)]


def test_what_is_learnt_later_widens_the_zone(tmp_path: Path) -> None:
    fill(tmp_path, [Thread("Market", "", [Said("one", at=START)])])
    fill(tmp_path, [Thread("Market", "", [Said("two", at=START + 50)], at=START - 50)])
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        spans = db.execute("SELECT comments, no, oldest, newest FROM zone ORDER BY comments").fetchall()
    assert spans == [(0, 0, START - 50, START), (1, 0, START, START + 50)]


FIRST, LATER = corpus_loads.comment("First.", minute=3), corpus_loads.comment("Quite so.", minute=10)
EARLY, LATE = (int((corpus_loads.START + timedelta(minutes=minute)).timestamp()) for minute in (3, 10))


def spans(data: Path) -> list[tuple[int, int]]:
    with closing(corpus_at(data).open_writer("corpus")) as db:
        return db.execute("SELECT oldest, newest FROM zone WHERE comments = 0").fetchall()


def test_a_time_that_a_newer_capture_changes_widens_the_zone(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        corpus_loads.load(writer, corpus_loads.thread("Market", LATER))
        writer.update_statistics(Analyzer())
        assert spans(tmp_path) == [(LATE, LATE)]
        corpus_loads.load(writer, corpus_loads.thread("Market", FIRST, LATER))
    assert spans(tmp_path) == [(EARLY, LATE)]


def test_a_time_that_an_undoing_gives_back_widens_the_zone(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        corpus_loads.load(writer, corpus_loads.thread("Market", LATER))
        newer = corpus_loads.load(writer, corpus_loads.thread("Market", FIRST, LATER))
        writer.update_statistics(Analyzer())
        assert spans(tmp_path) == [(EARLY, EARLY)]
        writer.undo(None, newer.load)
    assert spans(tmp_path) == [(EARLY, LATE)]
