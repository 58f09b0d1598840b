"""People who installed the bot for themselves use it in servers that never invited it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.support.loopback.records import Asked, Channel, Guild
from tests.support.loopback.scene import Scene
from tests.support.world import buttons, load, text_of, thread

pytestmark = pytest.mark.slow


@pytest.fixture
def elsewhere(scene: Scene) -> Guild:
    """A server without the bot; an archive of its own, from when it had the bot, is not read."""
    there = Guild(77_000_000_000_000_001, [Channel(77_000_000_000_000_002, 77_000_000_000_000_001)])
    there.invited_bot = False
    load(scene.data, there.id, [thread("Fish market secrets", "The fish market keeps a secret.")])
    return there


async def asked(scene: Scene, there: Guild, path: str, **options: object) -> Asked:
    asked = scene.discord.command(there, there.channels[0], path, **options)
    await scene.discord.acknowledged(asked)
    return asked


async def test_the_shared_archive_is_read_privately(scene: Scene, elsewhere: Guild) -> None:
    found = await asked(scene, elsewhere, "search", query="fish market")
    assert found.ephemeral
    assert found.message is not None
    assert "Harbour council votes to move the fish market" in text_of(found.message)
    assert "secret" not in text_of(found.message)
    assert not {"Share", "Follow this"} & set(buttons(found.message))


async def test_nothing_is_posted_and_no_visit_is_kept(scene: Scene, elsewhere: Guild) -> None:
    refused = await asked(scene, elsewhere, "article post", title="Harbour council votes")
    assert refused.ephemeral
    assert not elsewhere.channels[0].messages
    help_card = await asked(scene, elsewhere, "help")
    assert help_card.message is not None
    assert "archive load" not in text_of(help_card.message)
    with closing(sqlite3.connect(scene.data / "state.db")) as state:
        assert state.execute("SELECT count(*) FROM visit WHERE guild = ?", (elsewhere.id,)).fetchone() == (0,)


async def test_only_commands_that_read_are_installed(scene: Scene) -> None:
    for name, everywhere in (("search", True), ("ask", True), ("article", True), ("settings", False)):
        command = scene.discord.rest.command(name)
        assert (1 in command["integration_types"], 2 in command["contexts"]) == (everywhere, everywhere), name
