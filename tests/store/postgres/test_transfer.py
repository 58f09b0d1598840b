"""An archive moves to PostgreSQL and back, with every row, and a transfer that was stopped continues."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.domain.loads import Person
from bot.errors import BadInput, Busy
from bot.store import transfer as transfers
from bot.store.databases import DATABASES, Engine
from bot.store.engines import engine_with
from bot.store.ingest.writer import CorpusWriter
from bot.store.sqlite.sqlite_engine import SqliteEngine
from bot.store.state.schedules import ScheduleStore
from bot.store.transfer import LARGE, OTHERS, TransferStep, require_complete, transfer
from tests.support import postgres
from tests.support.world import START, load, market, thread

pytestmark = pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())


FILES = {"rejects/1.ndjson": b"{}\n", "upload-ab/dump": bytes(range(256)) * 5000}
"""The files of loads; the second one has several parts."""


@pytest.fixture
def url() -> Iterator[str]:
    """The address of an empty database."""
    server = postgres.shared_server()
    name = server.new_database()
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def files(tmp_path: Path) -> Engine:
    """An archive in files: articles of two archives, an undone load, a forgotten author and a digest."""
    data = tmp_path / "data"
    load(data, None, [market(), thread("Ferry\0 sails again", "It sails at nine.")])
    load(data, 11, [market()])
    receipt = load(data, 11, [thread("Gulls return", "They are loud.")])
    engine = SqliteEngine(data)
    with CorpusWriter(engine) as writer:
        writer.undo(11, receipt.load)
        writer.erase_author(None, "netmender", START)

    async def schedule() -> None:
        store = ScheduleStore.open(engine)
        plan = DigestConfig(11, 22, Timing("daily"), ContentSource("newest"))
        number = await store.add(plan, Person(7, "mod"), START, START + timedelta(days=1), "draft")
        digest = await store.schedule(number)
        assert digest is not None
        await store.add_requested(digest, "nonce", START)
        await store.close()

    asyncio.run(schedule())
    with engine.load_files() as attached:
        for name, content in FILES.items():
            attached.append(name, content)
    return engine


def rows(engine: Engine) -> dict[str, list[str]]:
    """All rows of an archive, in no certain order."""
    content: dict[str, list[str]] = {}
    for database in DATABASES:
        with closing(engine.open_reader(database)) as db:
            for table in (LARGE if database == "corpus" else {}) | OTHERS[database]:
                content[table] = sorted(
                    repr([transfers._plain(value) for value in row])
                    for row in db.execute(f"SELECT * FROM {table}").fetchall()
                )
    return content


def files_of(engine: Engine) -> dict[str, bytes]:
    """The files of loads of an archive."""
    with engine.load_files() as files:
        return {name: b"".join(files.parts(name)) for name in files.names()}


def ignore(step: TransferStep) -> None:
    """Nobody watches."""


def test_every_table_is_copied(tmp_path: Path) -> None:
    engine = SqliteEngine(tmp_path)
    for database in DATABASES:
        engine.prepare(database)
        sql = (
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'sqlite_sequence'"
            " AND name NOT LIKE '%\\_fts%' ESCAPE '\\' AND name NOT LIKE '%\\_words%' ESCAPE '\\'"
        )
        with closing(engine.open_reader(database)) as db:
            names = {name for (name,) in db.execute(sql)}
        assert names == {*(LARGE if database == "corpus" else {}), *OTHERS[database]}


def test_an_archive_moves_there_and_back_and_is_used_there(files: Engine, url: str, tmp_path: Path) -> None:
    before = rows(files)
    there = engine_with(url, tmp_path / "data")
    steps: list[TransferStep] = []
    transfer(files, there, steps.append)
    assert (rows(there), files_of(there)) == (before, FILES)
    assert steps[-1].total == sum(map(len, before.values()))
    back = engine_with("", tmp_path / "back")
    transfer(there, back, ignore)
    assert (rows(back), files_of(back)) == (before, FILES)
    for engine in (there, back):
        assert all(engine.indexes().values())
        with CorpusWriter(engine) as writer:
            number = writer.begin_load(11, "more", Person(7, "mod"), START)
            writer.add_threads(number, [thread("Boats leave", "They leave in May.")])
            assert writer.finish(number, "done", 0.1).articles.new == 1


@pytest.mark.parametrize("stop", range(0, 40, 8))
def test_a_transfer_that_was_stopped_continues(
    files: Engine, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    monkeypatch.setattr(transfers, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(transfers, "PARTS_PER_TRANSACTION", 2)
    there = engine_with(url, tmp_path / "data")
    left = stop

    def count(step: TransferStep) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        transfer(files, there, count)
    with pytest.raises(BadInput) as raised:
        transfer(there, engine_with("", tmp_path / "back"), ignore)
    assert raised.value.key == "transfer-unfinished"
    with pytest.raises(BadInput) as raised:
        require_complete(there)
    assert raised.value.key == "transfer-unfinished"
    transfer(files, there, ignore)
    require_complete(there)
    assert rows(there) == rows(files)
    assert all(there.indexes().values())


def test_what_is_copied_before_a_stop_is_kept_and_indexed(
    files: Engine, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(transfers, "PARTS_PER_TRANSACTION", 2)
    there, back = engine_with(url, tmp_path / "data"), engine_with("", tmp_path / "back")
    for source, target in ((files, there), (there, back)):
        steps: list[TransferStep] = []

        def stop(step: TransferStep, seen: list[TransferStep] = steps) -> None:
            seen.append(step)
            if (step.table, step.done) == ("comment", 2):
                raise InterruptedError

        with pytest.raises(InterruptedError):
            transfer(source, target, stop)
        assert [step.done for step in steps if step.table == "article"] == [1, 2, 3]
        assert all(target.indexes().values())
        steps.clear()
        transfer(source, target, steps.append)
        assert "article" not in {step.table for step in steps if not step.compared}
        assert all(target.indexes().values())


def test_an_archive_that_was_changed_after_a_stop_is_refused_at_once(
    files: Engine, url: str, tmp_path: Path
) -> None:
    there = engine_with(url, tmp_path / "data")

    def stop(step: TransferStep) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        transfer(files, there, stop)
    load(files.folder, 11, [thread("Boats leave", "They leave in May.")])
    with pytest.raises(BadInput) as raised:
        transfer(files, there, stop)
    assert (raised.value.key, raised.value.fields["place"]) == ("transfer-outdated", "newsdesk_corpus")
    with closing(there.open_writer("state")) as db:  # an earlier version kept no digest
        (value,) = db.execute("SELECT value FROM fact WHERE name = ?", (transfers.MARKER,)).fetchone()
        salt = value.partition(" ")[0]
        db.execute("UPDATE fact SET value = ? WHERE name = ?", (salt, transfers.MARKER))
    with pytest.raises(BadInput) as raised:
        transfer(files, there, stop)
    assert raised.value.key == "transfer-outdated"


def test_nothing_is_overwritten(files: Engine, url: str, tmp_path: Path) -> None:
    there = engine_with(url, tmp_path / "data")
    transfer(files, there, ignore)
    for source, target in ((files, there), (there, files)):
        with pytest.raises(BadInput) as raised:
            transfer(source, target, ignore)
        assert raised.value.key == "transfer-not-empty"


def test_a_copy_that_differs_is_noticed(
    files: Engine, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = engine_with(url, tmp_path / "data")
    with monkeypatch.context() as patch:
        patch.setattr(transfers._Transfer, "finish", lambda _: None)
        transfer(files, there, ignore)
    with closing(there.open_writer("corpus")) as db:
        db.execute("UPDATE comment SET text = 'Gulls' WHERE id = (SELECT min(id) FROM comment)")
    with pytest.raises(BadInput) as raised:
        transfer(files, there, ignore)
    assert (raised.value.key, raised.value.fields["table"]) == ("transfer-differs", "comment")


@pytest.mark.parametrize("used", ["source", "target"])
def test_nobody_may_use_the_archive_meanwhile(files: Engine, url: str, tmp_path: Path, used: str) -> None:
    there = engine_with(url, tmp_path / "data")
    there.prepare("state")
    user = files.in_use() if used == "source" else closing(there.open_reader("state"))
    with user, pytest.raises(Busy) as raised:
        transfer(files, there, ignore)
    assert raised.value.key == "data-in-use"


def test_words_are_copied_in_parts(
    files: Engine, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "ROWS_AT_ONCE", 2)
    forms = [
        ("en", "gull", "Gull"),
        ("en", "gull", "gulls"),
        ("de", "möwe", "möwen"),
        ("", "a", "å"),
        ("en", "Z", "z"),
    ]
    with closing(files.open_writer("corpus")) as db:
        db.execute("DELETE FROM form")
        db.executemany("INSERT INTO form (language, stem, word, rows) VALUES (?, ?, ?, 1)", forms)
    there, back = engine_with(url, tmp_path / "data"), engine_with("", tmp_path / "back")
    for source, target in ((files, there), (there, back)):
        steps: list[TransferStep] = []
        transfer(source, target, steps.append)
        assert [step.done for step in steps if step.table == "form" and not step.compared] == [2, 4, 5]
    assert rows(back) == rows(files)
