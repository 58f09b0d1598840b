"""Every trouble that the operator hears of: once, with what to do, until it is mended."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, time
from pathlib import Path

import discord
import pytest

from bot.cli import main
from bot.client import NewsdeskBot, run
from bot.config import Config, ModelSettings
from bot.domain.answers import Payer
from bot.domain.articles import Scope
from bot.errors import UserError
from bot.i18n import ENGLISH
from bot.loading import process
from bot.operations.alerts import Alerts
from bot.operations.operations import TroubleHandler
from bot.services import Services, open_services
from bot.services.backups import BackupPlan
from bot.services.troubles import Troubles
from tests.support.model_server import MODEL, fails, serving, writes
from tests.support.services import load as load_dump
from tests.support.simulated_discord import World
from tests.support.webhook import SECRET, Webhook, free_port, webhook
from tests.support.world import load, market, text_of

pytestmark = pytest.mark.slow

PAGE = 16_384
"""The size of a page of the database."""
ASKED = "How did the council vote on the market?"


@pytest.fixture
async def hook() -> AsyncGenerator[Webhook]:
    async with webhook() as hook:
        yield hook


async def texts(hook: Webhook, troubles: Troubles) -> list[str]:
    """What the operator reads after two looks for troubles, also by a bot that was restarted."""
    for _ in range(2):
        await Alerts(hook.url, troubles, ENGLISH).notify()
    await Alerts(hook.url, Troubles(troubles.path.parent), ENGLISH).notify()
    return [post["content"] for post in hook.posted]


def test_what_a_killed_process_had_begun_to_write_is_removed(tmp_path: Path) -> None:
    killed, running = tmp_path / "troubles.aa.part", tmp_path / "troubles.bb.part"
    for part in (killed, running):
        part.write_bytes(b"[")
    os.utime(killed, (0, 0))
    assert Troubles(tmp_path).all() == ()
    assert not killed.exists()
    assert running.exists()


async def test_a_loader_that_died(tmp_path: Path, hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    dump = tmp_path / "dump.txt"
    dump.write_text("A page")
    async with open_services(tmp_path / "data", vectors="off") as services:
        sound = process.WORKER
        monkeypatch.setattr(process, "WORKER", (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"))
        for _ in range(2):
            with pytest.raises(UserError, match="loader-died"):
                await load_dump(services, 5, dump)
        [text] = await texts(hook, services.status.troubles)
        assert "A load ended unexpectedly. Look in the log for the reason, then resume the load." in text
        monkeypatch.setattr(process, "WORKER", sound)
        await load_dump(services, 5, dump)
        assert services.status.troubles.all() == ()


async def ask(services: Services) -> None:
    await services.answers.ask(Scope(None, True), ASKED, payer=Payer(None))


async def test_a_model_that_cannot_be_reached(tmp_path: Path, hook: Webhook) -> None:
    load(tmp_path / "data", None, [market()])
    dead = ModelSettings(f"http://127.0.0.1:{free_port()}/v1", MODEL, None, 5, 10**6, 10**6)
    async with open_services(tmp_path / "data", vectors="off", model=dead) as services:
        await ask(services)
        await ask(services)
        [text] = await texts(hook, services.status.troubles)
        assert f"The language model {MODEL} can't be reached, so only quotes are shown." in text
        model = (await services.status.status(None)).model
        assert model is not None
        assert model.unreachable_since is not None
    async with serving(writes(("The council voted 7 to 4.", [1]))) as server:
        alive = replace(dead, base_url=server.url)
        async with open_services(tmp_path / "data", vectors="off", model=alive) as services:
            await ask(services)
            assert services.status.troubles.all() == ()
            server.then(fails(401))
            await services.answers.ask(Scope(None, True), "Will stallholders pay rent?", payer=Payer(None))
            assert len(await texts(hook, services.status.troubles)) == 2


async def test_a_backup_that_failed(tmp_path: Path, hook: Webhook) -> None:
    load(tmp_path / "data", None, [market()])
    target = tmp_path / "a file"
    target.write_text("")
    plan = BackupPlan(target, time(3, tzinfo=UTC))
    async with open_services(tmp_path / "data", vectors="off", backups=plan) as services:
        assert not await services.backups.make()
        assert not await services.backups.make()
        [text] = await texts(hook, services.status.troubles)
        assert "The last backup failed: " in text
        target.unlink()
        assert await services.backups.make()
        assert services.status.troubles.all() == ()
        assert (await services.status.status(None)).last_backup is not None


def test_a_token_that_discord_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def start(self: NewsdeskBot, token: str, *, reconnect: bool = True) -> None:
        raise discord.LoginFailure("Improper token has been passed.")

    posted: list[str] = []

    async def post(url: str, text: str) -> None:
        posted.append(text)

    monkeypatch.setattr(NewsdeskBot, "start", start)
    monkeypatch.setattr("bot.operations.alerts._post", post)
    env = {
        "DISCORD_TOKEN": "a.b.c",
        "NEWSDESK_DATA": str(tmp_path),
        "NEWSDESK_ALERT": "http://hooks.example/x",
    }
    for _ in range(2):
        assert run(Config.from_env({**env, "NEWSDESK_VECTORS": "off"})) == 2
    [text] = posted
    assert "Discord rejects DISCORD_TOKEN. Copy it from the Developer Portal again" in text


def test_a_port_that_is_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        env = {"DISCORD_TOKEN": "a.b.c", "NEWSDESK_HEALTH_PORT": port, "NEWSDESK_VECTORS": "off"}
        assert main(["run", "--data", str(tmp_path)], env) == 2
    assert f"Port {port} can't be opened. Set NEWSDESK_HEALTH_PORT" in capsys.readouterr().err


async def test_an_alert_that_could_not_be_sent_is_sent_later(
    tmp_path: Path, hook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    troubles = Troubles(tmp_path)
    troubles.note("backup", reason="@everyone <!channel> the disk is full.")
    hook.status = 404
    await Alerts(hook.url, troubles, ENGLISH).notify()
    assert "the alert about backup was not sent: ClientResponseError 404" in caplog.text
    assert not any(
        SECRET in record.getMessage() for record in caplog.records if record.name.startswith("bot")
    )
    hook.status = 204
    assert len(await texts(hook, troubles)) == 1
    [post] = hook.posted
    assert post["allowed_mentions"] == {"parse": []}
    assert "<!channel>" not in post["text"]


async def test_a_trouble_that_cannot_be_written_is_sent_once(
    tmp_path: Path, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda _: "same")
    troubles = Troubles(tmp_path)
    troubles.note("model", model=MODEL)
    troubles.mended("model")
    in_the_way = tmp_path / "troubles.same.part"
    in_the_way.mkdir()
    for _ in range(2):
        troubles.reread()
        troubles.note("disk", free=5)
        await Alerts(hook.url, troubles, ENGLISH).notify()
    [post] = hook.posted
    assert "nearly full" in post["content"]
    in_the_way.rmdir()
    troubles.reread()
    assert Troubles(tmp_path).all() == troubles.all()


async def test_a_user_hears_in_a_direct_message(world: World) -> None:
    owner = world.env.create_user("olive")
    troubles = world.services.status.troubles
    troubles.note("disk")
    alerts = Alerts(str(owner.id), troubles, ENGLISH, world.env.bot)
    await alerts.notify()
    await alerts.notify()
    [message] = owner.dm_channel.history()
    assert "The disk with the data folder is nearly full." in text_of(message)


async def test_a_database_that_is_damaged_while_the_bot_runs(tmp_path: Path, hook: Webhook) -> None:
    data = tmp_path / "data"
    load(data, None, [market()])
    with (data / "corpus.db").open("r+b") as file:
        file.seek(PAGE)
        file.write(b"\xa5" * ((data / "corpus.db").stat().st_size - PAGE))
    store_log = logging.getLogger("bot.store")
    async with open_services(data, vectors="off") as services:
        handler = TroubleHandler(services.status.troubles)
        store_log.addHandler(handler)
        try:
            for _ in range(2):
                with pytest.raises(UserError, match="database-damaged"):
                    await services.archive.search(Scope(None, True), "market")
            await asyncio.sleep(0)
            [text] = await texts(hook, services.status.troubles)
        finally:
            store_log.removeHandler(handler)
    assert "The database corpus.db is damaged. Stop the bot, run “newsdesk check” and" in text


def test_nothing_of_it_is_imported_where_it_is_off() -> None:
    code = (
        "import sys, bot.client; print(*({'prometheus_client', 'aiohttp.web', 'mcp'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
