"""The status on the command line, while the bot runs and while it does not."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import timedelta
from pathlib import Path

from bot.clock import system_clock
from bot.domain.shards import ShardProcess
from bot.services.running import FILE, STUCK_SECONDS, running
from bot.services.troubles import Troubles
from bot.store.state.shards import ShardStore
from tests.support.command_line import Desk
from tests.support.engines import engine_at
from tests.support.world import load, thread


def test_without_a_bot(loaded: Desk) -> None:
    shown = loaded("status")
    assert shown.code == 0
    assert "The bot is not running." in shown.out
    assert "1. dump · loaded · " in shown.out
    assert "No digests are scheduled." in shown.out
    assert "Failed in the last 24 hours: 0" in shown.out
    assert "Last backup: never" in shown.out
    assert "To fix" not in shown.out
    assert loaded("status", "--running").code == 1


def test_with_a_bot(loaded: Desk) -> None:
    with running(loaded.data) as file:
        assert loaded("status", "--running").out.startswith("Not connected to Discord, running since ")
        file.write(connected=True)
        shown = loaded("status", "--running")
        assert (shown.code, shown.out[:21]) == (0, "Connected to Discord,")
        assert loaded("status", "--json").json["bot"]["state"] == "connected"
        long_ago = time.time() - STUCK_SECONDS - 1
        os.utime(loaded.data / FILE, (long_ago, long_ago))
        assert loaded("status", "--running").code == 1
        assert loaded("status", "--running", "--json").json["bot"]["state"] == "stuck"
        file.touch()
        assert loaded("status", "--running").code == 0
    assert loaded("status", "--json").json["bot"] == {"state": "stopped", "since": None}


def test_of_several_processes(loaded: Desk) -> None:
    assert loaded("status", "--json").json["processes"] == []
    store = ShardStore.open(engine_at(loaded.data))
    now = system_clock()
    process = ShardProcess("a", 4, frozenset([0, 1]), now)

    async def begin() -> None:
        await store.beat(1, process, now, now + timedelta(minutes=1), only_home=True)
        await store.close()

    asyncio.run(begin())
    assert "Processes: 1, with 2 of 4 shards" in loaded("status").out
    [shown] = loaded("status", "--json").json["processes"]
    assert (shown["shards"], shown["count"]) == ([0, 1], 4)


def test_of_one_server(loaded: Desk) -> None:
    load(loaded.data, 5, [thread("The tram is late", "It waits.")], "theirs.txt")
    everything = loaded("status", "--json").json
    assert [entry["name"] for entry in everything["loads"]] == ["theirs.txt", "dump"]
    assert [entry["name"] for entry in loaded("status", "--guild", "5", "--json").json["loads"]] == [
        "theirs.txt"
    ]
    assert loaded("status", "--guild", "6", "--json").json["loads"] == []


def test_what_is_to_be_fixed_is_shown_until_a_check_finds_it_mended(loaded: Desk) -> None:
    Troubles(loaded.data).note("database", file="corpus.db")
    assert "The database corpus.db is damaged." in " ".join(loaded("status").out.split())
    [trouble] = loaded("status", "--json").json["troubles"]
    assert (trouble["kind"], trouble["fields"], trouble["notified"]) == (
        "database",
        {"file": "corpus.db"},
        False,
    )
    assert loaded("check").code == 0
    assert loaded("status", "--json").json["troubles"] == []


def test_a_load_that_succeeds_mends_one_that_ended_unexpectedly(loaded: Desk, dump: Path) -> None:
    Troubles(loaded.data).note("loader", load=1)
    assert "A load ended unexpectedly." in loaded("status").out
    assert loaded("load", dump).code == 0
    assert loaded("status", "--json").json["troubles"] == []


def test_a_backup_that_was_made_is_shown(loaded: Desk) -> None:
    assert loaded("backup", loaded.data.parent / "copies").code == 0
    shown = loaded("status", "--json").json
    assert shown["last_backup"] is not None
    assert "Last backup: never" not in loaded("status").out
