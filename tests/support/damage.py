"""Damages the databases of a data folder in the ways of disks, crashes, copies and people."""

from __future__ import annotations

import asyncio
import io
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, redirect_stdout, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.cli import main
from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.domain.follows import FollowTarget
from bot.domain.loads import Person
from bot.services import open_services
from tests.support.dump_folders import write_dump

Damage = Callable[[Path, random.Random], None]


def _change(path: Path, change: Callable[[bytearray], None]) -> None:
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)


def _flip(path: Path, rng: random.Random, *, below: int | None = None, most: int = 200) -> None:
    def flip(data: bytearray) -> None:
        for _ in range(rng.randint(1, most)):
            data[rng.randrange(min(below or len(data), len(data)))] ^= 1 << rng.randrange(8)

    _change(path, flip)


def flipped_bits(path: Path, rng: random.Random) -> None:
    _flip(path, rng)


def flipped_header(path: Path, rng: random.Random) -> None:
    _flip(path, rng, below=100, most=3)


def flipped_schema(path: Path, rng: random.Random) -> None:
    _flip(path, rng, below=16384, most=20)


def flipped_text(path: Path, rng: random.Random) -> None:
    """Changes only letters, which leaves every page in order."""

    def flip(data: bytearray) -> None:
        letters = [place for place, byte in enumerate(data) if chr(byte) in 'aeiou{}[]"0123456789']
        for place in rng.sample(letters, min(len(letters), 300)):
            data[place] = rng.choice((0xFF, 0x00, 0x39, 0x7B, 0xC3))

    _change(path, flip)


def truncated(path: Path, rng: random.Random) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(rng.choice((1, 50, 100, 512, 4096, 16384, size // 2, size - 1, rng.randrange(size))))


def emptied(path: Path, _: random.Random) -> None:
    path.write_bytes(b"")


def zeroed_pages(path: Path, rng: random.Random) -> None:
    def zero(data: bytearray) -> None:
        for _ in range(rng.randint(1, 4)):
            start = rng.randrange(len(data) // 4096) * 4096
            data[start : start + 4096] = bytes(len(data[start : start + 4096]))

    _change(path, zero)


def swapped_pages(path: Path, rng: random.Random) -> None:
    def swap(data: bytearray) -> None:
        one, other = (rng.randrange(1, len(data) // 16384) * 16384 for _ in range(2))
        first, second = data[one : one + 16384], data[other : other + 16384]
        data[one : one + 16384], data[other : other + 16384] = second, first

    _change(path, swap)


def wrong_magic(path: Path, rng: random.Random) -> None:
    path.write_bytes(rng.choice((b"PK\3\4", b"SQLite format 4\0", b"<html>")) + path.read_bytes()[16:])


def another_file(path: Path, rng: random.Random) -> None:
    path.write_bytes(rng.randbytes(50_000))


def another_program(path: Path, _: random.Random) -> None:
    execute(path, "PRAGMA application_id = 12345")


def newer_schema(path: Path, _: random.Random) -> None:
    execute(path, "PRAGMA user_version = 900")


def older_number(path: Path, rng: random.Random) -> None:
    """An older schema by its number, though its tables are new."""
    execute(path, f"PRAGMA user_version = {rng.randrange(1, 4)}")


def missing_table(path: Path, rng: random.Random) -> None:
    execute(path, f"DROP TABLE IF EXISTS {rng.choice(_names(path, 'table'))}")


def missing_index(path: Path, rng: random.Random) -> None:
    execute(path, f"DROP INDEX IF EXISTS {rng.choice(_names(path, 'index'))}")


def missing_column(path: Path, rng: random.Random) -> None:
    table = rng.choice(_names(path, "table"))
    columns = _column_names(path, table)
    execute(path, f'ALTER TABLE {table} RENAME COLUMN "{rng.choice(columns)}" TO gone')


def emptied_table(path: Path, rng: random.Random) -> None:
    execute(path, f"DELETE FROM {rng.choice(_names(path, 'table'))}")


def nonsense_values(path: Path, rng: random.Random) -> None:
    """Values of the right type that mean nothing."""
    for _ in range(6):
        table = rng.choice(_names(path, "table"))
        column = rng.choice(_column_names(path, table))
        value = rng.choice(
            ("'{\"'", "'[[[[1'", "9223372036854775807", "-1", "1e300", "x'ff00'", "NULL", "''")
        )
        execute(path, f'UPDATE OR IGNORE {table} SET "{column}" = {value}')


def folder_instead(path: Path, _: random.Random) -> None:
    path.unlink()
    path.mkdir()


def dangling_link(path: Path, _: random.Random) -> None:
    path.unlink()
    path.symlink_to("nowhere/at-all")


def linked_to_itself(path: Path, _: random.Random) -> None:
    path.unlink()
    path.symlink_to(path.name)


def garbage_log(path: Path, rng: random.Random) -> None:
    path.with_name(f"{path.name}-wal").write_bytes(rng.randbytes(70_000))


def folder_for_log(path: Path, rng: random.Random) -> None:
    side = path.with_name(f"{path.name}-{rng.choice(('wal', 'shm', 'journal'))}")
    side.unlink(missing_ok=True)
    side.mkdir()


def hot_journal(path: Path, rng: random.Random) -> None:
    path.with_name(f"{path.name}-journal").write_bytes(
        bytes.fromhex("d9d505f920a163d7") + rng.randbytes(9000)
    )


def folder_for_lock(path: Path, _: random.Random) -> None:
    lock = path.with_name("corpus.lock")
    lock.unlink(missing_ok=True)
    lock.mkdir()


def files_for_folders(path: Path, _: random.Random) -> None:
    for name in ("rejects", "uploads", ".check"):
        side = path.with_name(name)
        if side.is_dir():
            shutil.rmtree(side)
        side.write_bytes(b"")


def file_for_data(path: Path, _: random.Random) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_bytes(b"not a folder")


def _names(path: Path, kind: str) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        sql = "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite%' ORDER BY name"
        return [row[0] for row in db.execute(sql, (kind,))]


def _column_names(path: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def execute(path: Path, statement: str) -> None:
    """Executes a statement, if the file still takes it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db, suppress(sqlite3.Error):
        db.execute(statement)


KINDS: tuple[Damage, ...] = (
    *(flipped_bits, flipped_header, flipped_schema, flipped_text, truncated, emptied, zeroed_pages),
    *(swapped_pages, wrong_magic, another_file, another_program, newer_schema, older_number),
    *(missing_table, missing_index, missing_column, emptied_table, nonsense_values, folder_instead),
    *(dangling_link, linked_to_itself, garbage_log, folder_for_log, hot_journal, folder_for_lock),
    *(files_for_folders, file_for_data),
)


def stocked(data: Path) -> Path:
    """Fills a data folder with articles of two archives, follows, a digest and settings, and returns it."""
    dump = write_dump(data.parent / "stock")
    for guild in ((), ("--guild", "5")):
        with redirect_stdout(io.StringIO()):
            assert main(["load", str(dump), *guild], {"NEWSDESK_DATA": str(data)}) == 0
    by, now = Person(7, "mod"), datetime(2024, 3, 12, 9, 0, tzinfo=UTC)

    async def fill() -> None:
        plan = DigestConfig(
            5, 22, Timing("daily", 510, zone="Europe/Berlin"), ContentSource("newest", count=3)
        )
        async with open_services(data) as services:
            await services.follows.add(5, 22, FollowTarget("fish"), by, now, direct=False)
            await services.follows.add(5, 33, FollowTarget(article=2), by, now, direct=True)
            await services.digests.create(plan, by, now, "draft")
            await services.settings.change(5, language="de")

    asyncio.run(fill())
    return data


COMMANDS = (
    *("stats", "search ferry", "search quay --author x --order newest", "article 1", "comments 1"),
    *("related 1", "ask Is the ferry late?", "deliveries", "follows", "schedules", "summary 1", "loads"),
    *("check", "check --repair", "load DUMP", "load DUMP --dry-run", "load --resume", "undo 1"),
    *("forget author ann", "backup TARGET", "follows --remove 1", "run"),
)
"""Every command, with DUMP and TARGET in place of paths."""


def argv(command: str, dump: Path, target: Path) -> list[str]:
    """The arguments of one of COMMANDS."""
    head, *rest = command.replace("DUMP", str(dump)).replace("TARGET", str(target)).split(" ")
    return [head, " ".join(rest)] if head == "ask" else [head, *rest]


def damaged(source: Path, target: Path, kind: Damage, seed: int) -> str:
    """Copies a data folder and damages one of its databases, which its result names."""
    rng = random.Random(f"{kind.__name__} {seed}")
    if target.is_dir():
        shutil.rmtree(target)
    target.unlink(missing_ok=True)
    shutil.copytree(source, target)
    file = rng.choice(("corpus.db", "state.db"))
    kind(target / file, rng)
    return file
