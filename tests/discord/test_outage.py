"""A PostgreSQL server that is away: members read so, and the bot answers again when it is back."""

from __future__ import annotations

from tests.support.postgres import PostgresServer
from tests.support.selected_database import postgres_server
from tests.support.simulated_discord import World
from tests.support.world import reply_of

__all__ = ["postgres_server"]


async def test_members_are_told_and_the_bot_stays(postgres_server: PostgresServer, world: World) -> None:
    postgres_server.stop()
    reply = await world.member.slash(world.channel, "search", query="rail yard")
    assert "The archive is unavailable right now. Try again in a moment." in reply_of(reply)
    postgres_server.start()
    reply = await world.member.slash(world.channel, "search", query="rail yard")
    assert "Harbour council votes to move the fish market" in reply_of(reply)
