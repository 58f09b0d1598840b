"""What members missed: since their last visit, of what they may see, for them alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.domain.loads import Person
from bot.services.catch_up import VISIT_GAP
from bot.store.ingest.writer import CorpusWriter
from bot.ui.digests.discord_publisher import DiscordDigestSender
from tests.support.engines import engine_at
from tests.support.posts import bot_of
from tests.support.simulated_discord import World
from tests.support.world import BY, options, reply_of, text_of, thread

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)


@pytest.fixture
def now(world: World) -> list[datetime]:
    """The clock of visits, to be set."""
    cog: Any = bot_of(world).get_cog("CatchUpCommands")
    times = [NOW]
    cog._clock = lambda: times[0]
    return times


def brings(world: World, title: str, days: float, guild: int | None) -> int:
    """A load of one thread that ended so many days ago."""
    with CorpusWriter(engine_at(world.data)) as writer:
        number = writer.begin_load(guild, f"{title}.zst", BY, NOW - timedelta(days=days))
        writer.add_threads(number, [thread(title, "Text.")])
        return writer.finish(number, "done", 1.0).load


async def test_the_first_time_explains_and_shows_the_last_week(world: World) -> None:
    brings(world, "Ferry sails", 2, world.guild.id)
    brings(world, "Long ago", 9, world.guild.id)
    result = await world.member.slash(world.channel, "catchup")
    assert result.ephemeral
    shown = text_of(result.response)
    assert "This is your first visit, so here are the last 7 days." in shown
    assert "**Loaded** · 1 new article, no new comments" in shown
    assert "**Ferry sails**\n-# courier.example" in shown
    assert "Long ago" not in shown
    assert "Ferry sails.zst" not in shown
    assert "Ferry sails" in options(result.response)


async def test_it_begins_where_the_last_visit_ended(world: World, now: list[datetime]) -> None:
    now[0] = NOW - timedelta(days=5)
    await world.member.slash(world.channel, "search", query="market")
    brings(world, "Before", 6, world.guild.id)
    brings(world, "Ferry sails", 2, world.guild.id)
    now[0] = NOW
    for _ in range(2):  # the visit goes on
        shown = text_of((await world.member.slash(world.channel, "catchup")).response)
        assert "**Ferry sails**" in shown
        assert "Before" not in shown
        assert "first visit" not in shown
    now[0] = NOW + VISIT_GAP + timedelta(minutes=10)
    shown = text_of((await world.member.slash(world.channel, "catchup")).response)
    assert "Nothing has been loaded or posted since then." in shown


async def test_it_shows_what_its_server_sees(world: World) -> None:
    other = world.env.create_guild("Other")
    brings(world, "Of another server", 1, other.id)
    brings(world, "Of all servers", 1, None)
    shown = text_of((await world.moderator.slash(world.channel, "catchup")).response)
    assert "Of all servers.zst · shared archive" in shown
    assert "Of another server" not in shown
    await world.services.settings.change(world.guild.id, shared_archive=False)
    assert "Of all servers" not in reply_of(await world.moderator.slash(world.channel, "catchup"))


async def test_posts_are_those_of_channels_that_one_sees(world: World) -> None:
    me = world.guild.me
    assert me is not None
    shut, open_ = (discord.PermissionOverwrite(view_channel=to) for to in (False, True))
    hidden = world.guild.create_text_channel(
        "hidden", overwrites={world.guild.default_role: shut, world.moderator: open_, me: open_}
    )
    due = NOW.replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    for channel in (world.channel, hidden):
        plan = DigestConfig(
            world.guild.id, channel.id, Timing("cron", cron="0 * * * *"), ContentSource("newest", count=3)
        )
        made = due - timedelta(minutes=30)
        await world.services.digests.create(plan, Person(1, "mod"), made, str(channel.id))
    await world.services.workers.digests(DiscordDigestSender(bot_of(world)), clock=lambda: due).run_once()
    (posted,) = world.channel.history()
    link = f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{posted.id}"
    shown = text_of((await world.member.slash(world.channel, "catchup")).response)
    assert "**Posted** · 1 digest or notice" in shown
    assert f"<#{world.channel.id}> · 1 thread · {link}" in shown
    assert str(hidden.id) not in shown
    assert str(hidden.id) in reply_of(await world.moderator.slash(world.channel, "catchup"))


async def test_a_year_without_a_visit_is_forgotten(world: World, now: list[datetime]) -> None:
    now[0] = NOW - timedelta(days=400)
    await world.member.slash(world.channel, "catchup")
    now[0] = NOW
    await world.moderator.slash(world.channel, "catchup")
    assert "This is your first visit" in reply_of(await world.member.slash(world.channel, "catchup"))


async def test_what_was_taken_back_is_not_shown(world: World, now: list[datetime]) -> None:
    now[0] = NOW + timedelta(days=8)
    number = brings(world, "Ferry sails", -7.5, world.guild.id)
    assert "Ferry sails" in reply_of(await world.member.slash(world.channel, "catchup"))
    with CorpusWriter(engine_at(world.data)) as writer:
        writer.undo(world.guild.id, number)
    assert "Nothing has been loaded or posted since then." in reply_of(
        await world.member.slash(world.channel, "catchup")
    )


async def test_a_load_that_was_paused_for_long_is_new_when_it_ends(world: World, now: list[datetime]) -> None:
    await world.member.slash(world.channel, "search", query="market")
    follows = world.services.follows
    await follows.make_notices(NOW)
    brings(world, "Ferry sails", 30, world.guild.id)
    await follows.make_notices(NOW + timedelta(days=1))
    now[0] = NOW + timedelta(days=2)
    shown = reply_of(await world.member.slash(world.channel, "catchup"))
    assert "**Ferry sails**" in shown
    assert "fish market" not in shown, "it was there before anything was noticed"
