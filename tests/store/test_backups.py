"""Backups that come back: restored whole, or not at all, whatever is killed meanwhile."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.backups import REGULAR_NAME
from bot.domain.server_settings import ServerSettings
from bot.errors import BadInput, Busy, NotFound
from bot.services.backups import backup, last_success, restore
from bot.store import backup_folders
from bot.store.engines import engine_with
from bot.store.sqlite import swap
from bot.store.sqlite.backups import SqliteBackups
from bot.store.sqlite.connection import CORPUS, STATE
from bot.store.sqlite.data_lock import in_use
from bot.store.state.settings import SettingsStore
from tests.support.corpus_loads import assert_sound, comment, holdings, load_into, query, thread
from tests.support.engines import engine_at
from tests.support.paths import ROOT

OLD, NEW = thread("Ferry is late", comment()), thread("Ferry sinks", comment("Oh no."))
TITLES = "SELECT title FROM article ORDER BY id"


async def set_role(data: Path, role: int) -> None:
    state = SettingsStore.open(engine_at(data))
    await state.save(ServerSettings(7, moderator_role=role))
    await state.close()


async def role_of(data: Path) -> int | None:
    state = SettingsStore.open(engine_at(data))
    role = (await state.get(7)).moderator_role
    await state.close()
    return role


@pytest.fixture
def data(tmp_path: Path, built: Path) -> Path:
    """An archive that has grown since its backup in the folder `backup` beside it."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    (tmp_path / "data" / backup_folders.LIST_FILE).unlink()
    backup_folders.record(tmp_path / "data", tmp_path / "backup", checked=True)
    return tmp_path / "data"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    with ThreadPoolExecutor() as pool:  # in a thread without an event loop
        pool.submit(asyncio.run, build(folder / "data")).result()
    return folder


async def build(data: Path) -> None:
    load_into(data, OLD)
    await set_role(data, 1)
    (data / "rejects").mkdir()
    (data / "rejects" / "1.ndjson").write_text("old\n")
    (data / "upload-1").mkdir()
    (data / "upload-1" / "dump").write_text("a dump")
    backup(data, data.parent / "backup", "NEWSDESK_DROP='/dumps'\n")
    load_into(data, NEW)
    await set_role(data, 2)
    (data / "rejects" / "1.ndjson").write_text("new\n")


async def test_a_restore_brings_everything_back_and_keeps_what_was_there(data: Path) -> None:
    folder = data.parent / "backup"
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert (folder / "settings.env").read_text() == "NEWSDESK_DROP='/dumps'\n"
    restored = restore(data, folder)
    assert query(data, TITLES) == ["Ferry is late"]
    assert await role_of(data) == 1
    assert (data / "rejects" / "1.ndjson").read_text() == "old\n"
    assert (data / "upload-1" / "dump").read_text() == "a dump"
    assert_sound(data)
    assert restored.aside is not None
    assert restored.aside.parent == data
    assert query(restored.aside, TITLES) == ["Ferry is late", "Ferry sinks"]
    assert await role_of(restored.aside) == 2
    assert (restored.aside / "rejects" / "1.ndjson").read_text() == "new\n"
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    assert not (data / swap.STAGED).exists()
    again = restore(data, restored.aside)
    assert again.aside is not None
    assert query(data, TITLES) == ["Ferry is late", "Ferry sinks"]


async def test_a_restore_on_a_new_machine(data: Path) -> None:
    restored = restore(data.parent / "new" / "data", data.parent / "backup")
    assert restored.aside is None
    assert query(data.parent / "new" / "data", TITLES) == ["Ferry is late"]
    assert await role_of(data.parent / "new" / "data") == 1


async def test_a_copied_data_folder_is_restored_with_its_log(data: Path) -> None:
    with closing(sqlite3.connect(data / CORPUS.file)) as reader:
        reader.execute("SELECT count(*) FROM article").fetchall()  # keeps the log
        load_into(data, thread("Ferry is raised"))
        assert (data / f"{CORPUS.file}-wal").stat().st_size
        shutil.copytree(data, data.parent / "copied")
    new = data.parent / "new"
    restore(new, data.parent / "copied")
    assert query(new, TITLES) == ["Ferry is late", "Ferry sinks", "Ferry is raised"]


def test_a_restore_is_refused_while_the_data_is_in_use(data: Path) -> None:
    with in_use(data), pytest.raises(Busy) as raised:
        restore(data, data.parent / "backup")
    assert raised.value.key == "data-in-use"
    assert query(data, TITLES) == ["Ferry is late", "Ferry sinks"]


def damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * (path.stat().st_size // 3))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def of_the_future(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (damage, "backup-damaged"),
        (cut, "backup-damaged"),
        (lambda path: path.write_text("no database"), "backup-damaged"),
        (of_the_future, "newer-schema"),
    ],
)
@pytest.mark.parametrize("file", [CORPUS.file, STATE.file])
def test_a_bad_backup_changes_nothing(data: Path, spoil: object, key: str, file: str) -> None:
    spoil(data.parent / "backup" / file)  # type: ignore[operator] # each of them takes a path
    before = holdings(data)
    with pytest.raises(BadInput) as raised:
        restore(data, data.parent / "backup")
    assert raised.value.key == key
    assert holdings(data) == before
    assert not (data / swap.STAGED).exists()
    assert list(data.glob("before-restore-*")) == []


def test_a_broken_search_index_is_told_but_does_not_lose_the_texts(data: Path) -> None:
    with closing(sqlite3.connect(data.parent / "backup" / CORPUS.file, isolation_level=None)) as db:
        db.execute("UPDATE comment SET text = 'gulls' WHERE id = 1")
    assert [finding.ok for finding in restore(data, data.parent / "backup").findings] == [False]
    assert query(data, "SELECT text FROM comment WHERE id = 1") == ["gulls"]


@pytest.mark.parametrize("folder", ["nowhere", "data", "empty"])
def test_what_is_no_backup_is_refused(data: Path, folder: str) -> None:
    (data.parent / "empty").mkdir()
    with pytest.raises(NotFound) as raised:
        restore(data, data.parent / folder)
    assert raised.value.key == "not-a-backup"


KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from bot.store.sqlite import backups
event, what, data, folder = sys.argv[1:]
def kill_at(count):
    def hook(name, arguments):
        nonlocal count
        if name == event:
            count -= 1
            if count < 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
for count in range(40):
    copy, target = Path(f"{data}-{event}-{count}"), Path(folder.replace("*", f"{event}-{count}"))
    shutil.copytree(data, copy)
    if not os.fork():
        kill_at(count)
        getattr(backups, what)(copy, target)
        os._exit(0)
    status = os.wait()[1]
    print(status, copy, target, sep="\\t")
    if status == 0:
        break
"""


def killed(event: str, what: str, data: Path, folder: Path) -> list[tuple[bool, Path, Path]]:
    """Runs a backup or restore of a new copy of `data` again and again, each time killed at a later event of
    this kind; at last it ends. Returns whether each was killed, its data and the backup's folder."""
    command = (sys.executable, "-c", KILLED, event, what, str(data), str(folder))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    rows = [row.split("\t") for row in done.stdout.splitlines()]
    assert {status for status, *_ in rows} == {"0", str(int(signal.SIGKILL))}, done.stderr
    return [(status != "0", Path(copy), Path(target)) for status, copy, target in rows]


@pytest.mark.slow
async def test_a_restore_that_is_killed_anywhere_is_done_or_was_never_begun(data: Path) -> None:
    roles = []
    for _, copy, _ in killed("os.rename", "restore", data, data.parent / "backup"):
        role = await role_of(copy)  # opening it finishes the restore
        if role == 2:
            assert query(copy, TITLES) == ["Ferry is late", "Ferry sinks"]
        else:
            [aside] = copy.glob("before-restore-*")
            assert query(copy, TITLES) == ["Ferry is late"]
            assert query(aside, TITLES) == ["Ferry is late", "Ferry sinks"]
            assert await role_of(aside) == 2
            assert (copy / "rejects" / "1.ndjson").read_text() == "old\n"
            assert (aside / "rejects" / "1.ndjson").read_text() == "new\n"
        assert_sound(copy)
        roles.append(role)
    assert roles[0] == 2
    assert roles.count(1) > 4


@pytest.mark.slow
@pytest.mark.parametrize("event", ["os.link", "sqlite3.connect", "shutil.copyfile"])
def test_a_backup_that_is_killed_anywhere_leaves_the_data_and_no_false_backup(data: Path, event: str) -> None:
    before = holdings(data)
    for dead, copy, target in killed(event, "backup", data, data.parent / "backup-*"):
        assert holdings(copy) == before
        checked = [found.checked for found in backup_folders.listed(copy) if found.folder == target]
        assert checked in ([False], []) if dead else checked == [True]
        if (target / CORPUS.file).exists():  # then it is whole
            assert holdings(target) == before
            assert (target / "rejects" / "1.ndjson").read_text() == "new\n"
        else:
            with pytest.raises(NotFound):
                restore(data.parent / "none", target)


# The list of backups.


def test_only_a_backup_that_was_tried_is_a_success(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = last_success(data)
    assert first is not None
    assert first.folder == tmp_path / "backup"
    with closing(sqlite3.connect(data / CORPUS.file, isolation_level=None)) as db:
        db.execute("UPDATE comment SET text = 'gulls' WHERE id = 1")
    with pytest.raises(BadInput) as raised:
        backup(data, tmp_path / "wrong")
    assert raised.value.key == "backup-unsound"
    assert last_success(data) == first
    assert (tmp_path / "wrong" / CORPUS.file).exists()
    shutil.rmtree(tmp_path / "backup")
    assert last_success(data) == first


def test_too_little_room_for_a_backup(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))
    for use, key in ((backup, "no-room-for-backup"), (restore, "no-room-for-restore")):
        with pytest.raises(BadInput) as raised:
            use(data, tmp_path / ("more" if use is backup else "backup"))
        assert raised.value.key == key
    assert query(data, TITLES) == ["Ferry is late", "Ferry sinks"]


def test_the_oldest_regular_backups_go(tmp_path: Path) -> None:
    whole = [f"newsdesk-2024-03-{day}T030000Z" for day in (10, 11, 12, 13)]
    others = ["newsdesk-before-the-move", "newsdesk-2024-03-99T030000Z", "mine"]
    for name in [*whole, *others]:
        (tmp_path / name).mkdir()
        (tmp_path / name / CORPUS.file).write_text("")
    halfway = tmp_path / "newsdesk-2024-03-09T030000Z"  # was killed
    halfway.mkdir()
    for name in (STATE.file, f".{CORPUS.file}.part", "settings.env"):
        (halfway / name).write_text("")
    SqliteBackups(tmp_path).delete_old(tmp_path, 2)
    assert {path.name for path in tmp_path.iterdir()} == {*whole[2:], *others}
    assert REGULAR_NAME.endswith("Z")


def test_backups_by_another_engine_stay(tmp_path: Path) -> None:
    names = [f"newsdesk-2024-03-{day}T030000Z" for day in (10, 11, 12, 13, 14, 15)]
    for number, name in enumerate(names):
        (tmp_path / name).mkdir()
        (tmp_path / name / ("newsdesk.dump" if number % 2 else CORPUS.file)).write_text("")
    SqliteBackups(tmp_path).delete_old(tmp_path, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == names[1:]
    engine_with("postgresql:///", tmp_path).backups.delete_old(tmp_path, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == names[2:]
