"""Commands go on over drops of the gateway's connection, in the time that Discord gives."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from tests.support.dump_folders import page
from tests.support.loopback.gateway import Gateway
from tests.support.loopback.records import File
from tests.support.loopback.rest import IN_TIME
from tests.support.loopback.scene import Scene
from tests.support.world import comment, load, text_of, thread

pytestmark = pytest.mark.slow


async def until(so: Callable[[], bool], within: float = 60.0) -> None:
    """Waits for that."""
    async with asyncio.timeout(within):
        while not so():  # noqa: ASYNC110 - it becomes so in another process
            await asyncio.sleep(0.02)


DROPS: dict[str, Callable[[Gateway], None]] = {
    "cut": Gateway.drop,
    "asked to reconnect": Gateway.reconnect,
    "invalid, resumable": lambda gateway: gateway.invalidate(resumable=True),
}


@pytest.mark.parametrize("how", DROPS)
async def test_what_is_asked_while_the_connection_is_gone_is_answered_after_the_resume(
    scene: Scene, how: str
) -> None:
    gateway = scene.discord.gateway
    DROPS[how](gateway)
    asked = scene.discord.command(scene.guild, scene.channel, "search", query="market")
    await scene.discord.acknowledged(asked)
    await until(lambda: asked.message is not None and "fish market" in text_of(asked.message))
    assert (gateway.identified, gateway.resumed) == (1, 1)


async def test_a_session_that_cannot_be_resumed_begins_anew(scene: Scene) -> None:
    gateway = scene.discord.gateway
    gateway.forget()
    gateway.drop()
    await until(lambda: gateway.identified == 2)
    asked = scene.discord.command(scene.guild, scene.channel, "help")
    await scene.discord.acknowledged(asked)
    assert gateway.resumed == 0


async def test_what_takes_longer_than_discord_waits_is_acknowledged_in_time(scene: Scene) -> None:
    words = ["herring", "rail", "market", "ferry", "council", "rent", "gull", "pier", "stall", "yard"]
    many = [
        comment(f"gull{n}", f"The {words[n % 10]} and the {words[n % 7]} matter, says number {n}.", n)
        for n in range(4000)
    ]
    load(scene.data, scene.guild.id, [thread("A long quarrel", "It went on.", comments=many)])
    asked = scene.discord.command(scene.guild, scene.channel, "comments digest", title="A long quarrel")
    await scene.discord.acknowledged(asked)
    assert asked.taken is not None
    assert asked.taken < IN_TIME
    await until(lambda: asked.message is not None and "of 4,000" in text_of(asked.message), 180.0)


async def test_a_load_goes_on_in_its_message_when_the_token_of_its_command_has_ended(
    scene: Scene,
) -> None:
    packed = BytesIO()
    said_there = [("gull", "2024-03-12T11:02", f"Comment {number} on herring.") for number in range(20)]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(800):
            body = [f"Paragraph {at} of day {number} tells of the price of herring." for at in range(40)]
            text = page(f"Herring report {number}", "a.example", "tide", body, said_there)
            archive.writestr(f"{number}.txt", text)
    scene.discord.files["herring.zip"] = packed.getvalue()
    scene.discord.token_life = 1.0
    asked = scene.discord.command(
        scene.guild, scene.channel, "archive load", file=File("herring.zip", len(packed.getvalue()))
    )
    await scene.discord.acknowledged(asked)
    await until(
        lambda: asked.message is not None and "**Loaded** herring.zip" in text_of(asked.message), 300.0
    )
    assert scene.discord.answers[401], "the token was tried"
    assert list(scene.channel.messages) == [asked.message], "no second message"
