"""A bot as its operator runs it: health, metrics, alerts, the log and settings, over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.cli import main
from bot.store.sqlite import connection
from tests.support.loopback.killing import servers
from tests.support.loopback.process import ready, running
from tests.support.loopback.records import TOKEN
from tests.support.loopback.server import Loopback
from tests.support.webhook import SECRET, free_port, webhook
from tests.support.world import load, market, said

pytestmark = pytest.mark.slow

HUGE = "NEWSDESK_ALERT_DISK_MB=999999999"


async def until(so: Callable[[], object], within: float = 30.0) -> None:
    async with asyncio.timeout(within):
        while not so():  # noqa: ASYNC110 - it becomes so in another process
            await asyncio.sleep(0.02)


async def test_an_operator_watches_the_bot_and_changes_its_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, log, settings, port = tmp_path / "data", tmp_path / "log", tmp_path / "settings", free_port()
    connection.prepare(data, connection.CORPUS)
    (guild,) = servers(1, 1)
    load(data, guild.id, [market()])
    always = f"NEWSDESK_LOG_FORMAT=json\nNEWSDESK_LOG_LEVEL=info\nNEWSDESK_HEALTH_PORT={port}\n"
    settings.write_text(always)
    page = f"http://127.0.0.1:{port}"
    check = ["status", "--running", "--data", str(data)]

    async with Loopback([guild]).serving() as discord, webhook() as hook, aiohttp.ClientSession() as web:

        def lines() -> list[dict[str, str]]:
            return [json.loads(line) for line in log.read_text().splitlines()]

        def logged(text: str) -> bool:
            return any(text in line["message"] for line in lines())

        async with running(discord, data, log, settings) as bot:
            await ready(discord)
            await until(lambda: main(check) == 0)
            async with web.get(f"{page}/healthz") as health:
                assert (health.status, await health.json()) == (
                    200,
                    {"ok": True, "gateway": True, "database": True},
                )
            asked = discord.command(guild, guild.channels[0], "search", query="market")
            await until(lambda: asked.message is not None and "market" in said(asked.message))
            async with web.get(f"{page}/metrics") as metrics:
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

            settings.write_text(f"{always}{HUGE}\nNEWSDESK_ALERT={hook.url}\nNEWSDESK_DROP={tmp_path}\n")
            bot.reload()
            await until(lambda: hook.posted)
            assert "The disk with the data folder is nearly full" in hook.posted[0]["content"]
            assert hook.posted[0]["allowed_mentions"] == {"parse": []}
            assert logged("NEWSDESK_ALERT_DISK_MB changed from 1000 to 999999999")
            assert logged(f"NEWSDESK_DROP changed from None to {tmp_path}; restart the bot to use it")
            settings.write_text(f"{always}NEWSDESK_ASK_MEMBER=many\n")
            bot.reload()
            await until(lambda: logged("the settings stay as they were: NEWSDESK_ASK_MEMBER"))
            settings.write_text(f"{always}{HUGE}\nNEWSDESK_ALERT={hook.url}\n")

        capsys.readouterr()
        assert main(check) == 1
        assert capsys.readouterr().out == "The bot is not running.\n"
        # The alert is not repeated after a restart, but after the trouble was mended and returned.
        async with running(discord, data, log, settings) as bot:
            await ready(discord)
            await until(lambda: main(check) == 0)
            assert len(hook.posted) == 1
            settings.write_text(f"{always}NEWSDESK_ALERT={hook.url}\nNEWSDESK_ALERT_DISK_MB=1\n")
            bot.reload()
            await until(lambda: logged("mended: disk"))
            settings.write_text(f"{always}NEWSDESK_ALERT={hook.url}\n{HUGE}\n")
            bot.reload()
            await until(lambda: len(hook.posted) == 2)
        secrets = (SECRET, TOKEN)
        assert not any(secret in log.read_text() for secret in secrets)
        assert all({"at", "level", "logger", "message"} <= line.keys() for line in lines())
        assert "voice" not in log.read_text()


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
