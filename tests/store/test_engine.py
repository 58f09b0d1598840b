"""What every database engine does."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import Busy
from bot.store.databases import DATABASES, Database
from tests.support.engines import ENGINES, engine_at


def test_the_tests_of_the_store_use_the_selected_engine(tmp_path: Path, engine: str) -> None:
    assert type(engine_at(tmp_path)) is type(ENGINES[engine](tmp_path))


@pytest.mark.parametrize("database", DATABASES)
def test_a_database_exists_once_it_is_prepared(tmp_path: Path, database: Database) -> None:
    engine = engine_at(tmp_path / "data")
    assert not engine.exists(database)
    engine.prepare(database)
    assert engine_at(tmp_path / "data").exists(database)
    with closing(engine.open_reader(database)) as db:
        assert db.database_name == engine.name(database)
        assert db.soundness.damaged_pages() == ""
        assert db.soundness.missing_names() == []
        assert db.soundness.broken_references() == 0


def test_a_reader_notices_what_a_writer_commits(tmp_path: Path) -> None:
    engine = engine_at(tmp_path)
    with closing(engine.open_writer("state")) as writer, closing(engine.open_reader("state")) as reader:
        before = reader.data_version()
        with writer.transaction():
            writer.execute("INSERT INTO fact (name, value) VALUES ('colour', 'green')")
            assert reader.execute("SELECT count(*) FROM fact").fetchone() == (0,)
        assert reader.data_version() != before
        assert reader.execute("SELECT value FROM fact").fetchall() == [("green",)]


def test_one_process_at_a_time_writes_the_corpus(tmp_path: Path) -> None:
    engine, other = engine_at(tmp_path), engine_at(tmp_path)
    lock = engine.writer_lock()
    assert not other.has_writer()
    lock.acquire()
    assert other.has_writer()
    with pytest.raises(Busy) as raised:
        other.writer_lock().acquire(timeout=0)
    assert raised.value.key == "loader-busy"
    lock.release()
    assert not other.has_writer()


def test_a_list_is_one_value_of_a_statement(tmp_path: Path) -> None:
    with closing(engine_at(tmp_path).open_writer("corpus")) as db:
        listed = db.list_value([3, 1, 2])
        rows = db.execute(f"SELECT value FROM {db.list_table} ORDER BY key", (listed,)).fetchall()
        assert rows == [(3,), (1,), (2,)]
        assert db.execute(f"SELECT 2 {db.in_list}, 4 {db.in_list}", (listed, listed)).fetchone() == (1, 0)
        assert db.execute(f"SELECT 2 {db.in_list}", (db.list_value([]),)).fetchone() == (0,)
        joined = f"SELECT no FROM {db.list_table} AS j {db.ordered_join} archive ON no = j.value"
        assert db.execute(joined, (db.list_value([0, 7]),)).fetchall() == [(0,)]


def test_a_scratch_database_has_the_schema_and_no_place(tmp_path: Path) -> None:
    engine = engine_at(tmp_path)
    with closing(engine.open_scratch("corpus")) as db:
        assert db.execute("SELECT count(*) FROM article").fetchone() == (0,)
    assert not engine.exists("corpus")


def test_what_a_connection_has_read_is_given_back_and_it_goes_on_reading(tmp_path: Path) -> None:
    engine = engine_at(tmp_path)
    engine.prepare("corpus")
    with closing(engine.open_writer("corpus")) as db:
        db.execute("INSERT INTO archive (guild) VALUES (7)")
        db.release_memory()
        db.release_memory(cache_kib=1_000)
        assert db.execute("SELECT guild FROM archive WHERE guild = 7").fetchone() == (7,)
