"""A bot as its operator runs it: health, metrics, alerts, the log and settings, over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.cli import main
from bot.store.sqlite import connection
from tests.support.loopback.killing import servers
from tests.support.loopback.process import ready, running
from tests.support.loopback.records import TOKEN, Guild
from tests.support.loopback.server import Loopback
from tests.support.webhook import SECRET, free_port, webhook
from tests.support.world import load, market, text_of

pytestmark = pytest.mark.slow

HUGE = "NEWSDESK_ALERT_DISK_MB=999999999"


async def until(so: Callable[[], object], within: float = 30.0) -> None:
    async with asyncio.timeout(within):
        while not so():  # noqa: ASYNC110 - it becomes so in another process
            await asyncio.sleep(0.02)


@dataclass
class Desk:
    """The files of an operator, and a server with an archive."""

    folder: Path
    guild: Guild
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        connection.prepare(self.data, connection.CORPUS)
        load(self.data, self.guild.id, [market()])
        self.set()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def settings(self) -> Path:
        return self.folder / "settings"

    def set(self, *lines: str) -> None:
        """Replaces the settings."""
        always = ("NEWSDESK_LOG_FORMAT=json", "NEWSDESK_LOG_LEVEL=info", f"NEWSDESK_HEALTH_PORT={self.port}")
        self.settings.write_text("\n".join([*always, *lines]) + "\n")

    def logged(self, text: str) -> bool:
        """Whether a line of the log says this; each whole line must be JSON."""
        lines = self.log.read_text().rpartition("\n")[0].splitlines()
        return any(text in json.loads(line)["message"] for line in lines)

    async def connected(self, discord: Loopback) -> None:
        """Waits until the command line sees that the bot is connected."""
        await ready(discord)
        await until(lambda: main(["status", "--running", "--data", str(self.data)]) == 0)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (guild,) = servers(1, 1)
    return Desk(tmp_path, guild)


async def test_health_and_metrics_are_served_while_the_bot_runs(desk: Desk) -> None:
    async with (
        Loopback([desk.guild]).serving() as discord,
        aiohttp.ClientSession(f"http://127.0.0.1:{desk.port}") as web,
        running(discord, desk.data, desk.log, desk.settings),
    ):
        await desk.connected(discord)
        async with web.get("/healthz") as health:
            assert health.status == 200
            assert await health.json() == {"ok": True, "gateway": True, "database": True}
        asked = discord.command(desk.guild, desk.guild.channels[0], "search", query="market")
        await until(lambda: asked.message is not None and "market" in text_of(asked.message))
        async with web.get("/metrics") as metrics:
            samples = {
                (sample.name, *sample.labels.values()): sample.value
                for family in text_string_to_metric_families(await metrics.text())
                for sample in family.samples
            }
    assert samples["newsdesk_gateway_connected",] == 1
    assert samples["newsdesk_loads", "done"] == 1
    assert samples["newsdesk_queued_messages", "digests"] == 0
    assert samples["newsdesk_database_bytes", "corpus"] > 10_000
    assert samples["newsdesk_search_seconds_count",] == 1
    assert samples["newsdesk_search_seconds_bucket", "+Inf"] == 1
    assert 0 <= samples["newsdesk_event_loop_lag_seconds",] < 30
    assert main(["status", "--running", "--data", str(desk.data)]) == 1
    assert "voice" not in desk.log.read_text()


async def test_an_alert_is_sent_once_until_the_trouble_is_mended(desk: Desk) -> None:
    async with Loopback([desk.guild]).serving() as discord, webhook() as hook:
        alert = f"NEWSDESK_ALERT={hook.url}"
        async with running(discord, desk.data, desk.log, desk.settings) as bot:
            await desk.connected(discord)
            desk.set(HUGE, alert, f"NEWSDESK_DROP={desk.folder}")
            bot.reload()
            await until(lambda: hook.posted)
            assert "The disk with the data folder is nearly full" in hook.posted[0]["content"]
            assert hook.posted[0]["allowed_mentions"] == {"parse": []}
            assert desk.logged("NEWSDESK_ALERT_DISK_MB changed from 1000 to 999999999")
            assert desk.logged(f"NEWSDESK_DROP changed from None to {desk.folder}; restart the bot to use it")
            desk.set("NEWSDESK_ASK_MEMBER=many")
            bot.reload()
            await until(lambda: desk.logged("the settings stay as they were: NEWSDESK_ASK_MEMBER"))
        desk.set(HUGE, alert)
        async with running(discord, desk.data, desk.log, desk.settings) as bot:
            await desk.connected(discord)
            assert len(hook.posted) == 1
            desk.set("NEWSDESK_ALERT_DISK_MB=1", alert)
            bot.reload()
            await until(lambda: desk.logged("mended: disk"))
            desk.set(HUGE, alert)
            bot.reload()
            await until(lambda: len(hook.posted) == 2)
    assert not any(secret in desk.log.read_text() for secret in (SECRET, TOKEN))


async def test_a_bot_that_cannot_start_tells_its_operator_once(tmp_path: Path) -> None:
    data, log, settings = tmp_path / "data", tmp_path / "log", tmp_path / "settings"
    data.mkdir()
    (data / "corpus.db").write_bytes(b"This is not a database. " * 500)
    async with Loopback(servers(1, 1)).serving() as discord, webhook() as hook:
        settings.write_text(f"NEWSDESK_ALERT={hook.url}\n")
        for _ in range(2):
            async with running(discord, data, log, settings) as bot:
                assert await bot.ended(30)
    [alert] = hook.posted
    assert "corpus.db is damaged. Stop the bot, run “newsdesk check”" in alert["content"]
